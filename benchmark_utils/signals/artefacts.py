"""Artefacts of recordings: bursts of large amplitude, of shapes that no atom has."""

import numpy as np
from scipy.signal.windows import tukey

from benchmark_utils.signals.shares import count

GAIN = 10  # norm of a burst as long as an atom. Activations have sizes up to 1.5
LENGTHS = 0.5, 1.5  # shortest and longest burst, in lengths of an atom


def add_artefacts(X, share, n_times_atom, rng):
    """Add bursts to recordings, in place.

    Each burst has a map and a waveform of its own, of Gaussian noise, under a Tukey
    window. Bursts do not overlap.

    Parameters
    ----------
    X : array, shape (n_signals, n_channels, n_times)
    share : float
        Share of the samples of each recording that bursts cover, in [0, 1).
    n_times_atom : int
        Length of an atom, the unit of the length of a burst.
    rng : numpy.random.Generator

    Returns
    -------
    outliers : array of bool, shape (n_signals, n_times)
        The samples that bursts cover.

    Raises
    ------
    ValueError
        If the share is not 0, and is no sample or all samples.
    """
    outliers = np.zeros((len(X), X.shape[2]), dtype=bool)
    for recording, covered in zip(X, outliers, strict=True):
        n_covered = count("contamination", share, len(covered), "samples")
        for start, length in _places(len(covered), n_covered, n_times_atom, rng):
            burst = _burst(len(recording), length, n_times_atom, rng)
            recording[:, start : start + length] += burst
            covered[start : start + length] = True
    return outliers


def _places(n_times, n_covered, n_times_atom, rng):
    """Starts and lengths of bursts that cover ``n_covered`` samples."""
    least, most = (max(1, round(n_times_atom * length)) for length in LENGTHS)
    lengths, left = [], n_covered
    while left > 0:
        lengths.append(min(left, int(rng.integers(least, most + 1))))
        left -= lengths[-1]
    before = np.sort(rng.integers(0, n_times - n_covered + 1, len(lengths)))
    ends = np.cumsum(lengths, dtype=int)
    return list(zip((before + ends - lengths).tolist(), lengths, strict=True))


def _burst(n_channels, length, n_times_atom, rng):
    waveform = tukey(length + 2, 0.2)[1:-1] * rng.standard_normal(length)
    field = rng.standard_normal(n_channels)
    field *= GAIN / np.linalg.norm(field)
    return np.outer(field, waveform / np.sqrt(n_times_atom))
