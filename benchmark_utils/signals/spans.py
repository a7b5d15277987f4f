"""Good stretches of a recording, and signals of one length cut from them."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

import numpy as np

# A recording is not continuous there: MNE-Python's concatenation, EEGLAB, BrainVision.
EDGES = ("edge", "boundary", "new segment")
# EEGLAB gives a boundary the duration of what was removed, which is not in the file.
WITHOUT_DURATION = ("boundary", "new segment")
SHORT = "shorter than the filter"  # of what is left out, beside annotations
MISSING = "of NaN"
OTHERS = {SHORT, MISSING}
MAX_LENGTHS = 10_000  # that are tried


@dataclass(frozen=True)
class Pieces:
    """Where signals of one length are in a recording.

    Parameters
    ----------
    starts : array of int, shape (n_signals,)
        First sample of each.
    n_times : int
        Samples of each.
    """

    starts: np.ndarray
    n_times: int

    @property
    def n_samples(self):
        """Samples of all signals together."""
        return len(self.starts) * self.n_times


def good_stretches(raw):
    """Stretches of a recording that no annotation calls bad, split at its edges.

    Bad are annotations whose description begins with "bad", in any case, as for
    MNE-Python. Those of single channels count where one of the channels is here.

    Parameters
    ----------
    raw : mne.io.BaseRaw

    Returns
    -------
    stretches : array of int, shape (n_stretches, 2)
        First sample of each, and the one after its last.
    left_out : dict of str to int
        Samples that each description leaves out; one that two do counts once.
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
    """Description, start and stop of each annotation that is bad, or an edge."""
    notes = raw.annotations
    # Onsets count from the measurement's start, samples from that of the file.
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
    """How many seconds are left out, and why; an empty text for none.

    Parameters
    ----------
    left_out : dict of str to int
        Samples, by annotation, or by one of ``OTHERS``.
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
        One is kept whole.
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
    """The length of signals that gives an atom most places; of equal ones, the longest.

    Long signals waste the ends of stretches, and short ones the places that would cross
    from one signal to the next.

    Parameters
    ----------
    stretches : array of int, shape (n_stretches, 2)
        Of one recording, or of several.
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
    """All values of ``n // k``, for k from 1: others waste more of a stretch."""
    k = np.arange(1, isqrt(n) + 1)
    return np.concatenate([n // k, k])
