"""The loss of a method's own codes against certified codes: the amortisation gap."""

import numpy as np
import torch

from benchmark_utils.scoring.supports import support_scores

OWN = ("amortisation_gap", "l0_own", "f1_own")


def own_codes(encode, X, like, positive, solver="the solver"):
    """Compute and check the codes of a method's own encoder.

    Parameters
    ----------
    encode : callable, ndarray -> array-like
    X : Tensor, shape (n_signals, ...)
    like : Tensor, shape (n_signals, n_atoms, ...)
        Codes of the right shape.
    positive : bool
        Whether codes are constrained to be non-negative.
    solver : str
        Name of the solver, for the error.

    Returns
    -------
    Z : Tensor, float64, the shape of ``like``

    Raises
    ------
    ValueError
        If codes have another shape, are not finite, or are negative although
        ``positive`` is true.
    """
    Z = np.asarray(encode(X.numpy()), dtype=np.float64)
    wrong = None
    if Z.shape != tuple(like.shape):
        wrong = f"of shape {Z.shape}, expected {tuple(like.shape)}"
    elif not np.isfinite(Z).all():
        wrong = "with NaN or infinite values"
    elif positive and (Z < 0).any():
        wrong = "with negative values, where the objective has positive=True"
    if wrong:
        raise ValueError(
            f"encode of {solver} returned codes {wrong}: mend it, or give no encode."
        )
    return torch.from_numpy(Z)


def own_scores(dictionary, X, Z, codes, lmbd):
    """Loss and number of a method's own codes.

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, ...)
    Z : Tensor, the shape of codes
        The method's own codes.
    codes : CertifiedCodes
        Certified codes of the same signals.
    lmbd : float

    Returns
    -------
    scores : dict of str to float
        ``amortisation_gap`` is ``(F(Z, D) - G(D)) / G(D)``, where G(D) is the loss of
        certified codes. It is NaN if G(D) is zero. ``l0_own`` is the mean number of
        non-zero codes of a signal.
    """
    residual = X - dictionary.reconstruct(Z)
    loss = residual.square().sum().item() / 2 + lmbd * Z.abs().sum().item()
    least = codes.values.sum().item()
    return {
        "amortisation_gap": (loss - least) / least if least > 0 else np.nan,
        "l0_own": Z.count_nonzero().item() / len(Z),
    }


def own_support(Z, Z_true, matching):
    """F1 of the support of own codes: see :func:`supports.support_scores`."""
    return {"f1_own": support_scores(Z.numpy(), Z_true, matching)["support_f1"]}
