"""Codes of convolutional K-SVD: matching pursuit over atoms and times."""

import numpy as np
import torch

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.rank_one import RankOne

TINY = 1e-10  # smaller values, relative to the largest, are rounding errors


def matching_pursuit(X, D, model, n_picks, nonnegative=False):
    """Codes with ``n_picks`` non-zeros for each signal, by matching pursuit.

    Each pick takes the pair of atom and time that is most correlated with the residual.
    A pair is picked at most once. Every pick makes the residual smaller.

    Parameters
    ----------
    X, D, model, nonnegative
        See :func:`benchmark_utils.learning.conv_ksvd.conv_ksvd_step`.
    n_picks : int
        Fewer if nothing is left to represent.

    Returns
    -------
    Z : ndarray, shape (n_signals, n_atoms, n_times - n_times_atom + 1)
    """
    dictionary, pad = dictionary_of(D, model), D.shape[2] - 1
    alone = np.pad(D, ((0, 0), (0, 0), (pad, pad)))
    # [k, l, pad + lag]: the correlation of atom l, lag samples later, with atom k.
    overlaps = dictionary.correlate(torch.as_tensor(alone)).numpy()
    correlations = dictionary.correlate(torch.as_tensor(X)).numpy().copy()
    return np.array([_pursue(c, overlaps, n_picks, nonnegative) for c in correlations])


def _pursue(correlation, overlaps, n_picks, nonnegative):
    """Codes of one signal from its correlations, which are overwritten."""

    def gains(window):
        c = correlation[:, window]
        return (c if nonnegative else np.abs(c)) * free[:, window]

    z, free = np.zeros_like(correlation), np.ones(correlation.shape, dtype=bool)
    pad, n_codes = overlaps.shape[2] // 2, correlation.shape[1]
    best = gains(slice(None)).max(axis=0)  # over atoms, at each time
    rounding = TINY * best.max()
    for _ in range(n_picks):
        t = best.argmax()
        if best[t] <= rounding:
            break
        k = gains(t).argmax()
        z[k, t], free[k, t] = correlation[k, t], False
        near = slice(max(t - pad, 0), min(t + pad + 1, n_codes))
        lags = slice(near.start - t + pad, near.stop - t + pad)
        correlation[:, near] -= z[k, t] * overlaps[k, :, lags]
        best[near] = gains(near).max(axis=0)
    return z


def dictionary_of(D, model):
    """The dictionary of the atoms. Rank-1 factors are computed without an SVD."""
    if model != "rank1":
        return make_dictionary(model, D)
    v = waveforms(D)
    u = np.einsum("kct,kt->kc", D, v)
    return RankOne([torch.as_tensor(u), torch.as_tensor(v)])


def waveforms(D):
    """Unit ``v`` of atoms ``u vᵀ``, from their loudest channels."""
    loudest = np.linalg.norm(D, axis=2).argmax(axis=1)
    v = D[np.arange(len(D)), loudest]
    return v / np.linalg.norm(v, axis=1, keepdims=True)
