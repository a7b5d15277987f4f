"""From the user's ``reg`` to the absolute λ of the loss."""

import warnings

import torch

from benchmark_utils.devices import host_tensor
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.reading.on_disk import parts

DENSEST = 0.2  # largest share of non-zero codes that is called sparse


def lambda_max(model, D, X, positive=False):
    """The smallest λ for which every code is zero: ``max |Dᵀx|`` over all signals.

    Parameters
    ----------
    model : str
    D : ndarray, shape (n_atoms, *atom_shape)
    X : ndarray or signals on disk, shape (n_signals, ...)
        Signals on disk are read part by part.
    positive : bool
        Whether z >= 0. Only positive correlations count then.

    Returns
    -------
    lmbd_max : float
    """
    dictionary = make_dictionary(model, D)
    overlap = max((m - 1 for m in dictionary.atom_support[:1]), default=0)
    peaks = (
        dictionary.correlate(x)
        for _, part in parts(X, overlap)
        for x in dictionary.blocks(host_tensor(part, torch.float64))
    )
    return max((b if positive else b.abs()).max().item() for b in peaks)


def absolute_lmbd(reg, scaled, model, D_init, X, positive=False):
    """λ of a problem. It is the same for every solver.

    Parameters
    ----------
    reg : float
    scaled : bool
        Whether λ is ``reg`` times ``λ_max(D_init)`` instead of ``reg`` itself.
    model, D_init, X, positive
        See :func:`lambda_max`.

    Returns
    -------
    lmbd : float

    Raises
    ------
    ValueError
        If ``reg`` is not positive, or is scaled on signals that are all zero.
    """
    if not 0 < reg < float("inf"):
        raise ValueError(f"reg must be a positive number, got {reg}.")
    if not scaled:
        return float(reg)
    peak = lambda_max(model, D_init, X, positive)
    if not peak > 0:
        raise ValueError(
            "scaled_reg=True needs signals that correlate with D_init, and here "
            "λ_max is zero: are all signals zero? Use scaled_reg=False."
        )
    return float(reg) * peak


def warn_of_lmbd(density, solver):
    """Warn if the codes of a learned dictionary show that λ is useless.

    Parameters
    ----------
    density : float
        Share of the codes that are not zero.
    solver : str
        Name of the solver, for the warning.
    """
    if density > DENSEST:
        warnings.warn(
            f"{solver}: {density:.0%} of the codes are not zero. λ is too small for "
            "the atoms to mean anything: use a larger reg, for recordings with "
            "scaled_reg=True,init=data,positive=True.",
            stacklevel=2,
        )
    elif density == 0:
        warnings.warn(
            f"{solver}: all codes are zero. λ is too large for anything to be "
            "learned: use a smaller reg, or scaled_reg=True with reg < 1.",
            stacklevel=2,
        )
