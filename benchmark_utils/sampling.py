"""What a gradient step sees: all signals, mini-batches of them, or windows."""

from math import prod

import numpy as np
import torch


class FullBatch:
    """All signals at every step.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
    dtype, device
        Of the tensors given.
    """

    stochastic = False
    epoch = 0

    def __init__(self, X, dtype=torch.float64, device="cpu"):
        self.dtype, self.device = dtype, device
        self.X = _tensor(X, dtype, device)

    def draw(self):
        """The signals of the next step."""
        return self.X


class Stochastic:
    """Part of the data at every step; subclasses choose which.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
        May be memory-mapped: only what is drawn is read.
    rng : numpy.random.Generator
    epoch_length : int
        Draws in an epoch (paper, A.5 and A.6: at most 100, and 10).
    dtype, device
        Of the tensors given.

    Attributes
    ----------
    epoch : int
        Number of epochs that are complete.
    coverage : float
        Samples in a draw over those in the data.
    """

    stochastic = True

    def __init__(self, X, rng, epoch_length=100, dtype=torch.float64, device="cpu"):
        self.X, self.rng, self.dtype, self.device = X, rng, dtype, device
        self.epoch_length, self.n_draws = epoch_length, 0

    @property
    def epoch(self):
        return self.n_draws // self.epoch_length

    def draw(self):
        """The signals of the next step."""
        self.n_draws += 1
        return _tensor(self._choose(), self.dtype, self.device)


class MiniBatches(Stochastic):
    """Random signals, each once before any is drawn again.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
    batch_size : int
        More than there are signals stands for all of them.
    rng, **options
        See :class:`Stochastic`.
    """

    def __init__(self, X, batch_size, rng, *args, **options):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}.")
        super().__init__(X, rng, *args, **options)
        self.batch_size, self._queue = min(batch_size, len(X)), []
        self.coverage = self.batch_size / len(X)

    def _choose(self):
        if not self._queue:
            order = self.rng.permutation(len(self.X))
            n_batches = len(self.X) // self.batch_size
            self._queue = np.split(order[: n_batches * self.batch_size], n_batches)
        # Sorted, for a memory-mapped X to be read in the order of the disk.
        return self.X[np.sort(self._queue.pop())]


class Windows(Stochastic):
    """Random windows of long signals or images, which may overlap (paper, A.6).

    Parameters
    ----------
    X : ndarray, shape (n_signals, n_channels, *support)
    window : int or tuple of int
        Samples in a window, along each dimension of the support.
    n_windows : int
        Windows in a draw.
    rng, **options
        See :class:`Stochastic`.

    Raises
    ------
    ValueError
        If a window is longer than the signals, or there is none.
    """

    def __init__(self, X, window, n_windows, rng, *args, **options):
        support = X.shape[2:]
        window = tuple(np.broadcast_to(window, len(support)).tolist())
        if n_windows < 1 or min(window) < 1:
            raise ValueError(
                f"n_windows and window must be at least 1, got {n_windows} of {window}."
            )
        if any(w > n for w, n in zip(window, support, strict=True)):
            raise ValueError(
                f"Windows of {window} samples are longer than the signals, which have "
                f"{support}: use a shorter window."
            )
        super().__init__(X, rng, *args, **options)
        self.window, self.n_windows = window, n_windows
        self.coverage = n_windows * prod(window) / (len(X) * prod(support))

    def _choose(self):
        free = [n - w + 1 for n, w in zip(self.X.shape[2:], self.window, strict=True)]
        places = self.rng.integers(
            [len(self.X), *free], size=(self.n_windows, 1 + len(free))
        )
        return np.stack([self._cut(signal, start) for signal, *start in places])

    def _cut(self, signal, start):
        box = [slice(s, s + w) for s, w in zip(start, self.window, strict=True)]
        return self.X[(signal, slice(None), *box)]


def _tensor(X, dtype, device):
    """A tensor of its own memory: X may be read-only."""
    return torch.as_tensor(np.array(X, order="C")).to(device, dtype)
