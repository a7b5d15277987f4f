import torch
from sklearn.decomposition import MiniBatchDictionaryLearning

from benchmark_utils.learning.sampling import MiniBatches
from benchmark_utils.sklearn_solver import SklearnSolver


class Solver(SklearnSolver):
    """Online dictionary learning by scikit-learn (``MiniBatchDictionaryLearning``). A
    step is one mini-batch.

    It remembers about ``batch_size ** 2`` signals. So with small batches, it soon
    forgets the poor codes of the first steps. The default is the best of
    ``configs/peers_sweep.yml``.

    J. Mairal, F. Bach, J. Ponce and G. Sapiro, "Online dictionary learning for sparse
    coding", ICML 2009.
    """

    name = "Online-sklearn"
    requirements = ["pip::scikit-learn", "pip::torch>=2.4"]
    parameters = {
        "batch_size": [32],
        "fit_algorithm": ["cd"],
        "n_jobs": [1],  # more pay only for batches of thousands of signals
    }
    parameter_template = "batch={batch_size},{fit_algorithm},jobs={n_jobs}"
    reads_parts = True
    test_config = {"batch_size": 20}

    def memory(self, n_atoms, **objective):
        # DᵀD, the sum of products of codes, and a copy of it; float64.
        return 8 * 3 * n_atoms**2

    def start(self):
        rng = self.rng()
        self.batches = MiniBatches(self.X, self.batch_size, rng, dtype=torch.float64)
        self.D = self.D_init
        self.learner = MiniBatchDictionaryLearning(
            self.n_atoms,
            alpha=self.lmbd,  # of ½‖X - ZD‖² + α‖Z‖₁, as here
            dict_init=self.D_init.copy(),  # it may be updated in place
            fit_algorithm=self.fit_algorithm,
            positive_code=self.positive,
            n_jobs=self.n_jobs,
            random_state=int(rng.integers(2**31)),
        )

    def iterate(self):
        self.D = self.learner.partial_fit(self.batches.draw().numpy()).components_
        return True
