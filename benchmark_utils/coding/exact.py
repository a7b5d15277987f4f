"""Lasso codes to machine precision, from the linear system of the right support."""

from math import prod

import numpy as np
import torch

from benchmark_utils.coding.certified import certified_codes

START = 1e-10  # relative duality gap of the first codes: their support is nearly right
SLACK = 1e-9  # tolerance of the optimality conditions, relative to λ
SINGULAR = 1e-12  # smaller eigenvalues of G_SS, relative to the largest, count as zero
MAX_CHANGES = 1000  # most changes of the support of a code


def gram_matrix(dictionary, X):
    """``G = DᵀD`` as a matrix on flattened codes, differentiable with respect to D.

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, ...)

    Returns
    -------
    G : Tensor, shape (n_codes, n_codes)
        ``n_codes`` is the number of values in the code of one signal.
    """
    shape = dictionary.correlate(X[:1]).shape[1:]
    eye = torch.eye(prod(shape), dtype=X.dtype, device=X.device)
    signals = dictionary.reconstruct(eye.reshape(-1, *shape))
    return dictionary.correlate(signals).flatten(1)


def exact_codes(dictionary, X, lmbd):
    """Minimise ``½‖x - Dz‖² + λ‖z‖₁`` to machine precision.

    This is an active-set method that starts at certified codes. On a support S with
    signs s, the code is ``z_S = G_SS⁻¹ (b_S - λs)``. Entries whose sign is not s leave
    the support. If there are none, the entry that violates ``|b - Gz| <= λ`` most
    enters it. The method ends when the support does not change.

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, ...)
    lmbd : float

    Returns
    -------
    Z : Tensor, shape (n_signals, n_atoms, ...)

    Raises
    ------
    ValueError
        If no support satisfies the optimality conditions, as with equal atoms.
    """
    start = certified_codes(dictionary, X, lmbd, tol=START).Z
    G = gram_matrix(dictionary, X).numpy(force=True)
    b = dictionary.correlate(X).flatten(1).numpy(force=True)
    z = start.flatten(1).numpy(force=True)
    solved = np.empty_like(z)
    for i in range(len(z)):
        solved[i] = _active_set(G, b[i], np.sign(z[i]), lmbd)
        if np.isnan(solved[i]).any():
            raise ValueError(
                f"The Lasso of signal {i} has no solution that is unique to machine "
                "precision: are two atoms equal? Change the seed, or the dictionary."
            )
    return torch.as_tensor(solved).to(start).reshape(start.shape)


def _active_set(G, b, signs, lmbd):
    """The code, of shape (n_codes,). It is NaN if no right support was found."""
    for _ in range(MAX_CHANGES):
        support = np.flatnonzero(signs)
        z = np.zeros_like(b)
        z[support] = solve_on(G, support, b[support] - lmbd * signs[support])
        wrong = support[z[support] * signs[support] <= 0]
        if wrong.size:
            signs[wrong] = 0
            continue
        correlation = b - G @ z
        correlation[support] = 0
        worst = np.argmax(np.abs(correlation))
        if np.abs(correlation[worst]) <= lmbd * (1 + SLACK):
            return z
        signs[worst] = np.sign(correlation[worst])
    return np.full_like(b, np.nan)


def solve_on(G, support, right):
    """Solve ``G_SS y = right``. If ``G_SS`` is singular, y is the least-norm solution.

    Parameters
    ----------
    G : ndarray, shape (n_codes, n_codes)
    support : ndarray of int, shape (n_support,)
    right : ndarray, shape (n_support,) or (n_support, n)

    Returns
    -------
    y : ndarray, of the shape of `right`
    """
    # If the support is larger than the signals, G_SS is singular up to rounding, and LU
    # would not notice.
    return np.linalg.lstsq(G[np.ix_(support, support)], right, rcond=SINGULAR)[0]
