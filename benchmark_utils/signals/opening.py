"""Open recordings as signals: channels that all have, stretches that are good."""

from benchmark_utils.signals.channels import (
    check_scale,
    mean_and_deviation,
    pooled,
    scales,
    warn_of_odd,
    warn_of_odd_recordings,
)
from benchmark_utils.signals.filtering import filtered
from benchmark_utils.signals.good_blocks import blocks
from benchmark_utils.signals.matching import match_channels
from benchmark_utils.signals.missing import (
    drop_missing_channels,
    without_missing_samples,
)
from benchmark_utils.signals.open_recordings import OpenRecording, OpenRecordings
from benchmark_utils.signals.raw_recordings import read_raw
from benchmark_utils.signals.spans import MISSING, SHORT, good_stretches


def open_recordings(
    paths, picks="grad", scale="type", band=None, resample=None, missing=None
):
    """Channels of recordings, minus their means, divided by standard deviations.

    Each recording is read once, a few seconds at a time, to compute means and
    deviations. Spans annotated as bad do not count. Each channel has a mean for each
    recording, and one deviation for all recordings.

    Parameters
    ----------
    paths : sequence of path
        Files that MNE-Python reads: .fif, .edf, .vhdr …
    picks : str
        Type of the channels ("grad", "mag", "eeg", …), or "data" for all types.
        Channels that one file marks as bad or lacks are left out.
    scale : {"type", "channel", "none"}
        The deviation by which a channel is divided: that of all channels of its type,
        its own, or none. Means are subtracted in any case.
    band, resample : str and float, or None
        See :func:`filtering.filtered`. With one of them, recordings are in memory.
    missing : {"nan"} or None
        With "nan", channels that are NaN throughout are left out, then samples at which
        a channel is NaN. With None, NaN is an error.

    Returns
    -------
    recordings : OpenRecordings

    Raises
    ------
    ValueError
        If MNE-Python cannot read a file, if there is no such channel, if no stretch is
        good, if a value is not finite, if all channels of a type are constant, if the
        recordings have no channel in common, or if their sampling rates differ.
    """
    check_scale(scale)
    paths, raws = _distinct(paths, [read_raw(path) for path in paths])
    for raw, path in zip(raws, paths, strict=True):
        _pick(raw, picks, path)
        if missing:
            drop_missing_channels(raw, good_stretches(raw)[0], path)
    if len(raws) > 1:
        match_channels(raws, paths, same_rate=resample is None)
    options = band, resample, missing
    recordings = [
        _good(raw, path, *options) for raw, path in zip(raws, paths, strict=True)
    ]
    deviation = _centre(recordings)
    types = raws[0].get_channel_types()
    name = OpenRecordings(recordings, 1.0).name
    try:
        factors = scales(deviation, types, scale)
    except ValueError as error:
        raise ValueError(f"{name}: {error}: nothing was recorded there.") from error
    warn_of_odd(deviation, raws[0].ch_names, types, name, scale)
    done = {"filter": band, "resample": resample}
    return OpenRecordings(recordings, factors, done)


def open_recording(path, picks="grad", scale="type"):
    """The same as :func:`open_recordings`, for one recording."""
    return open_recordings([path], picks, scale)


def _distinct(paths, raws):
    """Drop files that are later parts of another file, which has read them."""
    later = {str(file) for raw in raws for file in raw.filenames[1:] if file}
    kept = [
        (path, raw)
        for path, raw in zip(paths, raws, strict=True)
        if str(path.resolve()) not in later
    ]
    return [path for path, _ in kept], [raw for _, raw in kept]


def _good(raw, path, band, resample, missing):
    stretches, left_out = good_stretches(raw)
    if not len(stretches):
        raise ValueError(
            f"{path}: all of it is annotated as bad ({', '.join(left_out)}): nothing "
            "is left to learn from."
        )
    if missing:
        stretches, n_missing = without_missing_samples(raw, stretches, path)
        left_out |= {MISSING: n_missing} if n_missing else {}
    if band is not None or resample is not None:
        # Raises an error for values that are not finite, which filters would spread.
        for _ in blocks(raw, stretches, path):
            pass
        sfreq = raw.info["sfreq"]
        raw, stretches, n_short = filtered(raw, stretches, band, resample, path)
        rate = raw.info["sfreq"] / sfreq
        left_out = {name: round(n * rate) for name, n in left_out.items()}
        if n_short:
            left_out[SHORT] = round(n_short * rate)
    return OpenRecording(raw, stretches, left_out, path)


def _centre(recordings):
    """Set the means of each recording; returns the deviations over all recordings."""
    deviations, counts = [], []
    for each in recordings:
        found = mean_and_deviation(blocks(each.raw, each.stretches, each.path))
        each.offsets, deviation = found
        deviations.append(deviation)
        counts.append(each.n_times)
    warn_of_odd_recordings(deviations, [str(each.path) for each in recordings])
    return pooled(deviations, counts)


def _pick(raw, picks, path):
    try:
        known = ", ".join(sorted(set(raw.get_channel_types())))
        raw.pick(picks, exclude="bads", verbose="ERROR")
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{path} has no good channel for picks={picks!r}, it has {known}: use one "
            "of these, or picks='data'."
        ) from error
