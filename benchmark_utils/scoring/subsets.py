"""What of large data an evaluation looks at: a fixed, seeded part of it."""

import warnings

import numpy as np

MAX_SIGNALS = 10_000
MAX_SAMPLES = 18_000  # of all recordings together: two minutes at 150 Hz
SEGMENT = 10  # length of a segment in atoms, for its ends to matter little


def subset(X, atom_shape, rng, name="training"):
    """All of the signals, or a part of them, with a warning that says so.

    More than ``MAX_SIGNALS`` signals are represented by that many of them. Recordings
    of more than ``MAX_SAMPLES`` samples are represented by segments of ten times the
    length of an atom that do not overlap, as many as fit in that number.

    Parameters
    ----------
    X : ndarray, shape (n_signals, n_features) or (n_signals, n_channels, *support)
    atom_shape : tuple of int
    rng : numpy.random.Generator
    name : str
        What the signals are called in the warning.

    Returns
    -------
    part : ndarray
        Of as many dimensions as X: signals or segments first.
    """
    if X.ndim == 3 and len(X) * X.shape[2] > MAX_SAMPLES:
        return segments(X, min(SEGMENT * atom_shape[1], X.shape[2]), rng, name)
    if len(X) <= MAX_SIGNALS:
        return X
    warnings.warn(
        f"There are {len(X)} {name} signals: losses are means over a fixed random "
        f"subset of {MAX_SIGNALS} of them (column objective_n_evaluated).",
        stacklevel=2,
    )
    return X[np.sort(rng.choice(len(X), MAX_SIGNALS, replace=False))]


def segments(X, length, rng, name):
    """Random segments of recordings, none overlapping, ``MAX_SAMPLES`` in all.

    Parameters
    ----------
    X : ndarray, shape (n_signals, n_channels, n_times)
    length : int
        Samples in a segment.
    rng : numpy.random.Generator
    name : str

    Returns
    -------
    parts : ndarray, shape (n_segments, n_channels, length)
    """
    per_signal = X.shape[2] // length
    n_segments = max(1, min(MAX_SAMPLES // length, len(X) * per_signal))
    places = np.sort(rng.choice(len(X) * per_signal, n_segments, replace=False))
    warnings.warn(
        f"The {name} recordings have {len(X) * X.shape[2]} samples: losses are means "
        f"over {n_segments} fixed random segments of {length} samples (column "
        "objective_n_evaluated).",
        stacklevel=3,
    )
    signals, starts = places // per_signal, places % per_signal * length
    return np.stack(
        [X[i, :, s : s + length] for i, s in zip(signals, starts, strict=True)]
    )
