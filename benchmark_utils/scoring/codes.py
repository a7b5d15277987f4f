"""Scores of certified codes that need no true dictionary."""

import torch

# Share of the energy of signals that rounding leaves when their mean is taken away.
ROUNDING = 1e-24


def l0(codes):
    """Mean number of codes of a signal that are not zero (float).

    Long recordings and images are evaluated in segments: each counts as a signal.
    """
    return codes.Z.count_nonzero().item() / len(codes.Z)


def explained_variance(X, codes, lmbd):
    """``1 - Σ‖x - zD‖² / Σ‖x - x̄‖²``, over the signals.

    x̄ is the mean signal or, where atoms have shifts, the mean of each channel.

    Parameters
    ----------
    X : Tensor, shape (n_signals, ...)
    codes : CertifiedCodes
        Of those signals, for λ = ``lmbd``.
    lmbd : float

    Returns
    -------
    share : float
        At most 1. NaN where all signals are alike.
    """
    dims = [dim for dim in range(X.dim()) if dim != 1]
    variance = (X - X.mean(dims, keepdim=True)).square().sum().item()
    residual = 2 * (codes.values.sum() - lmbd * codes.Z.abs().sum()).item()
    varies = variance > ROUNDING * X.square().sum().item()
    return 1 - residual / variance if varies else torch.nan
