"""Encoders that are learned with the atoms, as benchopt solvers."""

from benchmark_utils.stochastic_solver import StochasticSolver


class LearnedSolver(StochasticSolver):
    """Base of SAE and LISTA: mini-batches of dense signals, and Adam.

    Subclasses have the parameters ``batch_size``, ``n_epochs``, ``epoch_length`` and
    ``device``, and write ``encoder`` and ``update``.
    """

    models = ("dense",)
    growth_steps = momentum = averaging = 0
    replace_unused = False

    def depth(self):
        return 0  # Nothing is unrolled from the dictionary.
