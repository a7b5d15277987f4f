"""Open a recording of any format that MNE-Python reads, and say what is wrong with "
"it."""

import warnings

import mne
import numpy as np

from benchmark_utils.reading.on_disk import VALUES
from benchmark_utils.signals.channels import (
    check_scale,
    mean_and_deviation,
    scales,
    warn_of_odd,
)
from benchmark_utils.signals.raw_signals import OpenRecording
from benchmark_utils.signals.spans import good_stretches

USUAL = ("naming convention", "'boundary' events")  # MNE-Python's warnings of no loss
FORMATS = (
    "from_file reads recordings that MNE-Python reads (.fif, .edf, .bdf, .vhdr, .set "
    "…) and arrays (.npy, .npz, .mat, .csv, .tsv, .txt)"
)


def open_recording(path, picks="grad", scale="type"):
    """Channels of a recording, without their means, divided by standard deviations.

    It is read once, a few seconds at a time, for means and deviations. Spans annotated
    as bad are left out of these too.

    Parameters
    ----------
    path : path
        Of a file that MNE-Python reads: .fif, .edf, .vhdr …
    picks : str
        Type of the channels ("grad", "mag", "eeg", …), or "data" for all types. Those
        that the file marks as bad are left out.
    scale : {"type", "channel", "none"}
        Whose deviation channels are divided by: that of all of their type, their own,
        or nothing. Means are subtracted in any case.

    Returns
    -------
    recording : OpenRecording

    Raises
    ------
    ValueError
        If MNE-Python cannot read it, there is no such channel, nothing of it is good,
        a value is not finite, or all channels of a type are constant.
    """
    check_scale(scale)
    raw = read_raw(path)
    _pick(raw, picks, path)
    stretches, left_out = good_stretches(raw)
    if not len(stretches):
        raise ValueError(
            f"{path}: all of it is annotated as bad ({', '.join(left_out)}): nothing "
            "is left to learn from."
        )
    offsets, deviation = mean_and_deviation(_blocks(raw, stretches, path))
    types = raw.get_channel_types()
    try:
        factors = scales(deviation, types, scale)
    except ValueError as error:
        raise ValueError(f"{path}: {error}: nothing was recorded there.") from error
    warn_of_odd(deviation, raw.ch_names, types, path, scale)
    return OpenRecording(raw, stretches, left_out, offsets, factors, path)


def read_raw(path):
    """A recording, unread, whatever is told about it told with its name.

    Parameters
    ----------
    path : path

    Returns
    -------
    raw : mne.io.BaseRaw

    Raises
    ------
    ValueError
        Whatever MNE-Python raises: which file, why, and what to do.
    """
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            raw = mne.io.read_raw(path, verbose="WARNING")
    except Exception as error:  # each reader has errors of its own
        raise ValueError(_unreadable(path, error)) from error
    for note in told:
        words = str(note.message)
        if "Deprecat" in note.category.__name__ or any(x in words for x in USUAL):
            continue
        if "Invalid tag" in words:
            words += ": is the file truncated?"
        warnings.warn(f"{path}: MNE-Python says: {words}", stacklevel=3)
    return raw


def _unreadable(path, error):
    why = " ".join(str(error).split()) or type(error).__name__
    if path.is_dir():
        remedy = "It is a folder: give the path of a file in it."
    elif not path.stat().st_size:
        remedy = "It is empty: copy or record it again."
    elif "epoch" in why.lower() or "trials" in why.lower() or "-epo" in path.name:
        remedy = (
            "It holds epochs: save them as an array, "
            "numpy.save('X.npy', epochs.get_data()), and give that."
        )
    else:
        remedy = f"{FORMATS}: is it damaged, or of another format? Convert it."
    return f"{path} cannot be read as a recording ({why[:300]}). {remedy}"


def _pick(raw, picks, path):
    try:
        known = ", ".join(sorted(set(raw.get_channel_types())))
        raw.pick(picks, exclude="bads", verbose="ERROR")
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{path} has no good channel for picks={picks!r}, it has {known}: use one "
            "of these, or picks='data'."
        ) from error


def _blocks(raw, stretches, path):
    """Good stretches, a few seconds at a time, shape (n_channels, n_times)."""
    length = max(1, VALUES // len(raw.ch_names))
    for first, last in stretches:
        for start in range(first, last, length):
            yield _read(raw, start, min(start + length, last), path)


def _read(raw, start, stop, path):
    """Some samples, which are there and finite."""
    try:
        block, _ = raw[:, start:stop]
    except Exception as error:  # each reader has errors of its own
        raise ValueError(
            f"{path} cannot be read from {raw.times[start]:.2f} to "
            f"{raw.times[stop - 1]:.2f} s ({error}): it is truncated or damaged. Copy "
            "it again, or save the part that can be read as a file of its own."
        ) from error
    bad = ~np.isfinite(block)
    if bad.any():
        channel, sample = np.argwhere(bad)[0]
        raise ValueError(
            f"{path} has NaN or infinite values, for instance in "
            f"{raw.ch_names[channel]} at {raw.times[start + sample]:.2f} s: mark such "
            "channels as bad in the file, annotate the span as BAD, or interpolate."
        )
    return block
