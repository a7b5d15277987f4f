"""The fixed, seeded part of large data that is evaluated."""

import warnings
from math import prod

import numpy as np
import pandas as pd

MAX_SIGNALS = 10_000
MAX_CODES = 2**20  # codes of all evaluated signals, zeros included
FEWEST = 200  # least number of signals, for any number of atoms
MAX_SAMPLES = 18_000  # samples of all recordings (two minutes at 150 Hz), or pixels
# Length of a segment in lengths of an atom, by the number of dimensions. Segments are
# long so that their ends matter little. Longer segments of images would be too few.
SEGMENT = {1: 10, 2: 5}


def most_signals(n_atoms=None):
    """The largest number of dense signals that is evaluated for a number of atoms."""
    if n_atoms is None:
        return MAX_SIGNALS
    return min(MAX_SIGNALS, max(FEWEST, MAX_CODES // n_atoms))


def chosen(n_signals, n_atoms, rng, name="training"):
    """Choose the dense signals to evaluate: all, or a part, with a warning.

    Parameters
    ----------
    n_signals : int
    n_atoms : int or None
        With None, ``MAX_CODES`` does not limit the number.
    rng : numpy.random.Generator
    name : str
        Name of the signals in the warning.

    Returns
    -------
    places : slice or ndarray of int
    """
    most = most_signals(n_atoms)
    if n_signals <= most:
        return slice(None)
    warnings.warn(
        f"There are {n_signals} {name} signals: losses are means over a fixed random "
        f"subset of {most} of them (column objective_n_evaluated).",
        stacklevel=3,
    )
    return np.sort(rng.choice(n_signals, most, replace=False))


def subset(X, atom_shape, rng, name="training", n_atoms=None):
    """All of the signals, or a part of them, with a warning.

    At most ``MAX_SIGNALS`` dense signals are kept, and fewer if their codes would be
    more than ``MAX_CODES`` numbers. Recordings of more than ``MAX_SAMPLES`` samples are
    replaced by segments, which do not overlap, are ten times as long as an atom, and
    have ``MAX_SAMPLES`` samples in all. Images of more pixels are replaced by squares
    that are five times as wide as an atom.

    Parameters
    ----------
    X : ndarray, shape (n_signals, n_features) or (n_signals, n_channels, *support)
    atom_shape : tuple of int
    rng : numpy.random.Generator
    name : str
        Name of the signals in the warning.
    n_atoms : int or None

    Returns
    -------
    part : ndarray
        Signals or segments, with the number of dimensions of X.
    """
    if X.ndim > 2 and len(X) * prod(X.shape[2:]) > MAX_SAMPLES:
        sides = zip(atom_shape[1:], X.shape[2:], strict=True)
        times = SEGMENT.get(X.ndim - 2, 5)
        return segments(X, [min(times * m, n) for m, n in sides], rng, name)
    places = chosen(len(X), n_atoms if X.ndim == 2 else None, rng, name)
    return X if isinstance(places, slice) else X[places]


def segments(X, shape, rng, name):
    """Random segments of signals, none overlapping, ``MAX_SAMPLES`` in all.

    Parameters
    ----------
    X : ndarray or signals on disk, shape (n_signals, n_channels, *support)
        If X has ``groups``, which are the indices of the signals' recordings, each
        recording gives the same number of segments, up to one.
    shape : sequence of int
        Samples of a segment along each dimension of the support.
    rng : numpy.random.Generator
    name : str

    Returns
    -------
    parts : ndarray, shape (n_segments, n_channels, *shape)
    """
    grid = (len(X), *(n // m for n, m in zip(X.shape[2:], shape, strict=True)))
    groups = getattr(X, "groups", None)
    least = 1 if groups is None else len(np.unique(groups))
    n_segments = max(least, min(MAX_SAMPLES // prod(shape), prod(grid)))
    chosen = np.sort(_drawn(grid, n_segments, groups, rng))
    kind, unit = ("recordings", "samples") if X.ndim == 3 else ("images", "pixels")
    warnings.warn(
        f"The {name} {kind} have {len(X) * prod(X.shape[2:])} {unit}: losses are means "
        f"over {n_segments} fixed random segments of {' x '.join(map(str, shape))} "
        f"{unit} (column objective_n_evaluated).",
        stacklevel=3,
    )
    return np.stack(
        [
            _piece(X, place, shape)
            for place in zip(*np.unravel_index(chosen, grid), strict=True)
        ]
    )


def _drawn(grid, n_segments, groups, rng):
    """Random places of the grid. With groups, there are as many of each group."""
    n_places = prod(grid)
    if groups is None:
        return rng.choice(n_places, n_segments, replace=False)
    order = rng.permutation(n_places)
    group = pd.Series(np.asarray(groups)[order // prod(grid[1:])])
    turns = group.groupby(group).cumcount().to_numpy()
    return order[np.argsort(turns, kind="stable")[:n_segments]]


def _piece(X, place, shape):
    """The segment at a place of the grid: signal, and segment along each dimension."""
    i, *starts = place
    parts = [slice(s * m, (s + 1) * m) for s, m in zip(starts, shape, strict=True)]
    return X[(i, slice(None), *parts)]


def places_in(signals, others):
    """Index of each signal among others.

    Parameters
    ----------
    signals, others : ndarray, shape (n_signals, ...), (n_others, ...)

    Returns
    -------
    places : ndarray of int, shape (n_signals,)
        Index of an equal signal, or -1 if there is none.
    """
    known = {np.asarray(other).tobytes(): i for i, other in enumerate(others)}
    return np.array([known.get(np.asarray(x).tobytes(), -1) for x in signals])
