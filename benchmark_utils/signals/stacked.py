"""Signals of several files, one file after the other, without copies in memory."""

from itertools import groupby
from math import prod

import numpy as np

from benchmark_utils.reading.on_disk import is_on_disk


class Stacked:
    """Signals of several files, like one array. Only what is indexed is read.

    Parameters
    ----------
    parts : sequence of ndarray, or signals on disk
        They may differ only in their number of signals.

    Attributes
    ----------
    groups : array of int, shape (n_signals,)
        Index of the part that each signal is from.
    """

    on_disk = True

    def __init__(self, parts):
        self.parts = list(parts)
        lengths = [len(part) for part in self.parts]
        self.groups = np.repeat(np.arange(len(lengths)), lengths)
        self._first = np.cumsum([0, *lengths])
        self.shape = len(self.groups), *self.parts[0].shape[1:]
        self.ndim = len(self.shape)
        self.dtype = np.result_type(*(part.dtype for part in self.parts))

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, key):
        first, *rest = key if isinstance(key, tuple) else (key,)
        numbers = np.arange(len(self))[first]
        if np.ndim(numbers) == 0:
            return self._of(self.groups[numbers], numbers, rest)
        runs = groupby(numbers, key=lambda number: self.groups[number])
        found = [self._of(part, np.array(list(run)), rest) for part, run in runs]
        if not found:
            return self.parts[0][(slice(0, 0), *rest)]
        return np.concatenate(found)

    def _of(self, part, numbers, rest):
        """Signals of one part, by their numbers in the whole."""
        places = numbers - self._first[part]
        if np.ndim(places) and (np.diff(places) == 1).all():
            places = slice(places[0], places[-1] + 1)  # read at once
        return np.asarray(self.parts[part][(places, *rest)])

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype)

    def joined(self):
        """An array in memory if all parts are in memory, and otherwise this object."""
        return self if any(map(is_on_disk, self.parts)) else np.concatenate(self.parts)


class Kept:
    """Some signals and some features, or channels, of signals on disk.

    Parameters
    ----------
    X : memmap, or signals on disk, shape (n_signals, n_features, ...)
    signals, features : arrays of int
        Indices of what is kept.
    """

    on_disk = True

    def __init__(self, X, signals, features):
        self.X, self.signals, self.features = X, signals, features
        self.shape = len(signals), len(features), *X.shape[2:]
        self.ndim, self.dtype = X.ndim, X.dtype

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, key):
        first, *rest = key if isinstance(key, tuple) else (key,)
        chosen, *support = rest or [slice(None)]
        numbers = self.signals[first]
        read = np.asarray(self.X[(numbers, slice(None), *support)])
        features = self.features[chosen]
        return read[features] if np.ndim(numbers) == 0 else read[:, features]

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype)


def check_alike(arrays, paths):
    """Raise a ValueError unless signals of all files have one shape."""
    if len(arrays) == 1:
        return
    for X, path in zip(arrays, paths, strict=True):
        if X.shape[1:] != arrays[0].shape[1:] or not prod(X.shape):
            raise ValueError(
                f"{path} has an array of shape {X.shape}, and {paths[0]} one of shape "
                f"{arrays[0].shape}: signals of all files must have the same features, "
                "or the same channels and samples."
            )


def stacked(arrays):
    """The arrays of several files as one `Stacked`, or the array of a single file."""
    return arrays[0] if len(arrays) == 1 else Stacked(arrays)
