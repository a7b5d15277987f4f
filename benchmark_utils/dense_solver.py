"""Methods on mini-batches of dense signals, as benchopt solvers."""

from benchmark_utils.stochastic_solver import StochasticSolver


class DenseSolver(StochasticSolver):
    """Base of SAE, LISTA, MOD and ITKrM: an encoder and an update on dense signals.

    Subclasses have the parameters ``batch_size``, ``n_epochs``, ``epoch_length`` and
    ``device``, and write ``encoder`` and ``update``.
    """

    models = ("dense",)
    growth_steps = momentum = averaging = 0
    replace_unused = False

    def depth(self):
        return 0  # Nothing is unrolled from the dictionary.
