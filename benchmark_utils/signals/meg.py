"""MEG recordings, cleaned once and kept on disk."""

import hashlib
import json
import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import mne
import numpy as np

SFREQ = 150.0  # Hz, after cleaning (paper, A.6)
HIGH_PASS = 2.0  # Hz
VERSION = 1  # of the cleaning: to be raised when it changes what it gives


@dataclass(frozen=True)
class Recording:
    """A recording that is clean.

    Parameters
    ----------
    data : array, shape (n_channels, n_times)
        float64, tesla per metre.
    ch_names : list of str
    ch_loc : array, shape (n_channels, 12)
        See `benchmark_utils.signals.sensors`.
    """

    data: np.ndarray
    ch_names: list
    ch_loc: np.ndarray


def load(source, folder):
    """A clean recording, from the disk if it was cleaned before.

    Parameters
    ----------
    source : Source
    folder : path
        Where clean recordings are kept.

    Returns
    -------
    recording : Recording

    Raises
    ------
    FileNotFoundError
        If the recording is not on this machine.
    ValueError
        If it cannot be cleaned (see `clean`).
    """
    path = source.locate()
    kept = Path(folder) / f"clean-{_fingerprint(source, path)}.npz"
    if not kept.is_file():
        recording = clean(path, source.power_line, source.bads)
        write_arrays(kept, **vars(recording))
        return recording
    with np.load(kept) as file:
        recording = Recording(**file)
    return replace(recording, ch_names=recording.ch_names.tolist())


def clean(path, power_line, bads=()):
    """Gradiometers without the power line and the drift, at 150 Hz (paper, A.6).

    The steps are those of alphacsc's examples: channels marked as bad are left out;
    notch filters at the power line's frequency and its harmonics; high-pass at 2 Hz;
    resampling. Channels that are flat are left out too.

    Parameters
    ----------
    path : path
        A FIF file.
    power_line : float
        Hz.
    bads : sequence of str
        Channels to leave out, beside those that the file marks.

    Returns
    -------
    recording : Recording

    Raises
    ------
    ValueError
        If there is no channel to keep, or a value is not finite.
    """
    raw = mne.io.read_raw_fif(path, verbose="ERROR")
    raw.info["bads"] = sorted({*raw.info["bads"], *bads}.intersection(raw.ch_names))
    picks = mne.pick_types(raw.info, meg="grad", exclude="bads")
    if not len(picks):
        raise ValueError(f"{path} has no gradiometer that is not marked as bad.")
    raw.pick(picks, verbose="ERROR").load_data(verbose="ERROR")
    _check_values(raw, path)
    nyquist = raw.info["sfreq"] / 2
    harmonics = np.arange(power_line, nyquist - power_line / 2, power_line)
    raw.notch_filter(harmonics, verbose="ERROR")
    raw.filter(HIGH_PASS, None, verbose="ERROR")
    raw.resample(SFREQ, verbose="ERROR")
    ch_loc = np.array([channel["loc"] for channel in raw.info["chs"]])
    return Recording(raw.get_data(), raw.ch_names, ch_loc)


def _check_values(raw, path):
    """Refuse what is not finite, which filters would spread; drop flat channels."""
    data = raw.get_data()
    bad = ~np.isfinite(data)
    if bad.any():
        channel, sample = np.argwhere(bad)[0]
        raise ValueError(
            f"{path} has NaN or infinite values in {bad.any(axis=1).sum()} channels, "
            f"the first in {raw.ch_names[channel]} at {raw.times[sample]:.2f} s: mark "
            "these channels as bad in the file, or interpolate them."
        )
    flat = [raw.ch_names[i] for i in np.flatnonzero(np.ptp(data, axis=1) == 0)]
    if len(flat) == len(raw.ch_names):
        raise ValueError(f"All gradiometers of {path} are flat: nothing was recorded.")
    if flat:
        warnings.warn(
            f"{path}: left out channels that are flat, {', '.join(flat)}.", stacklevel=2
        )
        raw.drop_channels(flat)


def write_arrays(path, **arrays):
    """Write an npz file at once: others see all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.stem}-{os.getpid()}.npz")
    np.savez(draft, **arrays)
    os.replace(draft, path)


def _fingerprint(source, path):
    """Of the file and of all that cleaning depends on."""
    stat = path.stat()
    facts = [path.name, stat.st_size, stat.st_mtime_ns, source.power_line]
    facts += [*source.bads, HIGH_PASS, SFREQ, VERSION, mne.__version__]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
