"""Similarity of two dictionaries, invariant to signs and to the order of atoms."""

import itertools

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmark_utils.dictionaries.factors import rank_one_factors

# Correlation above which an atom counts as recovered. The ℓ1 norm biases learned atoms
# towards each other, so most of them stay below 0.99.
RECOVERED = 0.9


def correlations(D, D_true):
    """Absolute correlations between atoms, over all shifts for convolutional ones.

    Parameters
    ----------
    D, D_true : ndarray, shape (n_atoms, n_features) or (n_atoms, n_channels, *support)
        Unit-norm atoms. The numbers of atoms may differ.

    Returns
    -------
    C : ndarray, shape (n_atoms, n_atoms_true)
        Entries in [0, 1].
    """
    if D.ndim == 2:
        products = D @ D_true.T
        return np.abs(products, out=products)
    return _shifted_correlations(D, D_true)


def _shifted_correlations(D, D_true):
    support = D.shape[2:]
    full = [2 * n - 1 for n in support]
    axes = tuple(range(2, D.ndim))
    D_hat, T_hat = (np.fft.rfftn(d, full, axes=axes) for d in (D, D_true))
    spectrum = np.einsum("kc...,lc...->kl...", D_hat, T_hat.conj())
    lags = np.fft.irfftn(spectrum, full, axes=axes)
    return np.abs(lags).max(axis=axes)


def match(C):
    """Best one-to-one matching of the rows of C with its columns.

    Parameters
    ----------
    C : ndarray
        It is negated during the call, and restored at the end.

    Returns
    -------
    rows, columns : ndarray, shape (min(C.shape),)
    """
    # With maximize=True, SciPy negates a copy: 2 GB more for 16 384 atoms.
    np.negative(C, out=C)
    try:
        return linear_sum_assignment(C)
    finally:
        np.negative(C, out=C)


def recovery_score(C):
    """``S(C)``, the mean correlation under the best matching (paper, §2).

    The mean is over the true atoms (columns). A true atom without a match counts as 0.
    """
    return float(C[match(C)].sum() / C.shape[1])


def scores_between(dictionaries):
    """Recovery scores of all pairs of dictionaries of the same size.

    Parameters
    ----------
    dictionaries : sequence of ndarray, shape (n_atoms, *atom_shape)

    Returns
    -------
    scores : list of float, length n (n - 1) / 2
    """
    return [
        recovery_score(correlations(D, other))
        for D, other in itertools.combinations(dictionaries, 2)
    ]


def atom_scores(C, matching):
    """Scores of the best matching of learned atoms with true ones.

    Parameters
    ----------
    C : ndarray, shape (n_atoms, n_atoms_true)
        See :func:`correlations`.
    matching : tuple of ndarray
        See :func:`match`.

    Returns
    -------
    scores : dict of str to float
        ``recovery_score`` is the sum of the matched correlations over the number of
        true atoms. ``mcc`` is the sum over the number of pairs. There are fewer pairs
        than true atoms if fewer atoms are learned. ``recovered_atoms`` is the fraction
        of true atoms whose match has a correlation above ``RECOVERED``.
    """
    matched = C[matching]
    return {
        "recovery_score": float(matched.sum() / C.shape[1]),
        "mcc": float(matched.mean()),
        "recovered_atoms": float((matched > RECOVERED).sum() / C.shape[1]),
    }


def factor_correlations(u, v, u_true, v_true):
    """Absolute correlations of the factors of atoms ``u_k v_kᵀ``, and their products.

    Waveforms are padded with zeros and correlated at all shifts. So a waveform that is
    cut at the end of its support correlates less. The product of both correlations is
    that of the atoms.

    Parameters
    ----------
    u, u_true : ndarray, shape (n_atoms, n_channels), (n_atoms_true, n_channels)
    v, v_true : ndarray, shape (n_atoms, n_times_atom), (n_atoms_true, n_times_atom)
        All of unit norm.

    Returns
    -------
    C_u, C_v, C_uv : ndarray, shape (n_atoms, n_atoms_true)
        Entries in [0, 1].
    """
    C_u = correlations(u, u_true)
    C_v = correlations(v[:, None], v_true[:, None])
    return C_u, C_v, C_u * C_v


def rank_one_scores(D, D_true):
    """Recovery of maps, of waveforms and of both together (paper, Table 1).

    Each score is the mean correlation under its own best matching of all atoms. If
    right maps have the wrong waveforms, the first two scores are high and the third is
    not. ``recovery_pairs`` is the mean of both correlations, as in the
    paper, under one matching of the atoms.

    Returns
    -------
    scores : dict of str to float
        ``recovery_u``, ``recovery_v``, ``recovery_uv`` and ``recovery_pairs``, in
        [0, 1].
    """
    names = ("recovery_u", "recovery_v", "recovery_uv", "recovery_pairs")
    C = factor_correlations(*rank_one_factors(D), *rank_one_factors(D_true))
    C = *C, (C[0] + C[1]) / 2
    return {name: recovery_score(c) for name, c in zip(names, C, strict=True)}
