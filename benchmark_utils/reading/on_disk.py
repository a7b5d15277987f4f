"""Signals that stay on disk, and how they are read part by part."""

from math import prod

import numpy as np
import psutil

VALUES = 2**21  # values of a part: 16 MiB in float64
COPIES = 2  # copies of X in float64 that a method holds if it needs all of X


def is_on_disk(X):
    """Whether X is memory-mapped, or read only where it is indexed."""
    return getattr(X, "on_disk", isinstance(X, np.memmap))


def in_memory(X):
    """X as a C-ordered float64 array. It is copied only if it is not one."""
    return np.ascontiguousarray(X, dtype=np.float64)


def fits_in_memory(X):
    """Whether a method can hold all of X in memory, and how much that takes.

    Parameters
    ----------
    X : array-like with a shape

    Returns
    -------
    fits : bool
        True if X is already in memory.
    needed : int
        Bytes.
    """
    needed = COPIES * 8 * prod(X.shape)
    return not is_on_disk(X) or needed < free_memory(), needed


def free_memory():
    """Bytes of memory that a process may take now without swapping."""
    return psutil.virtual_memory().available


def parts(X, overlap=0):
    """Go through X, reading about ``VALUES`` values at a time.

    A part is several signals. If one signal is longer than a part, parts are stretches
    of it along the first dimension of its support.

    Parameters
    ----------
    X : ndarray, or signals on disk, shape (n_signals, ...)
    overlap : int
        Samples that neighbouring stretches share. With them, an atom of ``overlap + 1``
        samples fits into one stretch at each of its places.

    Yields
    ------
    first : int
        Index of the first signal of the part.
    part : ndarray, with the number of dimensions of X
    """
    size = prod(X.shape[1:])
    if X.ndim == 2 or size <= VALUES:
        n_signals = max(1, VALUES // size)
        for first in range(0, len(X), n_signals):
            yield first, X[first : first + n_signals]
        return
    length = max(1, VALUES * X.shape[2] // size)
    for signal in range(len(X)):
        for start in range(0, max(1, X.shape[2] - overlap), length):
            stop = start + length + overlap
            yield signal, X[signal : signal + 1, :, start:stop]
