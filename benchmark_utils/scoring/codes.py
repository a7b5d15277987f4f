"""Scores of certified codes that need no true dictionary."""

import torch

# If the variance is a smaller share of the signals' energy, it is a rounding error.
ROUNDING = 1e-24


def l0(codes):
    """Mean number of non-zero codes of a signal (float).

    Long recordings and images are evaluated in segments. Each segment counts as a
    signal.
    """
    return codes.Z.count_nonzero().item() / len(codes.Z)


def explained_variance(X, codes, lmbd):
    """``1 - Σ‖x - zD‖² / Σ‖x - x̄‖²``, over the signals.

    x̄ is the mean signal or, for convolutional atoms, the mean of each channel.

    Parameters
    ----------
    X : Tensor, shape (n_signals, ...)
    codes : CertifiedCodes
        Codes of these signals for λ = ``lmbd``.
    lmbd : float

    Returns
    -------
    share : float
        At most 1. NaN if all signals are equal.
    """
    dims = [dim for dim in range(X.dim()) if dim != 1]
    variance = (X - X.mean(dims, keepdim=True)).square().sum().item()
    residual = 2 * (codes.values.sum() - lmbd * codes.Z.abs().sum()).item()
    varies = variance > ROUNDING * X.square().sum().item()
    return 1 - residual / variance if varies else torch.nan


def atom_usage(Z):
    """Mean absolute code of each atom.

    Parameters
    ----------
    Z : Tensor, shape (n_signals, n_atoms, ...)

    Returns
    -------
    usage : ndarray, shape (n_atoms,)
    """
    if Z.dim() > 2:
        Z = Z.abs().flatten(2).mean(dim=2)
    return Z.abs().mean(dim=0).numpy()
