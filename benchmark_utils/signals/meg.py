"""MEG recordings, cleaned once and kept on disk."""

import hashlib
import json
import os
import warnings
from dataclasses import replace
from pathlib import Path

import mne
import numpy as np

from benchmark_utils.signals.clean_recording import SFREQ, Recording
from benchmark_utils.signals.filtering import loaded_stretch
from benchmark_utils.signals.raw_recordings import read_raw
from benchmark_utils.signals.spans import good_stretches, say_left_out

HIGH_PASS = 2.0  # Hz
SHORTEST = 2.0  # seconds of the shortest stretch that the high-pass filter fits in
VERSION = 2  # of the cleaning. Raise it when a change of code changes the result


def load(source, folder):
    """A clean recording. It is read from the disk if it was cleaned before.

    Parameters
    ----------
    source : Source
    folder : path
        Folder of clean recordings.

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
    return replace(
        recording,
        ch_names=recording.ch_names.tolist(),
        first_time=float(recording.first_time),
    )


def clean(path, power_line, bads=()):
    """Gradiometers without the power line and the drift, at 150 Hz (paper, A.6).

    The steps are those of alphacsc's examples: leave out channels marked as bad, apply
    notch filters at the power line's frequency and its harmonics, high-pass at 2 Hz,
    resample. Flat channels and spans annotated as bad are left out too. Each good
    stretch is cleaned alone, so that nothing leaks into it from a bad span.

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
        If it cannot be read, if no channel or no stretch is left, or if a value is not
        finite.
    """
    raw = read_raw(path)
    raw.info["bads"] = sorted({*raw.info["bads"], *bads}.intersection(raw.ch_names))
    picks = mne.pick_types(raw.info, meg="grad", exclude="bads")
    if not len(picks):
        raise ValueError(f"{path} has no gradiometer that is not marked as bad.")
    raw.pick(picks, verbose="ERROR")
    stretches = _kept_stretches(raw, path)
    _check_values(raw, stretches, path)
    parts = [_cleaned(raw, *stretch, power_line) for stretch in stretches]
    return Recording(
        np.concatenate(parts, axis=1),
        raw.ch_names,
        np.array([channel["loc"] for channel in raw.info["chs"]]),
        bounds=np.cumsum([0, *(part.shape[1] for part in parts)]),
        onsets=stretches[:, 0] / raw.info["sfreq"],
        first_time=float(raw.first_time),
    )


def _kept_stretches(raw, path):
    """Good stretches that are not too short. A warning tells what is left out."""
    sfreq = raw.info["sfreq"]
    stretches, left_out = good_stretches(raw)
    if len(stretches) == 1 and not left_out:
        return stretches
    lengths = np.diff(stretches)[:, 0]
    kept = lengths >= SHORTEST * sfreq
    said = say_left_out(left_out, lengths[~kept].sum(), sfreq)
    if not kept.any():
        raise ValueError(
            f"{path} has no good stretch of {SHORTEST} s: left out {said}. Remove "
            "annotations that begin with BAD from the file."
        )
    warnings.warn(
        f"{path}: left out {said or 'nothing'}. {kept.sum()} good stretches are "
        "cleaned one by one.",
        stacklevel=4,
    )
    return stretches[kept]


def _cleaned(raw, start, stop, power_line):
    """One stretch, filtered and resampled, shape (n_channels, n_times)."""
    part = loaded_stretch(raw, start, stop)
    nyquist = part.info["sfreq"] / 2
    harmonics = np.arange(power_line, nyquist - power_line / 2, power_line)
    part.notch_filter(harmonics, verbose="ERROR")
    part.filter(HIGH_PASS, None, verbose="ERROR")
    return part.resample(SFREQ, verbose="ERROR").get_data()


def _check_values(raw, stretches, path):
    """Refuse values that are not finite, which filters spread. Drop flat channels."""
    data = np.concatenate([raw[:, a:b][0] for a, b in stretches], axis=1)
    times = np.concatenate([raw.times[a:b] for a, b in stretches])
    bad = ~np.isfinite(data)
    if bad.any():
        channel, sample = np.argwhere(bad)[0]
        raise ValueError(
            f"{path} has NaN or infinite values in {bad.any(axis=1).sum()} channels, "
            f"the first in {raw.ch_names[channel]} at {times[sample]:.2f} s: mark "
            "these channels as bad in the file, or interpolate them."
        )
    flat = [raw.ch_names[i] for i in np.flatnonzero(np.ptp(data, axis=1) == 0)]
    if len(flat) == len(raw.ch_names):
        raise ValueError(f"All gradiometers of {path} are flat: nothing was recorded.")
    if flat:
        warnings.warn(
            f"{path}: left out channels that are flat, {', '.join(flat)}.", stacklevel=3
        )
        raw.drop_channels(flat)


def write_arrays(path, **arrays):
    """Write an npz file in one step: other processes see all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.stem}-{os.getpid()}.npz")
    np.savez(draft, **arrays)
    os.replace(draft, path)


def _fingerprint(source, path):
    """A hash of the file's facts and of everything else that cleaning depends on."""
    stat = path.stat()
    facts = [path.name, stat.st_size, stat.st_mtime_ns, source.power_line]
    facts += [*source.bads, HIGH_PASS, SFREQ, VERSION, mne.__version__]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
