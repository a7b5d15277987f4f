"""Missing values (NaN): leave out the channels, features, signals or samples with them.

The losses have no mask. So whole channels or features are left out, and whole signals,
or whole samples of a recording.
"""

import warnings

import numpy as np

from benchmark_utils.reading.on_disk import is_on_disk, parts
from benchmark_utils.signals.good_blocks import read_parts
from benchmark_utils.signals.stacked import Kept

REMEDY = (
    "The loss has no mask for entries that are missing: fill them in before, for "
    "instance by interpolation or with sklearn.impute"
)


def drop_missing_channels(raw, stretches, path):
    """Drop channels that are NaN in all good stretches of a recording, with a warning.

    Parameters
    ----------
    raw : mne.io.BaseRaw
        Changed in place.
    stretches : array of int, shape (n_stretches, 2)
    path : path

    Raises
    ------
    ValueError
        If all channels are NaN.
    """
    if not len(stretches):
        return
    missing = np.ones(len(raw.ch_names), dtype=bool)
    for _, block in read_parts(raw, stretches, path):
        missing &= np.isnan(block).all(axis=1)
    names = [raw.ch_names[i] for i in np.flatnonzero(missing)]
    if missing.all():
        raise ValueError(f"{path}: all samples of all channels are NaN.")
    if names:
        raw.drop_channels(names)
        warnings.warn(
            f"{path}: left out channels that are NaN throughout, {', '.join(names)}.",
            stacklevel=4,
        )


def without_missing_samples(raw, stretches, path):
    """Stretches of a recording without the samples at which a channel is NaN.

    Parameters
    ----------
    raw, stretches, path
        See `drop_missing_channels`.

    Returns
    -------
    stretches : array of int, shape (n_stretches, 2)
    n_missing : int
        Number of samples that are left out.

    Raises
    ------
    ValueError
        If nothing is left.
    """
    there = np.zeros(raw.n_times + 1, dtype=bool)
    for start, block in read_parts(raw, stretches, path):
        there[start : start + block.shape[1]] = ~np.isnan(block).any(axis=0)
    found = [
        np.flatnonzero(np.diff(there[first:last], prepend=False, append=False))
        .reshape(-1, 2) + first
        for first, last in stretches
    ]  # fmt: skip
    found = np.concatenate(found)
    if not len(found):
        raise ValueError(
            f"{path}: at each good sample some channel is NaN. Mark such channels as "
            "bad in the file, or interpolate them."
        )
    return found, int(np.diff(stretches).sum() - np.diff(found).sum())


def without_missing_signals(arrays, paths):
    """Leave out features or channels that are NaN throughout, then signals with NaN.

    Parameters
    ----------
    arrays : list of ndarray or memmap, shape (n_signals, n_features, ...)
        Arrays of one or several files, with the same features or channels.
    paths : list of path

    Returns
    -------
    arrays : list of ndarray or Kept
        What is left. An array without any whole signal is left out.
    paths : list of path
        Files of these arrays.

    Raises
    ------
    ValueError
        If each signal has NaN.
    """
    if arrays[0].ndim < 2:  # other code raises an error for it
        return arrays, paths
    features = ~np.logical_and.reduce([_missing_throughout(X) for X in arrays])
    if not features.any():
        raise ValueError(f"missing=nan: all values of {_named(paths)} are NaN.")
    whole = [np.flatnonzero(_whole(X, features)) for X in arrays]
    n_signals, n_kept = sum(map(len, arrays)), sum(map(len, whole))
    if not n_kept:
        raise ValueError(
            f"missing=nan: each of the {n_signals} signals of {_named(paths)} has NaN "
            f"in a feature or channel that others have. {REMEDY}."
        )
    pairs = zip(whole, paths, strict=True)
    lost = [path for signals, path in pairs if not len(signals)]
    _tell(features, n_signals, n_kept, paths, lost)
    kept = [
        (_taken(X, signals, np.flatnonzero(features)), path)
        for X, signals, path in zip(arrays, whole, paths, strict=True)
        if len(signals)
    ]
    return [X for X, _ in kept], [path for _, path in kept]


def _missing_throughout(X):
    """Which features, or channels, are NaN in all signals."""
    missing = np.ones(X.shape[1], dtype=bool)
    for _, part in parts(X):
        others = tuple(axis for axis in range(part.ndim) if axis != 1)
        missing &= np.isnan(part).all(axis=others)
    return missing


def _whole(X, features):
    """Which signals have no NaN in some features, or channels."""
    whole = np.ones(len(X), dtype=bool)
    for first, part in parts(X):
        bad = np.isnan(part[:, features]).reshape(len(part), -1).any(axis=1)
        whole[first : first + len(part)] &= ~bad
    return whole


def _taken(X, signals, features):
    if len(signals) == len(X) and len(features) == X.shape[1]:
        return X
    kept = Kept(X, signals, features)
    return kept if is_on_disk(X) else kept[:]


def _named(paths):
    """One path, or the first and the last of several."""
    if len(paths) == 1:
        return str(paths[0])
    return f"{len(paths)} files, {paths[0]} to {paths[-1]}"


def _tell(features, n_signals, n_kept, paths, lost):
    said = []
    missing = np.flatnonzero(~features)
    if len(missing):
        listed = ", ".join(map(str, missing[:10])) + (" …" if len(missing) > 10 else "")
        said.append(
            f"{len(missing)} of {len(features)} features or channels, which are NaN "
            f"throughout (number {listed}, counted from 0)"
        )
    if n_kept < n_signals:
        said.append(
            f"{n_signals - n_kept} of {n_signals} signals, which have NaN elsewhere. "
            f"{REMEDY}, if these are too many"
        )
    if said:
        none = f" No signal is left of {', '.join(map(str, lost))}." if lost else ""
        left_out = f"{_named(paths)}: left out {' and '.join(said)}.{none}"
        warnings.warn(left_out, stacklevel=4)
