"""Recordings that are open, and not yet cut into signals."""

import warnings
from collections import Counter
from dataclasses import dataclass

import mne
import numpy as np

from benchmark_utils.signals.raw_signals import RawSignals, StackedRecordings
from benchmark_utils.signals.spans import (
    best_length,
    first_part,
    longest,
    pieces_of,
    say_left_out,
)


@dataclass
class OpenRecording:
    """One recording, and its good stretches.

    Parameters
    ----------
    raw : mne.io.BaseRaw
        With the channels that are used.
    stretches : array of int, shape (n_stretches, 2)
    left_out : dict of str to int
        Number of samples outside of the stretches, for each annotation.
    path : path
        For messages.
    offsets : float or array, shape (n_channels, 1)
        Means of the channels.
    """

    raw: mne.io.BaseRaw
    stretches: np.ndarray
    left_out: dict
    path: object
    offsets: np.ndarray = 0.0

    @property
    def n_times(self):
        """Number of good samples."""
        return int(np.diff(self.stretches).sum())


class OpenRecordings:
    """Good stretches of one or several recordings, not yet cut into signals.

    Parameters
    ----------
    recordings : list of OpenRecording
        With the same channels and the same sampling rate.
    scales : array, shape (n_channels, 1)
        Channels are divided by these, in all recordings.
    done : dict or None
        The values of ``filter`` and ``resample`` that were applied.

    Attributes
    ----------
    shape : tuple of int
        (n_stretches, n_channels, samples of the longest).
    """

    on_disk, ndim, dtype = True, 3, np.dtype(np.float64)

    def __init__(self, recordings, scales, done=None):
        self.recordings, self.scales, self.done = recordings, scales, done
        self.raw = recordings[0].raw
        stretches = np.concatenate([each.stretches for each in recordings])
        self.n_stretches = len(stretches)
        self.shape = len(stretches), len(self.raw.ch_names), longest(stretches)

    @property
    def name(self):
        """Name of the recordings in messages."""
        first, *others = [str(each.path) for each in self.recordings]
        return (
            f"{len(others) + 1} recordings, {first} to {others[-1]}"
            if others
            else first
        )

    def held_out(self, fraction, n_times_atom):
        """Signals to learn from, and signals to test on from the end of each recording.

        A single recording without gaps gives one signal of each kind. Other recordings
        are cut into signals of one length, which cross no border of a good stretch.

        Parameters
        ----------
        fraction : float
            Part of the good samples of each recording for the test, in [0, 1).
        n_times_atom : int

        Returns
        -------
        X, X_test : RawSignals or StackedRecordings
            ``X_test`` is None for a fraction of 0.

        Raises
        ------
        ValueError
            If there is no stretch as long as an atom to learn from, or to test on.
        """
        halves = zip(*(_split(each, fraction) for each in self.recordings), strict=True)
        asked = list(halves)[: 2 if fraction else 1]
        cuts = [self._cut(parts, fraction, n_times_atom) for parts in asked]
        self._tell(cuts)
        X, *test = map(self._signals, cuts)
        return X, test[0] if test else None

    def _cut(self, parts, fraction, n_times_atom):
        """Pieces of each recording, all of one length."""
        together = np.concatenate(parts)
        if longest(together) < max(n_times_atom, 1):
            self._refuse(longest(together), fraction, n_times_atom)
        n_times = best_length(together, n_times_atom)
        return [pieces_of(part, n_times) for part in parts]

    def _signals(self, cuts):
        pairs = list(zip(self.recordings, cuts, strict=True))
        kept = [(each, cut) for each, cut in pairs if len(cut.starts)]
        signals = [
            RawSignals(each.raw, cut, each.offsets, self.scales, self.done)
            for each, cut in kept
        ]
        if len(self.recordings) == 1:
            return signals[0]
        return StackedRecordings(signals, [each.path for each, _ in kept])

    def _refuse(self, n_times, fraction, n_times_atom):
        sfreq = self.raw.info["sfreq"]
        raise ValueError(
            f"test_fraction={fraction} of {self.name} leaves nothing to learn from or "
            "to test on: the longest good stretch of one part has "
            f"{n_times / sfreq:.3g} s, and an atom {n_times_atom / sfreq:.3g} s. "
            "Choose another fraction, 0 for no test, or shorter atoms."
        )

    def _tell(self, cuts):
        """Warn of what is left out, and tell into what the rest is cut."""
        sfreq = self.raw.info["sfreq"]
        n_times = sum(each.n_times for each in self.recordings)
        unfilled = n_times - sum(cut.n_samples for each in cuts for cut in each)
        left_out = sum((Counter(each.left_out) for each in self.recordings), Counter())
        said = say_left_out(left_out, unfilled, sfreq)
        if self.n_stretches == 1 and not said:
            return
        parts = [
            f"{sum(len(cut.starts) for cut in each)} of {each[0].n_times / sfreq:.1f} s"
            for each in cuts
        ]
        warnings.warn(
            f"{self.name}: left out {said or 'nothing'}. Signals cross no border of "
            f"the {self.n_stretches} good stretches: there are {parts[0]} to learn "
            "from" + (f" and {parts[1]} to test on." if len(parts) > 1 else "."),
            stacklevel=4,
        )
        self._tell_unused(cuts)

    def _tell_unused(self, cuts):
        """Warn of recordings that give no signal, because their stretches are short."""
        for name, each in zip(("to learn from", "to test on"), cuts, strict=False):
            unused = [
                str(recording.path)
                for recording, cut in zip(self.recordings, each, strict=True)
                if not len(cut.starts)
            ]
            if unused:
                warnings.warn(
                    f"No signal {name} is from {', '.join(unused)}: the good stretches "
                    f"there are shorter than {each[0].n_times} samples.",
                    stacklevel=5,
                )


def _split(recording, fraction):
    """Stretches to learn from, and those at the end, to test on."""
    n_test = round(fraction * recording.n_times)
    return first_part(recording.stretches, recording.n_times - n_test)
