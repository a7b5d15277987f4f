from benchmark_utils.learning.block_learner import BlockLearner
from benchmark_utils.learning.growth import LayerGrowth
from benchmark_utils.stochastic_solver import StochasticSolver

AT_ONCE = {"growth_steps": 0, "relaxation": 1.0}
TUNED = {
    "dense": {
        "n_layers": 30,
        "growth_steps": 400,
        "rho": 300,
        "momentum": 0.3,
        "relaxation": 1.7,
    },
    # A long memory, for the few events of one batch of windows say little.
    "windows": {**AT_ONCE, "n_layers": 30, "momentum": 0.5, "rho": 30},
    # More momentum leaves poor minima, where steps do not differ by what they see.
    "whole": {**AT_ONCE, "n_layers": 60, "momentum": 0.8, "rho": 500},
}


class Solver(StochasticSolver):
    """Stochastic alternating minimisation whose dictionary step is block-coordinate
    descent: FISTA codes of a mini-batch, or of windows of long signals, then each atom
    brought to its minimum for the weighted statistics of this batch and of past ones.
    ``rho`` is the forgetting of the past, faster for dense codes; a step goes
    ``relaxation`` times the way to that minimum, and ``momentum`` is the share of the
    last step that is taken again. FISTA has ``n_first_layers`` at first and all
    ``n_layers`` after ``growth_steps`` (0: from the start, for shifted atoms, which few
    layers do not tell apart). Unused atoms give way to badly coded pieces of the
    signals.

    None stands for what was best for the data: dense (``configs/block_am_sweep.yml``),
    seen by windows, or whole. ``n_windows=None`` is five windows or, of recordings and
    images that are no longer than that, all of them at every step; then ``n_layers`` is
    60 instead of 30, and ``momentum`` 0.8 (``configs/meg_against_alphacsc.yml``).

    J. Mairal, F. Bach, J. Ponce and G. Sapiro, "Online learning for matrix
    factorization and sparse coding", JMLR 11, 2010, §3.4, with the approximate codes
    of B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022, for all parametrisations.
    """

    name = "Block-AM"
    requirements = ["pip::torch==2.13.0"]
    parameters = {
        "n_layers": [None],
        "batch_size": [1000],
        "n_windows": [None],
        "window": [None],
        "n_epochs": [None],
        "epoch_length": [100],
        "n_first_layers": [5],
        "growth_steps": [None],
        "rho": [None],
        "momentum": [None],
        "relaxation": [None],
        "n_passes": [1],
        "replace_unused": [True],
        "step_growth": [1.25],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5, "batch_size": 20, "n_epochs": 2, "epoch_length": 5}
    shown = {"batch_size": "batch"}
    learner_class = BlockLearner
    backprop_depth = 0

    def tuned(self, name):
        """The value of a parameter; for None, what is best for the data."""
        value = getattr(self, name)
        if value is not None:
            return value
        if self.model == "dense":
            return TUNED["dense"][name]
        return TUNED["whole" if self.sees_all(self.X) else "windows"][name]

    def depth(self):
        return self.tuned("n_layers")

    def growth(self):
        return LayerGrowth(self.n_first_layers, self.tuned("growth_steps"))

    def learner_options(self):
        return {
            **super().learner_options(),
            "rho": self.tuned("rho"),
            "momentum": self.tuned("momentum"),
            "relaxation": self.tuned("relaxation"),
            "n_passes": self.n_passes,
        }
