"""Recordings that stay on disk. Only what is indexed is read."""

import numpy as np

from benchmark_utils.signals.stacked import Stacked


class RawSignals:
    """Signals of a recording, like an array of shape (n_signals, n_channels, n_times).

    Parameters
    ----------
    raw : mne.io.BaseRaw
        Not preloaded, unless it was filtered or resampled.
    cut : Pieces
        The places of the signals.
    offsets, scales : float or array, shape (n_channels, 1)
        Offsets are subtracted. The result is divided by the scales.
    done : dict or None
        The values of ``filter`` and ``resample`` that were applied.
    """

    on_disk, ndim, dtype = True, 3, np.dtype(np.float64)

    def __init__(self, raw, cut, offsets=0.0, scales=1.0, done=None):
        self.raw, self.cut, self.offsets, self.scales = raw, cut, offsets, scales
        self.done = done or {}
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
        if stop <= start:  # MNE-Python refuses to read nothing
            return np.empty((self.shape[1], 0))[channels]
        read, _ = self.raw[:, first + start : first + stop]
        return ((read - self.offsets) / self.scales)[channels, ::step]

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype)

    def info(self, X_test=None):
        """Facts about the channels, and the places of the signals in the file.

        Parameters
        ----------
        X_test : RawSignals or None
            Held-out signals of the same recording.

        Returns
        -------
        info : dict
            - ``sfreq``: sampling rate in Hz.
            - ``ch_names``, ``ch_types``: names and types of the channels.
            - ``ch_pos``, shape (n_channels, 3): positions in metres.
            - ``ch_loc``, shape (n_channels, 12): see `signals.sensors`. Positions are
              NaN if the file has none.
            - ``ch_scale``: the number that each channel was divided by.
            - ``starts`` and, with ``X_test``, ``starts_test``: the first sample of each
              signal, at the rate ``sfreq``, counted from the first one of the file.
            - ``first_samp``: number of the file's first sample in the measurement.
            - ``filter``, ``resample``: their values, if they were applied.
        """
        raw = self.raw
        ch_loc = np.array([channel["loc"] for channel in raw.info["chs"]])
        types = raw.get_channel_types()
        info = {
            "sfreq": raw.info["sfreq"],
            "ch_names": raw.ch_names,
            "ch_types": types,
            "ch_pos": ch_loc[:, :3],
            "ch_loc": ch_loc,
            "ch_scale": np.broadcast_to(self.scales, (len(types), 1))[:, 0].copy(),
            "starts": self.cut.starts,
            "first_samp": raw.first_samp,
        }
        if X_test is not None:
            info["starts_test"] = X_test.cut.starts
        return info | {key: value for key, value in self.done.items() if value}


class StackedRecordings(Stacked):
    """Signals of several recordings, like one array.

    Parameters
    ----------
    parts : sequence of RawSignals
        With the same channels and the same length.
    paths : sequence of path
        Of their recordings.
    """

    def __init__(self, parts, paths):
        super().__init__(parts)
        self.paths = list(map(str, paths))

    def info(self, X_test=None):
        """The facts of :meth:`RawSignals.info`, and the recording of each signal.

        Parameters
        ----------
        X_test : StackedRecordings or None

        Returns
        -------
        info : dict
            Positions of channels are those of the first recording. ``recordings`` has
            the paths, and ``recording`` the index of each signal's path. ``first_samp``
            has one number for each signal. Keys of held-out signals end in ``_test``.
        """
        info = {**self.parts[0].info(), **self._places()}
        if X_test is None:
            return info
        held_out = {f"{key}_test": value for key, value in X_test._places().items()}
        return {**info, **held_out}

    def _places(self):
        known = [part.info() for part in self.parts]
        first = np.array([each["first_samp"] for each in known])
        return {
            "starts": np.concatenate([each["starts"] for each in known]),
            "first_samp": first[self.groups],
            "recording": self.groups,
            "recordings": self.paths,
        }
