"""Channels of a recording: their means, their scales, and warnings of odd ones."""

import warnings

import numpy as np

SCALES = ("type", "channel", "none")
# A channel is odd if its deviation is this many times the median of its type, or the
# median is this many times its deviation.
FAR = 20


def mean_and_deviation(blocks):
    """Mean and standard deviation of each channel, in one pass.

    Parameters
    ----------
    blocks : iterable of arrays, shape (n_channels, n_times)

    Returns
    -------
    mean, deviation : arrays, shape (n_channels, 1)
    """
    sums = squares = n_times = 0
    shift = None
    for block in blocks:
        if shift is None:
            # Without the offset: its square would hide the deviation in rounding.
            shift = block[:, :1].copy()
        block = block - shift
        sums = sums + block.sum(axis=1, keepdims=True)
        squares = squares + (block**2).sum(axis=1, keepdims=True)
        n_times += block.shape[1]
    mean = sums / n_times
    return shift + mean, np.sqrt(np.maximum(squares / n_times - mean**2, 0))


def scales(deviation, types, scale):
    """The numbers that channels are divided by.

    Parameters
    ----------
    deviation : array, shape (n_channels, 1)
    types : sequence of str, length n_channels
    scale : {"type", "channel", "none"}
        "type": one deviation for all channels of a type, which keeps their proportions.
        "channel": the deviation of each channel. "none": 1.

    Returns
    -------
    scales : array, shape (n_channels, 1)

    Raises
    ------
    ValueError
        If all channels of a type are constant.
    """
    types = np.array(types)
    alike = types == types[:, np.newaxis]
    common = np.sqrt(alike @ deviation**2 / alike.sum(axis=1, keepdims=True))
    if not common.all():
        silent = ", ".join(sorted(set(types[common[:, 0] == 0])))
        raise ValueError(f"all channels of type {silent} are constant")
    if scale == "type":
        return common
    constant = deviation == 0
    return (
        np.where(constant, 1, deviation) if scale == "channel" else np.ones_like(common)
    )


def pooled(deviations, counts):
    """Deviation of channels over several recordings, each around its own mean.

    Parameters
    ----------
    deviations : sequence of arrays, shape (n_channels, 1)
    counts : sequence of int
        Samples of each recording.

    Returns
    -------
    deviation : array, shape (n_channels, 1)
    """
    return np.sqrt(np.average(np.square(deviations), axis=0, weights=counts))


def check_scale(scale):
    """Raise a ValueError unless it is one of ``SCALES``."""
    if scale not in SCALES:
        raise ValueError(f"scale must be one of {', '.join(SCALES)}; got {scale!r}.")


def warn_of_odd(deviation, names, types, where, scale=None):
    """Warn of channels whose deviation is far from that of others of their type.

    Parameters
    ----------
    deviation : array, shape (n_channels,) or (n_channels, 1)
    names, types : sequences of str, length n_channels
    where : str
        Name of the recording, for the warning.
    scale : str or None
        See `scales`. With "channel", only flat channels are odd. None if there is no
        choice of a scale.
    """
    deviation, types = np.ravel(deviation), np.array(types)
    flat = deviation == 0
    if flat.any():
        silent = ", ".join(names[i] for i in np.flatnonzero(flat))
        warnings.warn(
            f"{where}: these channels are flat: {silent}. Mark them as bad in the "
            "file to leave them out.",
            stacklevel=3,
        )
    far = [] if scale == "channel" else _far_channels(deviation, names, types, flat)
    if far:
        choice = (
            ", or use scale=channel, which gives each unit deviation" if scale else ""
        )
        warnings.warn(
            f"{where}: the standard deviation of some channels is far from the median "
            f"of their type: {', '.join(far)}. Loud channels outweigh all others in "
            "the loss. Mark those that are bad, or not of this type, as bad in the "
            f"file{choice}.",
            stacklevel=3,
        )


def warn_of_odd_recordings(deviations, names):
    """Warn of recordings that are far louder or quieter than the others.

    Parameters
    ----------
    deviations : sequence of arrays, shape (n_channels, 1)
    names : sequence of str
    """
    found = np.array(deviations)[:, :, 0]
    typical = np.median(found, axis=0)
    ratios = found[:, typical > 0] / typical[typical > 0]
    levels = np.median(ratios, axis=1) if ratios.size else np.ones(len(names))
    far = [
        f"{name} ({level:.1g} times it)"
        for name, level in zip(names, levels, strict=True)
        if not 1 / FAR <= level <= FAR
    ]
    if far:
        warnings.warn(
            "The standard deviation of some recordings is far from the median of all: "
            f"{', '.join(far)}. Loud recordings outweigh all others in the loss. Are "
            "they in other units? Leave them out, or save them in the same ones.",
            stacklevel=4,
        )


def _far_channels(deviation, names, types, flat):
    """Names of odd channels, each with its deviation over the median."""
    far = []
    for kind in dict.fromkeys(types[~flat]):
        of_kind = np.flatnonzero(~flat & (types == kind))
        ratios = deviation[of_kind] / _lower_median(deviation[of_kind])
        for channel, ratio in zip(of_kind, ratios, strict=True):
            if not 1 / FAR <= ratio <= FAR:
                times = f"{ratio:.0f}" if ratio > 1 else f"{ratio:.1g}"
                far.append(f"{names[channel]} ({times} times it)")
    return far


def _lower_median(values):
    """The median. Of two channels it is the quieter one, so that a loud one is odd."""
    return np.sort(values)[(len(values) - 1) // 2]
