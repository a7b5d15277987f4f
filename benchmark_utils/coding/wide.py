"""Certified codes of wide dictionaries, without a Gram matrix of all atoms."""

import torch

from benchmark_utils.coding.candidate_codes import CandidateCodes
from benchmark_utils.coding.candidates import one_round

ROOM = 48  # places for new candidates, beside the non-zero codes
MAX_ROUNDS = 60
FULL = 0.9  # a signal with more non-zero codes over features than this is given up
MANY = 128  # a signal with more non-zero codes is given up if ADMM can finish it
SMALL = 4096  # ADMM can up to this number of atoms: it inverts a matrix of all of them
COARSE, FINE = 1e-3, 1e-9  # tolerances of the first descent and the last, in units of λ


def wide_codes(D, X, lmbd, positive=False, tol=1e-6, Z_init=None):
    """Minimise ``½‖x - zD‖² + λ‖z‖₁`` for each signal, to a relative duality gap.

    Two kinds of signals are left to another method. Some have nearly as many non-zero
    codes as features, so that codes on their support are not unique. Others have so
    many that this method is slow.

    A round costs one product of all atoms with the residuals of the unfinished signals.
    The product gives the gaps of their codes and their next candidates.

    Parameters
    ----------
    D : Tensor, shape (n_atoms, n_features), float64
    X : Tensor, shape (n_signals, n_features)
    lmbd : float
    positive : bool
    tol : float
        Bound on gap / value.
    Z_init : Tensor, shape (n_signals, n_atoms), or None
        Codes to start at, instead of zero.

    Returns
    -------
    Z : Tensor, shape (n_signals, n_atoms)
    values, gaps : Tensor, shape (n_signals,)
        ``½‖x - zD‖² + λ‖z‖₁``, and a bound of its distance to the minimum.
    """
    codes = _start(D, X, Z_init)
    most = min(FULL * D.shape[1], MANY if len(D) <= SMALL else torch.inf)
    energies = X.square().sum(1) / 2
    bound = torch.full_like(energies, -torch.inf)
    values = torch.empty_like(energies)
    rows, precision = torch.arange(len(X)), COARSE
    for _ in range(MAX_ROUNDS):
        r = codes.residual[rows]
        corr = r @ D.T
        dual = energies[rows] - _dual_distance(r, X[rows], corr, lmbd, positive)
        bound[rows] = torch.maximum(bound[rows], dual)
        l1 = codes.values[rows].abs().sum(1)
        values[rows] = r.square().sum(1) / 2 + lmbd * l1
        n_codes = (codes.values[rows] != 0).sum(1)
        left = values[rows] - bound[rows] > tol * values[rows]
        left &= n_codes < most
        if not left.any():
            break
        rows, corr = rows[left], corr[left]
        used = int(n_codes[left].max())
        codes = codes.widened(min(used + ROOM, len(D)))
        one_round(D, codes, lmbd, positive, precision * lmbd, rows, corr, n_solves=20)
        precision = max(precision / 10, FINE)
    return codes.dense(len(D)), values, (values - bound).clamp_min(0)


def _dual_distance(r, x, corr, lmbd, positive):
    """``½‖x - θ‖²``, where θ is the residual r, scaled so that it is dual feasible."""
    peak = (corr if positive else corr.abs()).amax(1)
    theta = r * (lmbd / peak.clamp_min(lmbd))[:, None]
    return (x - theta).square().sum(1) / 2


def _start(D, X, Z_init):
    """The first codes: zero, or ``Z_init``."""
    if Z_init is None:
        return CandidateCodes.zero(X, min(ROOM, len(D)))
    n = max(1, int((Z_init != 0).sum(1).max()))
    places = Z_init.abs().topk(n, dim=1).indices
    return CandidateCodes(places.int(), Z_init.gather(1, places), X - Z_init @ D)
