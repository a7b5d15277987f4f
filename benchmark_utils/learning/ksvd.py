"""K-SVD: sparse codes by OMP, then a fit of each atom together with its codes.

M. Aharon, M. Elad and A. Bruckstein, "K-SVD: an algorithm for designing overcomplete
dictionaries for sparse representation", IEEE Trans. Signal Processing 54, 2006.
"""

import numpy as np
import spams

from benchmark_utils.learning.nonnegative_pursuit import nonnegative_codes

TWINS = 0.99  # correlation above which two atoms count as equal
ROUNDING = 1e-10  # smaller codes of signals of unit norm are rounding errors


def ksvd_step(X, D, n_nonzero=None, n_threads=1, nonnegative=False):
    """One iteration: code, update every atom in turn, replace useless atoms.

    Parameters
    ----------
    X : ndarray, shape (n_signals, n_features)
    D : ndarray, shape (n_atoms, n_features)
        Unit-norm atoms.
    n_nonzero : int or None
        Largest number of atoms of a signal. None is a tenth of the features.
    n_threads : int
        Threads that code the signals.
    nonnegative : bool
        Whether z >= 0, as in M. Aharon, M. Elad and A. Bruckstein, "K-SVD and its
        non-negative variant for dictionary design", SPIE Wavelets XI, 2005.

    Returns
    -------
    D : ndarray, shape (n_atoms, n_features)
    """
    if nonnegative:
        Z = nonnegative_codes(X, D, _most(n_nonzero, D), n_threads)
    else:
        Z = omp_codes(X, D, n_nonzero, n_threads)
    return renew_atoms(X, *update_atoms(X, D, Z, nonnegative))


def omp_codes(X, D, n_nonzero=None, n_threads=1):
    """Codes with at most ``n_nonzero`` non-zeros, by orthogonal matching pursuit.

    SPAMS picks the atom that reduces the least-squares residual most (L. Rebollo-Neira
    and D. Lowe, "Optimized orthogonal matching pursuit approach", IEEE Signal
    Processing Letters 9, 2002). The plain pursuit picks the atom that is most
    correlated with the residual. For nearly orthogonal atoms, both pick the same.

    Parameters
    ----------
    X, D, n_nonzero, n_threads
        See :func:`ksvd_step`.

    Returns
    -------
    Z : ndarray, shape (n_signals, n_atoms)
        A signal has fewer non-zeros if fewer atoms represent it up to rounding.
    """
    # SPAMS stops at an absolute residual, so signals are scaled to unit norm.
    norms = np.linalg.norm(X, axis=1, keepdims=True)
    norms[norms == 0] = 1
    Z = spams.omp(
        np.asfortranarray((X / norms).T),
        np.asfortranarray(D.T),
        L=_most(n_nonzero, D),
        eps=0.0,
        numThreads=n_threads,
    )
    Z.data[np.abs(Z.data) < ROUNDING] = 0
    return Z.T.toarray() * norms


def _most(n_nonzero, D):
    """Largest number of atoms of a signal."""
    n_nonzero = max(D.shape[1] // 10, 1) if n_nonzero is None else n_nonzero
    return min(n_nonzero, *D.shape)


def update_atoms(X, D, Z, nonnegative=False):
    """Fit each atom, and the codes of the signals that use it, to their residual.

    The rank-1 SVD is approximated by one power iteration, as in R. Rubinstein,
    M. Zibulevsky and M. Elad, "Efficient implementation of the K-SVD algorithm using
    batch orthogonal matching pursuit", Technion CS-2008-08, 2008. No update increases
    ``‖X - ZD‖``.

    Parameters
    ----------
    X : ndarray, shape (n_signals, n_features)
    D : ndarray, shape (n_atoms, n_features)
        Unit-norm atoms.
    Z : ndarray, shape (n_signals, n_atoms)
    nonnegative : bool
        Whether new codes that would be negative are zero.

    Returns
    -------
    D, Z : ndarray
        New arrays of the same shapes. The support of Z does not grow.
    """
    D, Z = D.copy(), Z.copy()
    residual = X - Z @ D
    for k in range(len(D)):
        users = np.flatnonzero(Z[:, k])
        without_k = residual[users] + np.outer(Z[users, k], D[k])
        direction = Z[users, k] @ without_k
        if not direction.any():
            continue
        D[k] = direction / np.linalg.norm(direction)
        z = without_k @ D[k]
        Z[users, k] = np.maximum(z, 0) if nonnegative else z
        residual[users] = without_k - np.outer(Z[users, k], D[k])
    return D, Z


def renew_atoms(X, D, Z):
    """Replace useless atoms by the worst represented signals.

    Useless are atoms that no signal uses, and the second of two atoms that are nearly
    equal (Aharon et al. 2006, their remedies against local minima).

    Returns
    -------
    D : ndarray, shape (n_atoms, n_features)
    """
    twins = np.triu(np.abs(D @ D.T), k=1) > TWINS
    useless = np.flatnonzero(~Z.any(axis=0) | twins.any(axis=0))
    # A zero signal has no error, and cannot be an atom.
    errors = np.linalg.norm(X - Z @ D, axis=1) * X.any(axis=1)
    worst = np.argsort(-errors)[: len(useless)]
    worst = worst[errors[worst] > 0]
    D = D.copy()
    D[useless[: len(worst)]] = X[worst] / np.linalg.norm(
        X[worst], axis=1, keepdims=True
    )
    return D
