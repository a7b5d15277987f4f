"""The learner as a benchopt solver, with a part of the data at each step."""

import warnings
from math import prod

import numpy as np

from benchmark_utils.coding.growing import Growing
from benchmark_utils.learning.replacement import Replacement
from benchmark_utils.learning.sampling import FullBatch, MiniBatches, Windows
from benchmark_utils.learning.trimming import Trimming, warn_of_many
from benchmark_utils.torch_solver import TorchSolver

WINDOW = 10  # length of a window in atoms (paper, A.6: 10 s for atoms of 1 s)
N_WINDOWS = 5


class StochasticSolver(TorchSolver):
    """Base of Stochastic-DDL and Block-AM.

    Subclasses have the parameters ``batch_size``, ``n_windows``, ``window``,
    ``n_epochs``, ``epoch_length``, ``n_first_layers``, ``growth_steps``, ``momentum``,
    ``averaging`` and ``replace_unused``. A batch of recordings or images is
    ``n_windows`` windows of ``window`` samples. By default a window is ten times as
    long as an atom, or as long as the signals. ``n_windows=None`` is five windows, or
    all signals if these are no longer than five windows. Then all signals are better,
    because windows rarely contain the ends of a recording.

    ``trim`` leaves badly coded patches of recordings and images out of each step
    (:class:`Trimming`). A number is their share, and ``mad`` is a threshold at the
    median loss plus 5.2 median absolute deviations. With None, all samples count.
    """

    reads_parts = True
    trim = None
    window = None

    def skip(self, model, **objective):
        if self.trim is not None and model == "dense":
            return True, (
                "trim is for patches of recordings and images, not for dense signals: "
                "use trim=None"
            )
        n_sides, n_dims = np.size(self.window), len(objective["atom_shape"]) - 1
        if n_sides > 1 and model != "dense" and n_sides != n_dims:
            return True, (
                f"window={self.window} has {n_sides} sides, and signals have {n_dims}: "
                "give one number, or one for each side"
            )
        return super().skip(model=model, **objective)

    def set_objective(self, **objective):
        super().set_objective(**objective)
        if self.trim in (None, "mad") or not self._leaves_less_than_an_atom():
            warn_of_many(self, self.trim)

    def _leaves_less_than_an_atom(self):
        """Whether ``trim`` leaves less than an atom in a step. Warn if it does."""
        n_samples, n_atom = self._samples_of_windows(self.X), prod(self.atom_shape[1:])
        n_samples = min(n_samples, len(self.X) * prod(self.X.shape[2:]))
        left = round((1 - self.trim) * n_samples)
        if left < n_atom:
            warnings.warn(
                f"{self}: trim={self.trim} leaves {left} of the {n_samples} samples of "
                f"a step, fewer than the {n_atom} of one atom. So nearly nothing is "
                "learned, and the result is near the initial dictionary: use trim=mad, "
                "or a share somewhat above that of the artefacts.",
                stacklevel=2,
            )
        return left < n_atom

    def few_signals(self):
        # A step takes one batch, so all data may be given. MOD would code all of them.
        return self.X if self.reads_parts else super().few_signals()

    def batches(self, X, **options):
        rng = self.rng()
        if self.model == "dense":
            return MiniBatches(
                X, self.tuned("batch_size"), rng, self.epoch_length, **options
            )
        if self.sees_all(X):
            return MiniBatches(X, len(X), rng, self.epoch_length, **options)
        windows = self._window(X), self.n_windows or N_WINDOWS
        return Windows(X, *windows, rng, self.epoch_length, **options)

    def sees_all(self, X):
        """Whether every step uses all signals, and not windows."""
        if self.model == "dense" or self.n_windows is not None:
            return False
        return self._samples_of_windows(X) >= len(X) * prod(X.shape[2:])

    def _samples_of_windows(self, X):
        window = np.broadcast_to(self._window(X), len(X.shape[2:]))
        return (self.n_windows or N_WINDOWS) * prod(window.tolist())

    def _window(self, X):
        return self.window or [
            min(WINDOW * m, n)
            for m, n in zip(self.atom_shape[1:], X.shape[2:], strict=True)
        ]

    def tuned(self, name):
        """The value of a parameter. Subclasses replace None by a value for the data."""
        return getattr(self, name)

    def encoder(self):
        """The layers. Their number grows over the first ``growth_steps`` steps."""
        network, n_steps = self.network(), self.tuned("growth_steps")
        if n_steps:
            network = Growing(network, self.n_first_layers, n_steps)
        return self.decaying(network)

    def learner_options(self):
        return {
            "momentum": self.tuned("momentum"),
            "averaging": self.tuned("averaging"),
            "n_epochs": self.n_epochs,
            "replacement": self.replacement(),
            "trimming": None if self.trim is None else Trimming(self.trim),
        }

    def replacement(self):
        """The replacement of unused atoms at the end of an epoch, or None."""
        return Replacement(self.rng()) if self.replace_unused else None

    def extra_results(self):
        found = {} if self.trim is None else {"outliers": self.outliers}
        return {**super().extra_results(), **found}

    def outliers(self, X):
        """Where signals are outliers for the present dictionary.

        Parameters
        ----------
        X : ndarray, shape (n_signals, n_channels, *support)

        Returns
        -------
        outliers : ndarray of bool, shape (n_signals, *support)
        """
        learner = self.learner
        X = FullBatch(X, **self.tensor_options()).draw()
        network = learner.encoder.at(learner.n_steps)
        found = learner.trimming.outliers(learner.learned, network, X)
        return found.cpu().numpy()
