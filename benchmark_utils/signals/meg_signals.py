"""Signals to learn from and to test on, cut from a clean recording."""

import warnings

import numpy as np

from benchmark_utils.signals.channels import warn_of_odd
from benchmark_utils.signals.meg import SFREQ
from benchmark_utils.signals.spans import first_part, longest, pieces


def cut(recording, duration=None, n_times_atom=1, test_fraction=0.0):
    """Signals to learn from and to test on, of unit standard deviation.

    A recording without gaps is one signal. A recording with gaps is cut into signals of
    one length, from its good stretches (see :func:`spans.pieces`).

    As in alphacsc, signals are divided by their standard deviation. It is taken over
    all channels of the training signals together, which keeps the relative strengths of
    channels.

    Parameters
    ----------
    recording : Recording
    duration : float or None
        Seconds of good stretches to take, from the start. None takes all.
    n_times_atom : int
        Samples of an atom. No signal may be shorter.
    test_fraction : float
        The last part of that duration, which is for the test.

    Returns
    -------
    X : array, shape (n_signals, n_channels, n_train)
    X_test : array, shape (n_signals_test, n_channels, n_test), or None

    Raises
    ------
    ValueError
        If a parameter is out of range, or a signal is shorter than an atom.
    """
    return taken(recording, *places(recording, duration, n_times_atom, test_fraction))


def taken(recording, train, test=None):
    """The signals at given places of a recording, scaled as by `cut`.

    Parameters
    ----------
    recording : Recording
    train : Pieces
    test : Pieces or None

    Returns
    -------
    X, X_test
        See `cut`.
    """
    X = _at(recording.data, train)
    names = recording.ch_names
    where = "The recording"
    warn_of_odd(X.std(axis=(0, 2)), names, ["grad"] * len(names), where)
    scale = X.std()
    return X / scale, None if test is None else _at(recording.data, test) / scale


def places(recording, duration=None, n_times_atom=1, test_fraction=0.0):
    """The places of the signals of `cut` in a recording.

    Parameters
    ----------
    recording, duration, n_times_atom, test_fraction
        See `cut`.

    Returns
    -------
    train : Pieces
    test : Pieces or None

    Raises
    ------
    ValueError
        See `cut`.
    """
    n_times = _n_times(recording, duration)
    if not 0 <= test_fraction < 1:
        raise ValueError(f"test_fraction must be in [0, 1); got {test_fraction}.")
    stretches, _ = first_part(recording.stretches, n_times)
    parts = first_part(stretches, n_times - round(test_fraction * n_times))
    found = []
    for name, part in zip(("training", "test"), parts, strict=True):
        if longest(part) < n_times_atom and (name == "training" or test_fraction > 0):
            raise ValueError(
                f"The {name} signal has {longest(part) / SFREQ:.3g} s, less than one "
                f"atom of {n_times_atom / SFREQ:.3g} s. Take a longer duration, "
                "another test_fraction, or shorter atoms."
            )
        found.append(pieces(part, n_times_atom) if len(part) else None)
    _say_unfilled(stretches, found)
    return tuple(found)


def _at(data, place):
    """Signals, shape (n_signals, n_channels, n_times)."""
    stops = place.starts + place.n_times
    return np.stack([data[:, a:b] for a, b in zip(place.starts, stops, strict=True)])


def _say_unfilled(stretches, found):
    """Warn of samples of good stretches that are in no signal."""
    unfilled = np.diff(stretches).sum() - sum(p.n_samples for p in found if p)
    if unfilled:
        warnings.warn(
            f"Left out {unfilled / SFREQ:.1f} s of stretches too short for a signal: "
            f"{len(stretches)} good stretches give signals of "
            f"{found[0].n_times / SFREQ:.1f} s.",
            stacklevel=5,
        )


def _n_times(recording, duration):
    """The number of samples to take of a recording."""
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
