from benchmark_utils.dense_solver import DenseSolver
from benchmark_utils.learning.sampling import MiniBatches
from benchmark_utils.learning.updates.least_squares import LeastSquares


class Solver(DenseSolver):
    """MOD, the method of optimal directions. A step codes all signals by N iterations
    of (F)ISTA. Then it fits all atoms at once by least squares, and normalises them.

    K. Engan, S. O. Aase and J. H. Husøy, "Method of optimal directions for frame
    design", ICASSP 1999.
    """

    name = "MOD"
    requirements = ["pip::torch>=2.4"]
    parameters = {
        "n_layers": [100],
        "algorithm": ["fista"],
        "step_growth": [None],
        "device": ["auto"],
    }
    test_config = {"n_layers": 10}
    backprop_depth = 0
    reads_parts = False
    n_epochs = None

    def depth(self):
        return self.n_layers

    def batches(self, X, **options):
        return MiniBatches(X, len(X), self.rng(), **options)  # all, without an end

    def update(self, batches):
        return LeastSquares()
