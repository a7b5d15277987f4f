from benchmark_utils.compiled import has_numba
from benchmark_utils.learning.ksvd import ksvd_step
from benchmark_utils.solver import DictionarySolver
from benchmark_utils.threads import resolve_threads


class Solver(DictionarySolver):
    """K-SVD. A step codes each signal on at most ``n_nonzero`` atoms, by orthogonal
    matching pursuit. Then it moves each atom by a power step towards the rank-1 SVD of
    its residual.

    It has no λ. ``n_nonzero=None`` is a tenth of the features. The pursuit is that of
    SPAMS, which picks the atom that reduces the residual most. With z >= 0, the
    pursuit picks the atom that correlates most with the residual, and fits
    non-negative codes of all picked atoms.

    M. Aharon, M. Elad and A. Bruckstein, "K-SVD: an algorithm for designing
    overcomplete dictionaries for sparse representation", IEEE TSP 54, 2006; power
    step of R. Rubinstein, M. Zibulevsky and M. Elad, Technion CS-2008-08, 2008.
    """

    name = "K-SVD"
    requirements = ["pip::spams-bin", "pip::torch>=2.4", "pip::numba"]
    code_counts = ("n_nonzero",)
    parameters = {
        "n_nonzero": [None],
        "n_threads": [-1],  # -1: as many as the torch solvers have
    }
    test_config = {"n_threads": 1}

    def skip(self, positive, **objective):
        if positive and not has_numba():
            return True, "K-SVD with z >= 0 needs numba: install it"
        return super().skip(positive=positive, **objective)

    def memory(self, X, n_atoms, **objective):
        # All codes, before and after the atoms move, and which are zero; float64.
        return 8 * n_atoms * (3 * len(X) + n_atoms)

    def warm_up(self):
        # SPAMS starts its threads at the first call.
        self._step(self.X[:64], self.D_init, 1)

    def start(self):
        self.D = self.D_init

    def step(self):
        self.D = self._step(self.X, self.D, self.n_nonzero)
        return True

    def _step(self, X, D, n_nonzero):
        n_threads = resolve_threads(self.n_threads)
        return ksvd_step(X, D, n_nonzero, n_threads, self.positive)

    def atoms(self):
        return self.D

    def extra_results(self):
        return {"n_threads": resolve_threads(self.n_threads)}
