"""Filter and resample the good stretches of recordings, by MNE-Python."""

from math import ceil

import mne
import numpy as np
import psutil

from benchmark_utils.parameters.quantities import Band

COPIES = 4  # copies of a stretch that a filter holds in memory


def loaded_stretch(raw, start, stop):
    """One stretch of a recording, in memory and without annotations.

    Each stretch is filtered alone, so that bad spans beside it do not leak into it.

    Parameters
    ----------
    raw : mne.io.BaseRaw
    start, stop : int
        First sample, and the sample after the last.

    Returns
    -------
    part : mne.io.BaseRaw
    """
    part = raw.copy().crop(*raw.times[[start, stop - 1]]).load_data(verbose="ERROR")
    part.set_annotations(None)
    return part


def check_rates(band, resample, sfreq, path):
    """Raise a ValueError for a band or a rate that a recording does not have.

    Parameters
    ----------
    band : str or None
        As "1-40", in Hz.
    resample : float or None
        In Hz.
    sfreq : float
        Of the recording.
    path : path
        For the message.
    """
    if resample is not None and resample > sfreq:
        raise ValueError(
            f"resample={resample:g} is above the {sfreq:g} samples a second of {path}: "
            "atoms would have samples that were never recorded. Use a lower rate."
        )
    nyquist = (resample or sfreq) / 2
    for limit in Band.limits(band):
        if limit is not None and limit >= nyquist:
            raise ValueError(
                f"filter={band} has a limit of {limit:g} Hz, and {path} at "
                f"{resample or sfreq:g} samples a second has only frequencies below "
                f"{nyquist:g} Hz: lower it, or leave it out as in filter='1-'."
            )


def filtered(raw, stretches, band, resample, path):
    """The good stretches of a recording, filtered and resampled, in memory.

    Parameters
    ----------
    raw : mne.io.BaseRaw
    stretches : array of int, shape (n_stretches, 2)
    band : str or None
        As "1-40", in Hz: MNE-Python's zero-phase FIR filter.
    resample : float or None
        In Hz.
    path : path
        For messages.

    Returns
    -------
    raw : mne.io.RawArray
        At the new rate, as long as the file, zero outside of the stretches.
    stretches : array of int, shape (n_stretches, 2)
        In samples of that recording. Stretches shorter than the filter are left out.
    n_short : int
        Samples in the stretches that are left out, at the rate of the file.

    Raises
    ------
    ValueError
        If the recording has no such frequencies, no stretch is as long as the filter,
        or the result does not fit in memory.
    """
    sfreq = raw.info["sfreq"]
    check_rates(band, resample, sfreq, path)
    long = np.diff(stretches)[:, 0] >= _filter_length(band, sfreq)
    if not long.any():
        raise ValueError(
            f"{path} has no good stretch as long as the filter={band}, which takes "
            f"{_filter_length(band, sfreq) / sfreq:.1f} s: use a higher first limit, "
            "or remove annotations that begin with BAD."
        )
    ratio = (resample or sfreq) / sfreq
    _check_memory(raw, stretches[long], ratio, path)
    data, bounds, info = _parts(raw, stretches[long], band, resample, ratio)
    first = round(raw.first_samp * ratio)
    done = mne.io.RawArray(data, info, first_samp=first, verbose="ERROR")
    done.set_annotations(_from_start(raw))
    return done, bounds, int(np.diff(stretches[~long]).sum())


def _from_start(raw):
    """Annotations of a recording, counted from the first sample of the file."""
    notes = raw.annotations
    facts = notes.onset - raw.first_time, notes.duration, notes.description
    return mne.Annotations(*facts, ch_names=notes.ch_names)


def _parts(raw, stretches, band, resample, ratio):
    """An array with the stretches at their places, their bounds, and its mne.Info."""
    data = np.zeros((len(raw.ch_names), ceil(raw.n_times * ratio) + 1))
    end, bounds = 0, []
    for start, stop in stretches:
        part = loaded_stretch(raw, start, stop)
        if band is not None:
            part.filter(*Band.limits(band), picks="all", verbose="ERROR")
        if resample is not None and resample != raw.info["sfreq"]:
            part.resample(resample, verbose="ERROR")
        first = max(end, round(start * ratio))
        end = min(first + part.n_times, data.shape[1])
        data[:, first:end] = part.get_data()[:, : end - first]
        bounds.append((first, end))
    return data, np.array(bounds), part.info


def _filter_length(band, sfreq):
    """Samples of the filter; 1 without one."""
    if band is None:
        return 1
    return len(
        mne.filter.create_filter(None, sfreq, *Band.limits(band), verbose="ERROR")
    )


def _check_memory(raw, stretches, ratio, path):
    n_times = raw.n_times * ratio + COPIES * np.diff(stretches).max()
    needed = 8 * len(raw.ch_names) * n_times
    free = psutil.virtual_memory().available
    if needed > free:
        raise ValueError(
            f"{path}, filtered, takes {needed / 1e9:.3g} GB of memory, and "
            f"{free / 1e9:.3g} GB are free: use a lower resample or fewer channels, or "
            "save it filtered by MNE-Python, and give that file without filter."
        )
