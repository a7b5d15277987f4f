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

    def __init__(self, X, dtype=torch.float32, device="cpu"):
        self.dtype, self.device = dtype, device
        self.X = _tensor(X, dtype, device)

    def draw(self):
        """The signals of the next step."""
        return self.X


class MiniBatches:
    """Random mini-batches, each signal once an epoch.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
        May be memory-mapped: only the batch is read.
    batch_size : int
        More than there are signals stands for all of them.
    rng : numpy.random.Generator
    max_batches : int or None
        Batches after which an epoch ends early (paper, A.5: 100).
    dtype, device
        Of the tensors given.

    Attributes
    ----------
    epoch : int
        Number of epochs that are complete.
    """

    stochastic = True

    def __init__(
        self, X, batch_size, rng, max_batches=None, dtype=torch.float32, device="cpu"
    ):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}.")
        self.X, self.rng, self.dtype, self.device = X, rng, dtype, device
        self.batch_size = min(batch_size, len(X))
        self.n_batches = min(len(X) // self.batch_size, max_batches or len(X))
        self.epoch, self._queue = 0, []

    def draw(self):
        """The signals of the next step."""
        if not self._queue:
            order = self.rng.permutation(len(self.X))
            size = self.batch_size
            self._queue = [
                order[i * size : (i + 1) * size] for i in range(self.n_batches)
            ]
        # Sorted, for a memory-mapped X to be read in the order of the disk.
        batch = np.sort(self._queue.pop())
        self.epoch += not self._queue
        return _tensor(self.X[batch], self.dtype, self.device)


def _tensor(X, dtype, device):
    """A tensor of its own memory: X may be read-only."""
    return torch.as_tensor(np.array(X, order="C")).to(device, dtype)
