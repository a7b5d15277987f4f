"""Good stretches of a recording, read a few seconds at a time."""

import numpy as np

from benchmark_utils.reading.on_disk import VALUES


def blocks(raw, stretches, path):
    """Read the good stretches of a recording in blocks.

    Parameters
    ----------
    raw : mne.io.BaseRaw
    stretches : array of int, shape (n_stretches, 2)
    path : path
        For messages.

    Yields
    ------
    block : array, shape (n_channels, n_times)

    Raises
    ------
    ValueError
        If a part cannot be read, or a value is not finite.
    """
    for start, block in read_parts(raw, stretches, path):
        _check_finite(block, raw, start, path)
        yield block


def read_parts(raw, stretches, path):
    """The first sample of each block, and the block. Values may be NaN or infinite."""
    length = max(1, VALUES // len(raw.ch_names))
    for first, last in stretches:
        for start in range(first, last, length):
            yield start, _read(raw, start, min(start + length, last), path)


def _read(raw, start, stop, path):
    try:
        return raw[:, start:stop][0]
    except Exception as error:  # each reader has errors of its own
        raise ValueError(
            f"{path} cannot be read from {raw.times[start]:.2f} to "
            f"{raw.times[stop - 1]:.2f} s ({error}): it is truncated or damaged. Copy "
            "it again, or save the part that can be read as a file of its own."
        ) from error


def _check_finite(block, raw, start, path):
    bad = ~np.isfinite(block)
    if bad.any():
        channel, sample = np.argwhere(bad)[0]
        raise ValueError(
            f"{path} has NaN or infinite values, for instance in "
            f"{raw.ch_names[channel]} at {raw.times[start + sample]:.2f} s: mark such "
            "channels as bad in the file, annotate the span as BAD, or interpolate. "
            "missing=nan leaves out what is NaN."
        )
