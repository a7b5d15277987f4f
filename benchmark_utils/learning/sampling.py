"""The data of a step: all signals, mini-batches of them, or windows."""

from math import prod

import numpy as np
import torch

from benchmark_utils.devices import host_tensor
from benchmark_utils.reading.on_disk import is_on_disk
from benchmark_utils.reading.prefetching import mapped_ahead
from benchmark_utils.reading.shuffling import shuffled


class FullBatch:
    """All signals at every step.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
    dtype, device
        Of the tensors given.
    """

    stochastic, whole = False, True
    epoch = 0

    def __init__(self, X, dtype=torch.float64, device="cpu"):
        self.dtype, self.device = dtype, device
        self.X = host_tensor(X, dtype, device).to(device)

    def draw(self):
        """The signals of the next step."""
        return self.X


class Stochastic:
    """A part of the data at every step. Subclasses choose the part.

    If data are on disk or go to a GPU, the next part is read during a step.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
        It may be on disk. Then only the drawn parts are read.
    rng : numpy.random.Generator
    epoch_length : int
        Number of draws in an epoch (paper, A.5 and A.6: at most 100, and 10).
    dtype, device
        Of the tensors given.

    Attributes
    ----------
    epoch : int
        Number of complete epochs.
    coverage : float
        Samples in a draw over those in the data.
    renewed : float
        Share of the signals whose past codes are out of date after a draw, because it
        codes these signals anew. It is 0 for windows: a new window is hardly ever the
        same as a past one.
    whole : bool
        Whether each draw is all of the data.
    """

    stochastic, whole = True, False
    renewed = 0.0

    def __init__(self, X, rng, epoch_length=100, dtype=torch.float64, device="cpu"):
        self.X, self.rng, self.dtype, self.device = X, rng, dtype, device
        self.epoch_length, self.n_draws = epoch_length, 0
        ahead = is_on_disk(X) or torch.device(device).type == "cuda"
        self._parts = (mapped_ahead if ahead else map)(self._read, self._places())

    @property
    def epoch(self):
        return self.n_draws // self.epoch_length

    def draw(self):
        """The signals of the next step."""
        self.n_draws += 1
        return next(self._parts).to(self.device, non_blocking=True)

    def _read(self, place):
        return host_tensor(self._cut(place), self.dtype, self.device)


class MiniBatches(Stochastic):
    """Random signals. Each is drawn once before any is drawn again.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
    batch_size : int
        If it is larger than the number of signals, a batch is all of them.
    rng, **options
        See :class:`Stochastic`.
    """

    def __init__(self, X, batch_size, rng, *args, **options):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}.")
        super().__init__(X, rng, *args, **options)
        self.batch_size = min(batch_size, len(X))
        # Each signal is drawn once before any is drawn again.
        self.coverage = self.renewed = self.batch_size / len(X)
        self.whole = self.batch_size == len(X)

    def _places(self):
        while True:
            left = np.empty(0, dtype=int)
            for piece in shuffled(len(self.X), self.rng):
                order = np.concatenate([left, piece])
                n_full = len(order) // self.batch_size * self.batch_size
                yield from order[:n_full].reshape(-1, self.batch_size)
                left = order[n_full:]

    def _cut(self, place):
        place = np.sort(place)  # data on disk are read in their order
        if isinstance(self.X, np.ndarray):
            return self.X.take(place, axis=0)  # two thirds of the time of an index
        return self.X[place]


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

    def _places(self):
        free = [n - w + 1 for n, w in zip(self.X.shape[2:], self.window, strict=True)]
        size = self.n_windows, 1 + len(free)
        while True:
            yield self.rng.integers([len(self.X), *free], size=size)

    def _cut(self, places):
        return np.stack([self._window(signal, start) for signal, *start in places])

    def _window(self, signal, start):
        box = [slice(s, s + w) for s, w in zip(start, self.window, strict=True)]
        return self.X[(signal, slice(None), *box)]
