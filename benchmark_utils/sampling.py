"""Which signals a gradient step sees: all of them, or mini-batches."""

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


class MiniBatches:
    """Random mini-batches, each signal once before any is drawn again.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
        May be memory-mapped: only the batch is read.
    batch_size : int
        More than there are signals stands for all of them.
    rng : numpy.random.Generator
    epoch_length : int
        Batches in an epoch (paper, A.5 and A.6: at most 100, and 10).
    dtype, device
        Of the tensors given.

    Attributes
    ----------
    epoch : int
        Number of epochs that are complete.
    """

    stochastic = True

    def __init__(
        self, X, batch_size, rng, epoch_length=100, dtype=torch.float64, device="cpu"
    ):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}.")
        self.X, self.rng, self.dtype, self.device = X, rng, dtype, device
        self.batch_size = min(batch_size, len(X))
        self.epoch_length, self.n_draws, self._queue = epoch_length, 0, []

    @property
    def epoch(self):
        return self.n_draws // self.epoch_length

    def draw(self):
        """The signals of the next step."""
        if not self._queue:
            order = self.rng.permutation(len(self.X))
            n_batches = len(self.X) // self.batch_size
            self._queue = np.split(order[: n_batches * self.batch_size], n_batches)
        # Sorted, for a memory-mapped X to be read in the order of the disk.
        batch = np.sort(self._queue.pop())
        self.n_draws += 1
        return _tensor(self.X[batch], self.dtype, self.device)


def _tensor(X, dtype, device):
    """A tensor of its own memory: X may be read-only."""
    return torch.as_tensor(np.array(X, order="C")).to(device, dtype)
