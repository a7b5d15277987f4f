from benchmark_utils.learning.block_learner import BlockLearner
from benchmark_utils.learning.growth import LayerGrowth
from benchmark_utils.stochastic_solver import StochasticSolver

GROWTH_STEPS = 300


class Solver(StochasticSolver):
    """Stochastic alternating minimisation whose dictionary step is block-coordinate
    descent: FISTA codes of a mini-batch, or of windows of long signals, then each atom
    brought to its minimum for the weighted statistics of this batch and of past ones.
    ``rho`` is the forgetting of the past, faster for dense codes, and ``momentum`` the
    share of the last step that is taken again. FISTA has ``n_first_layers`` at first
    and all ``n_layers`` after ``growth_steps``: None is 300 for dense codes, and none
    for those of shifted atoms, which few layers do not tell apart. Unused atoms give
    way to badly coded pieces of the signals.

    J. Mairal, F. Bach, J. Ponce and G. Sapiro, "Online learning for matrix
    factorization and sparse coding", JMLR 11, 2010, §3.4, with the approximate codes
    of B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022, for all parametrisations.
    """

    name = "Block-AM"
    requirements = ["pip::torch==2.13.0"]
    parameters = {
        "n_layers": [30],
        "batch_size": [500],
        "n_windows": [5],
        "window": [None],
        "n_epochs": [None],
        "epoch_length": [100],
        "n_first_layers": [5],
        "growth_steps": [None],
        "rho": [500],
        "momentum": [0.5],
        "n_passes": [1],
        "replace_unused": [True],
        "step_growth": [1.25],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5, "batch_size": 20, "n_epochs": 2, "epoch_length": 5}
    learner_class = BlockLearner
    backprop_depth = 0

    def learner_options(self):
        return {
            **super().learner_options(),
            "growth": LayerGrowth(self.n_first_layers, self._growth_steps()),
            "rho": self.rho,
            "momentum": self.momentum,
            "n_passes": self.n_passes,
        }

    def _growth_steps(self):
        if self.growth_steps is not None:
            return self.growth_steps
        return GROWTH_STEPS if self.model == "dense" else 0
