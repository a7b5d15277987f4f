"""Signals to learn from and to test on, cut from a clean recording."""

import warnings

import numpy as np

from benchmark_utils.signals.meg import SFREQ

LOUD = 100  # times the median channel: from there on one is said to be too loud


def cut(recording, duration=None, n_times_atom=1, test_fraction=0.0):
    """Signals to learn from and to test on, of unit standard deviation.

    alphacsc divides by the standard deviation too. It is that of all channels of the
    training signal together: their relative strengths are kept.

    Parameters
    ----------
    recording : Recording
    duration : float or None
        Seconds from the start; None takes all.
    n_times_atom : int
        Samples of an atom, which each signal must hold.
    test_fraction : float
        Part of that duration, the last, which is for testing.

    Returns
    -------
    X : array, shape (1, n_channels, n_train)
    X_test : array, shape (1, n_channels, n_test), or None

    Raises
    ------
    ValueError
        On a parameter out of range, and if a signal is shorter than an atom.
    """
    n_times = _n_times(recording, duration)
    if not 0 <= test_fraction < 1:
        raise ValueError(f"test_fraction must be in [0, 1); got {test_fraction}.")
    n_train = n_times - round(test_fraction * n_times)
    X, X_test = np.split(recording.data[:, :n_times], [n_train], axis=1)
    for name, part in (("training", X), ("test", X_test)):
        if part.shape[1] < n_times_atom and (part is X or test_fraction > 0):
            raise ValueError(
                f"The {name} signal has {part.shape[1] / SFREQ:.3g} s, less than one "
                f"atom of {n_times_atom / SFREQ:.3g} s. Take a longer duration, "
                "another test_fraction, or shorter atoms."
            )
    _warn_if_loud(X, recording.ch_names)
    scale = X.std()
    X_test = (X_test / scale)[np.newaxis] if test_fraction > 0 else None
    return (X / scale)[np.newaxis], X_test


def _n_times(recording, duration):
    """Samples to take of a recording."""
    available = recording.data.shape[1]
    if duration is None:
        return available
    if not 0 < duration < np.inf:
        raise ValueError(
            "duration must be a number of seconds > 0, or None for all; got "
            f"{duration}."
        )
    if round(duration * SFREQ) > available:
        warnings.warn(
            f"duration={duration} s is longer than the recording: all of its "
            f"{available / SFREQ:.1f} s are taken.",
            stacklevel=4,
        )
    return min(round(duration * SFREQ), available)


def _warn_if_loud(X, ch_names):
    """Say so where a channel outweighs the others, and keep it."""
    scales = X.std(axis=1)
    loud = np.flatnonzero(scales > LOUD * np.median(scales))
    if loud.size:
        names = ", ".join(ch_names[channel] for channel in loud)
        warnings.warn(
            f"Channels over {LOUD} times as loud as the median one outweigh all "
            f"others: {names}. Mark them as bad in the file to leave them out.",
            stacklevel=4,
        )
