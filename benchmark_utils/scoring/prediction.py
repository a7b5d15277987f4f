"""Prediction of features of signals that were hidden when the signals were coded.

The loss of held-out signals cannot choose λ, because each λ has another loss. Their
explained variance cannot either: codes are fitted to the signals that they explain, and
at a small λ, many random atoms explain everything. So some features, or channels, are
hidden when codes are computed. The codes then predict them.

This is bi-cross-validation: A. B. Owen and P. O. Perry, Bi-cross-validation of the SVD
and the nonnegative matrix factorization, Ann. Appl. Stat. 3, 2009.
"""

import numpy as np
import torch

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import Convolutional, Dense, RankOne, make_dictionary

N_FOLDS = 5
N_GROUPS = 10  # groups of signals or stretches, for the standard error
TOLERANCE = 1e-3  # relative duality gap of the codes


def predicted_variance(model, D, X, lmbd, positive=False, n_folds=N_FOLDS):
    """The predicted share of the variance of hidden features, or channels.

    Features are split into ``n_folds`` interleaved sets. Each set is hidden once, and
    the Lasso with ``lmbd`` codes the signals on the other sets.

    Parameters
    ----------
    model : str
    D : ndarray, shape (n_atoms, *atom_shape)
    X : Tensor, float64, shape (n_signals, ...)
        Signals that nothing was learned from.
    lmbd : float
    positive : bool
    n_folds : int

    Returns
    -------
    score : float
        ``1 - Σ‖x - x̂‖² / Σ‖x - x̄‖²``, with x̄ as in `scoring.codes`. At most 1. It is
        below 0 if x̄ predicts better, and NaN with a single feature or channel.
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
    """A dictionary of some of the features. Its atoms do not have unit norm."""
    if model == "rank1":
        u, v = make_dictionary(model, D).factors()
        return RankOne([u[:, features].contiguous(), v])
    kind = Dense if model == "dense" else Convolutional
    return kind.from_array(np.ascontiguousarray(D[:, features]))


def _sums(values):
    """Sums of squares over groups of signals. Few long signals are cut into groups."""
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
