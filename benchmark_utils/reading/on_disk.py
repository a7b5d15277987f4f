"""Signals that stay on disk, and how they are read part by part."""

from math import prod

import numpy as np
import psutil

VALUES = 2**21  # of a part: 16 MiB in float64
COPIES = 2  # of X, in float64, that a method holds which needs all of X


def is_on_disk(X):
    """Whether X is memory-mapped, or read only where it is indexed."""
    return getattr(X, "on_disk", isinstance(X, np.memmap))


def in_memory(X):
    """X as a C-ordered float64 array; copied only if it is not one."""
    return np.ascontiguousarray(X, dtype=np.float64)


def fits_in_memory(X):
    """Whether a method can have all of X in memory, and how much it would take.

    Parameters
    ----------
    X : array-like with a shape

    Returns
    -------
    fits : bool
        True for what is in memory already.
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

    A part is several signals or, where one signal is longer than a part, a stretch
    of it along the first dimension of its support.

    Parameters
    ----------
    X : ndarray, or signals on disk, shape (n_signals, ...)
    overlap : int
        Samples that neighbouring stretches share. An atom of ``overlap + 1`` samples is
        then within one stretch at each of its places.

    Yields
    ------
    first : int
        Number of the first signal of the part.
    part : ndarray, of as many dimensions as X
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
