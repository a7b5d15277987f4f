from benchmark_utils.learning.ksvd import ksvd_step
from benchmark_utils.solver import DictionarySolver
from benchmark_utils.threads import resolve_threads


class Solver(DictionarySolver):
    """K-SVD. A step codes each signal on at most ``n_nonzero`` atoms, by orthogonal
    matching pursuit. Then it moves each atom by a power step towards the rank-1 SVD of
    its residual.

    It has no λ. ``n_nonzero=None`` is a tenth of the features. The pursuit is that of
    SPAMS, which picks the atom that reduces the residual most.

    M. Aharon, M. Elad and A. Bruckstein, "K-SVD: an algorithm for designing
    overcomplete dictionaries for sparse representation", IEEE TSP 54, 2006; power
    step of R. Rubinstein, M. Zibulevsky and M. Elad, Technion CS-2008-08, 2008.
    """

    name = "K-SVD"
    requirements = ["pip::spams-bin", "pip::torch>=2.4"]
    code_counts = ("n_nonzero",)
    parameters = {
        "n_nonzero": [None],
        "n_threads": [-1],  # -1: as many as the torch solvers have
    }
    nonnegative = False
    test_config = {"n_threads": 1}

    def memory(self, X, n_atoms, **objective):
        # All codes, before and after the atoms move, and which are zero; float64.
        return 8 * n_atoms * (3 * len(X) + n_atoms)

    def warm_up(self):
        # SPAMS starts its threads at the first call.
        ksvd_step(self.X[:64], self.D_init, 1, resolve_threads(self.n_threads))

    def start(self):
        self.threads = resolve_threads(self.n_threads)
        self.D = self.D_init

    def step(self):
        self.D = ksvd_step(self.X, self.D, self.n_nonzero, self.threads)
        return True

    def atoms(self):
        return self.D

    def extra_results(self):
        return {"n_threads": self.threads}
