"""How well a dictionary predicts entries of signals that their codes have not seen.

The loss of held-out signals cannot choose λ: each λ has another loss. Nor can their
explained variance: codes are fitted to the signals that they explain, and at a small λ
many random atoms explain all of them. So a part of the features, or channels, is hidden
from the codes, which have to predict it.

This is bi-cross-validation: A. B. Owen and P. O. Perry, Bi-cross-validation of the SVD
and the nonnegative matrix factorization, Ann. Appl. Stat. 3, 2009.
"""

import numpy as np
import torch

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import Convolutional, Dense, RankOne, make_dictionary

N_FOLDS = 5
N_GROUPS = 10  # of signals or stretches, for the standard error
TOLERANCE = 1e-3  # relative duality gap of the codes


def predicted_variance(model, D, X, lmbd, positive=False, n_folds=N_FOLDS):
    """Share of the variance of hidden features, or channels, that is predicted.

    Each of ``n_folds`` interleaved sets of features is hidden once. Signals are coded
    on the others, by the Lasso with ``lmbd``.

    Parameters
    ----------
    model : str
    D : ndarray, shape (n_atoms, *atom_shape)
    X : Tensor, float64, shape (n_signals, ...)
        Nothing was learned from them.
    lmbd : float
    positive : bool
    n_folds : int

    Returns
    -------
    score : float
        ``1 - Σ‖x - x̂‖² / Σ‖x - x̄‖²``, x̄ as in `scoring.codes`. At most 1; below 0
        where x̄ predicts better. NaN where there are no two features or channels.
    error : float
        Standard error of the score, over ``N_GROUPS`` groups of signals or stretches.
    """
    n_features = X.shape[1]
    if n_features < 2:
        return np.nan, np.nan
    residual = torch.empty_like(X)
    for fold in range(min(n_folds, n_features)):
        hidden = np.arange(fold, n_features, n_folds)
        seen = np.setdiff1d(np.arange(n_features), hidden)
        known, unknown = _restricted(model, D, seen), _restricted(model, D, hidden)
        codes = certified_codes(known, X[:, seen], lmbd, positive, TOLERANCE)
        residual[:, hidden] = X[:, hidden] - unknown.reconstruct(codes.Z)
    dims = [dim for dim in range(X.dim()) if dim != 1]
    return _score(_sums(residual), _sums(X - X.mean(dims, keepdim=True)))


def _restricted(model, D, features):
    """A dictionary of some of the features; its atoms are no more of unit norm."""
    if model == "rank1":
        u, v = make_dictionary(model, D).factors()
        return RankOne([u[:, features].contiguous(), v])
    kind = Dense if model == "dense" else Convolutional
    return kind.from_array(np.ascontiguousarray(D[:, features]))


def _sums(values):
    """Sums of squares of groups of signals or, of few long ones, of stretches."""
    squares = values.square().sum(1)
    few = len(squares) < N_GROUPS
    squares = squares.flatten() if few else squares.reshape(len(squares), -1).sum(1)
    parts = squares.tensor_split(min(N_GROUPS, len(squares)))
    return np.array([part.sum().item() for part in parts])


def _score(lost, there):
    """One minus a ratio of sums over groups, and its standard error (delta method)."""
    ratio, n = lost.sum() / there.sum(), len(lost)
    deviations = lost - ratio * there
    spread = n / (n - 1) * np.sum(deviations**2) if n > 1 else np.nan
    return float(1 - ratio), float(np.sqrt(spread) / there.sum())
