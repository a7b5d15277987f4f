"""Recordings that stay on disk: what is indexed is read."""

import warnings

import numpy as np

from benchmark_utils.signals.spans import first_part, longest, pieces, say_left_out


class RawSignals:
    """Signals of a recording, as an array of shape (n_signals, n_channels, n_times).

    Parameters
    ----------
    raw : mne.io.BaseRaw
        Not preloaded.
    cut : Pieces
        Where the signals are.
    offsets, scales : float or array, shape (n_channels, 1)
        What to subtract, and then to divide by.
    """

    on_disk, ndim, dtype = True, 3, np.dtype(np.float64)

    def __init__(self, raw, cut, offsets=0.0, scales=1.0):
        self.raw, self.cut, self.offsets, self.scales = raw, cut, offsets, scales
        self.shape = len(cut.starts), len(raw.ch_names), cut.n_times

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, key):
        signal, channels, times = (*np.index_exp[key], *[slice(None)] * 3)[:3]
        span = times.indices(self.shape[2])
        starts = self.cut.starts[signal]
        if np.ndim(starts) == 0:
            return self._read(starts, channels, *span)
        parts = [self._read(start, channels, *span) for start in starts]
        return np.stack(parts) if parts else np.empty((0, *self.shape[1:]))

    def _read(self, first, channels, start, stop, step):
        if stop <= start:  # which MNE-Python refuses
            return np.empty((self.shape[1], 0))[channels]
        read, _ = self.raw[:, first + start : first + stop]
        return ((read - self.offsets) / self.scales)[channels, ::step]

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype)

    def info(self, X_test=None):
        """What is known of the channels, and where in the file the signals are.

        Parameters
        ----------
        X_test : RawSignals or None
            Held-out signals of the same recording.

        Returns
        -------
        info : dict
            ``sfreq`` in Hz; ``ch_names``, ``ch_types`` and ``ch_pos`` in metres, shape
            (n_channels, 3), NaN where the file has none; ``starts`` and, if there are
            any, ``starts_test``, the first sample of each signal, counted from the
            first one of the file, which is number ``first_samp`` of the measurement.
            With gradiometers alone, ``ch_loc`` too: see `signals.sensors`.
        """
        raw = self.raw
        ch_loc = np.array([channel["loc"] for channel in raw.info["chs"]])
        types = raw.get_channel_types()
        info = {
            "sfreq": raw.info["sfreq"],
            "ch_names": raw.ch_names,
            "ch_types": types,
            "ch_pos": ch_loc[:, :3],
            "starts": self.cut.starts,
            "first_samp": raw.first_samp,
        }
        if X_test is not None:
            info["starts_test"] = X_test.cut.starts
        return {**info, "ch_loc": ch_loc} if set(types) == {"grad"} else info


class OpenRecording:
    """Good stretches of a recording, which are yet to be cut into signals.

    Parameters
    ----------
    raw : mne.io.BaseRaw
        Not preloaded.
    stretches : array of int, shape (n_stretches, 2)
    left_out : dict of str to int
        Samples that are not in them, by annotation.
    offsets, scales : arrays, shape (n_channels, 1)
    path : path
        For messages.

    Attributes
    ----------
    shape : tuple of int
        (n_stretches, n_channels, samples of the longest).
    """

    on_disk, ndim, dtype = True, 3, np.dtype(np.float64)

    def __init__(self, raw, stretches, left_out, offsets, scales, path):
        self.raw, self.stretches, self.left_out = raw, stretches, left_out
        self.offsets, self.scales, self.path = offsets, scales, path
        self.shape = len(stretches), len(raw.ch_names), longest(stretches)

    def held_out(self, fraction, n_times_atom):
        """Signals to learn from, and the end of the recording, to test on.

        Without gaps each of them is one signal, else as :func:`spans.pieces` cuts them.

        Parameters
        ----------
        fraction : float
            Part of the good samples for the test, in [0, 1).
        n_times_atom : int

        Returns
        -------
        X, X_test : RawSignals
            ``X_test`` is None for a fraction of 0.

        Raises
        ------
        ValueError
            If one of them has no stretch of the length of an atom.
        """
        n_times = int(np.diff(self.stretches).sum())
        parts = first_part(self.stretches, n_times - round(fraction * n_times))
        cuts = [self._cut(part, fraction, n_times_atom) for part in parts if len(part)]
        if len(cuts) < (2 if fraction else 1):
            self._refuse(0, fraction, n_times_atom)
        self._tell(n_times, cuts)
        signals = [RawSignals(self.raw, c, self.offsets, self.scales) for c in cuts]
        return signals[0], signals[1] if fraction else None

    def _cut(self, part, fraction, n_times_atom):
        if longest(part) < n_times_atom:
            self._refuse(longest(part), fraction, n_times_atom)
        return pieces(part, n_times_atom)

    def _refuse(self, n_times, fraction, n_times_atom):
        sfreq = self.raw.info["sfreq"]
        raise ValueError(
            f"test_fraction={fraction} of {self.path} leaves nothing to learn from or "
            "to test on: the longest good stretch of one part has "
            f"{n_times / sfreq:.3g} s, and an atom {n_times_atom / sfreq:.3g} s. "
            "Choose another fraction, 0 for no test, or shorter atoms."
        )

    def _tell(self, n_times, cuts):
        """Say what is left out of a recording with gaps."""
        sfreq = self.raw.info["sfreq"]
        unfilled = n_times - sum(c.n_samples for c in cuts)
        said = say_left_out(self.left_out, unfilled, sfreq)
        if len(self.stretches) == 1 and not said:
            return
        parts = [f"{len(c.starts)} of {c.n_times / sfreq:.1f} s" for c in cuts]
        warnings.warn(
            f"{self.path}: left out {said or 'nothing'}. Signals cross no border of "
            f"its {len(self.stretches)} good stretches: there are {parts[0]} to learn "
            "from" + (f" and {parts[1]} to test on." if len(parts) > 1 else "."),
            stacklevel=4,
        )
