"""The least operations and bytes that an algorithm needs: (operations, bytes).

A multiplication and an addition are two operations. Bytes are those of float32 arrays
that do not stay in cache: signals, and the codes of back-propagated layers, which are
written once and read once. Soft thresholding and extrapolation are not counted.
"""

from math import log2

FLOAT = 4


def dense(n_signals, n_features, n_atoms, n_layers, depth):
    """One gradient back-propagated through ``depth`` layers; None for the loss alone.

    Products: ``Dᵀx``, ``Dz``, one by ``G`` a layer but the first; of the gradient, that
    of the last codes with the signals and with themselves and, a back-propagated layer,
    one by ``G`` and one of ``a`` with ``z``.
    """
    by_D, by_G = 2 * n_signals * n_features * n_atoms, 2 * n_signals * n_atoms**2
    codes, signals = FLOAT * n_signals * n_atoms, FLOAT * n_signals * n_features
    if depth is None:
        return 2 * by_D + (n_layers - 1) * by_G, 2 * signals
    work = 3 * by_D + n_layers * by_G + 2 * depth * by_G
    return work, 3 * signals + 2 * depth * codes


def rank_one(n_windows, n_channels, n_times, n_atoms, n_times_atom, n_layers, depth):
    """The same of rank-1 atoms, windows of ``n_times`` samples being transformed."""
    n_frequencies = n_times // 2 + 1
    fft = n_windows * n_atoms * 2.5 * n_times * log2(n_times)
    product = n_windows * n_atoms * n_frequencies * 6  # by a spectrum, complex
    by_P = 2 * n_windows * n_atoms**2 * 2 * n_frequencies
    by_U = 2 * n_windows * n_channels * n_atoms * n_times
    codes = FLOAT * n_windows * n_atoms * (n_times - n_times_atom + 1)
    signals = FLOAT * n_windows * n_channels * n_times
    forward = 2 * by_U + (n_layers - 1) * (2 * fft + 2 * product + by_P)
    if depth is None:
        return forward, 2 * signals
    # Of a layer: â, ẑ and the way back; v̂â, v̂ẑ, their products with P and with each
    # other, and the two sums of products that are the derivative with respect to v̂.
    layer = 3 * fft + 5 * product + 2 * 8 / 6 * product + 3 * by_P
    statistics = 2 * fft + 4 * product + 2 * by_P
    return forward + by_U + statistics + depth * layer, 3 * signals + 2 * depth * codes
