"""Good stretches of a recording, and signals of one length cut from them."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

import numpy as np

# Annotations at which a recording is not continuous. They are written by MNE-Python's
# concatenation, EEGLAB and BrainVision.
EDGES = ("edge", "boundary", "new segment")
# In EEGLAB, the duration of a boundary is that of removed samples, which are not in the
# file.
WITHOUT_DURATION = ("boundary", "new segment")
# Reasons to leave samples out, beside annotations.
SHORT = "shorter than the filter"
MISSING = "of NaN"
OTHERS = {SHORT, MISSING}
MAX_LENGTHS = 10_000  # number of lengths of signals that are tried


@dataclass(frozen=True)
class Pieces:
    """The places of signals of one length in a recording.

    Parameters
    ----------
    starts : array of int, shape (n_signals,)
        First sample of each signal.
    n_times : int
        Number of samples of each signal.
    """

    starts: np.ndarray
    n_times: int

    @property
    def n_samples(self):
        """Number of samples of all signals together."""
        return len(self.starts) * self.n_times


def good_stretches(raw):
    """Stretches of a recording without bad annotations, split at its edges.

    An annotation is bad if its description begins with "bad", in upper or lower case,
    as for MNE-Python. An annotation of single channels counts if the recording has one
    of them.

    Parameters
    ----------
    raw : mne.io.BaseRaw

    Returns
    -------
    stretches : array of int, shape (n_stretches, 2)
        First sample of each, and the sample after its last.
    left_out : dict of str to int
        Number of samples that each description leaves out. A sample under two
        annotations counts once.
    """
    good = np.ones(raw.n_times, dtype=bool)
    bounds, left_out = {0, raw.n_times}, Counter()
    for description, start, stop in _marks(raw):
        bounds |= {start, stop}
        if good[start:stop].any():
            left_out[description] += int(good[start:stop].sum())
            good[start:stop] = False
    stretches = [pair for pair in pairwise(sorted(bounds)) if good[pair[0]]]
    return np.array(stretches, dtype=int).reshape(-1, 2), dict(left_out)


def _marks(raw):
    """Description, start and stop of each annotation that is bad or an edge."""
    notes = raw.annotations
    # Onsets count from the start of the measurement, samples from that of the file.
    starts = notes.onset - raw.first_time
    durations = np.nan_to_num(notes.duration)  # EEGLAB's may be NaN
    for name, start, duration, only in zip(
        notes.description, starts, durations, notes.ch_names, strict=True
    ):
        kind = name.lower()
        elsewhere = only and not {*only} & {*raw.ch_names}
        if not kind.startswith(("bad", *EDGES)) or elsewhere:
            continue
        if kind.startswith(WITHOUT_DURATION):
            duration = 0
        ends = raw.time_as_index([start, start + duration], use_rounding=True)
        yield name, *np.clip(ends, 0, raw.n_times).tolist()


def say_left_out(left_out, unfilled, sfreq):
    """A text: how many seconds are left out, and why. It is empty if there are none.

    Parameters
    ----------
    left_out : dict of str to int
        Number of samples for each annotation, or for one of ``OTHERS``.
    unfilled : int
        Good samples that are in no signal.
    sfreq : float
    """
    said = [
        f"{n / sfreq:.1f} s {name if name in OTHERS else f'annotated {name}'}"
        for name, n in left_out.items()
    ]
    if unfilled:
        said.append(f"{unfilled / sfreq:.1f} s of stretches too short for a signal")
    return " and ".join(said)


def first_part(stretches, n_times):
    """The first ``n_times`` samples of stretches, and the rest of them.

    Parameters
    ----------
    stretches : array of int, shape (n_stretches, 2)
    n_times : int

    Returns
    -------
    first, rest : arrays of int, shape (n, 2)
    """
    lengths = np.diff(stretches)[:, 0]
    before = np.cumsum(lengths) - lengths
    borders = stretches[:, 0] + np.clip(n_times - before, 0, lengths)
    first = np.column_stack([stretches[:, 0], borders])
    rest = np.column_stack([borders, stretches[:, 1]])
    return tuple(x[x[:, 0] < x[:, 1]] for x in (first, rest))


def longest(stretches):
    """Samples in the longest stretch; 0 if there is none."""
    return int(np.diff(stretches).max(initial=0))


def pieces(stretches, n_times_atom):
    """Cut stretches into signals of one length, which cross no border.

    Parameters
    ----------
    stretches : array of int, shape (n_stretches, 2)
        If there is only one, it is kept whole.
    n_times_atom : int
        At most the length of the longest stretch.

    Returns
    -------
    pieces : Pieces
    """
    return pieces_of(stretches, best_length(stretches, n_times_atom))


def pieces_of(stretches, n_times):
    """Cut stretches into signals of a given length (:class:`Pieces`)."""
    starts = [
        np.arange(start, stop - n_times + 1, n_times) for start, stop in stretches
    ]
    return Pieces(np.concatenate([np.empty(0, dtype=int), *starts]), n_times)


def best_length(stretches, n_times_atom):
    """The length of signals for which an atom has the most places.

    Long signals waste the ends of stretches. Short signals waste the places where an
    atom would cross from one signal to the next. Of two lengths with the same number of
    places, the longer one is returned.

    Parameters
    ----------
    stretches : array of int, shape (n_stretches, 2)
        Stretches of one or several recordings.
    n_times_atom : int
        At most the length of the longest stretch.

    Returns
    -------
    n_times : int
    """
    lengths = np.diff(stretches)[:, 0]
    tried = np.unique(np.concatenate([_whole_parts(n) for n in np.unique(lengths)]))
    tried = tried[tried >= n_times_atom]
    if len(tried) > MAX_LENGTHS:
        tried = tried[np.linspace(0, len(tried) - 1, MAX_LENGTHS).astype(int)]
    n_places = sum(n // tried for n in lengths) * (tried - n_times_atom + 1)
    return int(tried[len(tried) - 1 - n_places[::-1].argmax()])


def _whole_parts(n):
    """All values of ``n // k``, for k from 1. Other lengths waste more of a stretch."""
    k = np.arange(1, isqrt(n) + 1)
    return np.concatenate([n // k, k])
