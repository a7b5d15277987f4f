"""Recordings that stay on disk: what is indexed is read."""

import mne
import numpy as np

from benchmark_utils.signals.on_disk import parts


class RawSignals:
    """Channels of a recording as an array, shape (1, n_channels, n_times).

    Parameters
    ----------
    raw : mne.io.BaseRaw
        Not preloaded.
    scales : float or array, shape (n_channels, 1)
        What to divide by.
    start, stop : int
        First sample, and the one after the last, by default of all.
    """

    on_disk, ndim, dtype = True, 3, np.dtype(np.float64)

    def __init__(self, raw, scales=1.0, start=0, stop=None):
        self.raw, self.scales, self.start = raw, scales, start
        n_times = raw.n_times if stop is None else stop
        self.shape = 1, len(raw.ch_names), n_times - start

    def __len__(self):
        return 1

    def __getitem__(self, key):
        signal, channels, times = (*np.index_exp[key], *[slice(None)] * 3)[:3]
        start, stop, step = times.indices(self.shape[2])
        read, _ = self.raw[:, self.start + start : self.start + stop]
        return (read / self.scales)[np.newaxis][signal, channels, ::step]

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype)

    def stretch(self, start, stop):
        """The samples from ``start`` to before ``stop``, unread."""
        return RawSignals(self.raw, self.scales, self.start + start, self.start + stop)


def open_recording(path, picks):
    """Channels of a recording, divided by the standard deviation of those of a type.

    It is read once, a few seconds at a time, for these deviations.

    Parameters
    ----------
    path : path
        Of a file that MNE-Python reads: .fif, .edf, .vhdr …
    picks : str
        Type of the channels ("grad", "mag", "eeg", …), or "data" for all types. Those
        that the file marks as bad are left out.

    Returns
    -------
    X : RawSignals

    Raises
    ------
    ValueError
        If MNE-Python cannot read it, there is no such channel, or a value is not
        finite.
    """
    try:
        raw = mne.io.read_raw(path, verbose="ERROR")
    except ValueError as error:
        raise ValueError(
            f"{path} is neither a .npy file nor a recording that MNE-Python reads: "
            f"{error}"
        ) from error
    try:
        raw.pick(picks, exclude="bads", verbose="ERROR")
    except ValueError as error:
        known = ", ".join(sorted(set(raw.get_channel_types())))
        raise ValueError(
            f"{path} has no good channel for picks={picks!r}, it has {known}: use one "
            "of these, or picks='data'."
        ) from error
    return RawSignals(raw, _scales(raw, path))


def _scales(raw, path):
    """Standard deviation of all channels of the same type, shape (n_channels, 1)."""
    sums, squares = np.zeros((2, len(raw.ch_names)))
    n_times = 0
    for _, (part,) in parts(RawSignals(raw)):
        _check_finite(part, n_times, raw, path)
        sums += part.sum(axis=1)
        squares += (part**2).sum(axis=1)
        n_times += part.shape[1]
    types = np.array(raw.get_channel_types())
    alike = types == types[:, np.newaxis]
    mean, power = (alike @ x / (n_times * alike.sum(axis=1)) for x in (sums, squares))
    scales = np.sqrt(np.maximum(power - mean**2, 0))[:, np.newaxis]
    if not scales.all():
        silent = ", ".join(sorted(set(types[scales[:, 0] == 0])))
        raise ValueError(f"All channels of type {silent} in {path} are constant.")
    return scales


def _check_finite(part, start, raw, path):
    bad = ~np.isfinite(part)
    if bad.any():
        channel, sample = np.argwhere(bad)[0]
        raise ValueError(
            f"{path} has NaN or infinite values, for instance in "
            f"{raw.ch_names[channel]} at {raw.times[start + sample]:.2f} s: mark such "
            "channels as bad in the file, or interpolate them."
        )
