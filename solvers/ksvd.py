from benchmark_utils.learning.ksvd import ksvd_step
from benchmark_utils.solver import DictionarySolver


class Solver(DictionarySolver):
    """K-SVD: codes of at most ``n_nonzero`` atoms by orthogonal matching pursuit, then
    each atom by a power step towards the rank-1 SVD of its residual.

    It has no λ. ``n_nonzero=None`` is a tenth of the features, scikit-learn's default.

    M. Aharon, M. Elad and A. Bruckstein, "K-SVD: an algorithm for designing
    overcomplete dictionaries for sparse representation", IEEE TSP 54, 2006; power
    step of R. Rubinstein, M. Zibulevsky and M. Elad, Technion CS-2008-08, 2008.
    """

    name = "K-SVD"
    requirements = ["pip::scikit-learn"]
    parameters = {"n_nonzero": [None]}
    parameter_template = "n_nonzero={n_nonzero}"
    nonnegative = False

    def skip(self, n_atoms, **objective):
        if self.n_nonzero is not None and self.n_nonzero > n_atoms:
            return True, (
                f"n_nonzero={self.n_nonzero} is more than n_atoms={n_atoms}: use "
                f"n_nonzero={n_atoms} or less"
            )
        return super().skip(**objective)

    def start(self):
        self.D = self.D_init

    def step(self):
        self.D = ksvd_step(self.X, self.D, self.n_nonzero)
        return True

    def atoms(self):
        return self.D
