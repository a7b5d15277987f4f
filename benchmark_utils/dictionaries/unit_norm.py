"""Atoms of unit norm, as arrays."""

import numpy as np


def unit_atoms(D, fallback=None):
    """Atoms scaled to unit Euclidean norm.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, ...)
    fallback : ndarray of the same shape, or None
        Unit-norm atoms that replace atoms that are zero.

    Returns
    -------
    D : ndarray, shape (n_atoms, ...)

    Raises
    ------
    ValueError
        If an atom is zero and there is no ``fallback``.
    """
    flat = np.array(D, dtype=np.float64).reshape(len(D), -1)
    norms = np.linalg.norm(flat, axis=1, keepdims=True)
    zero = norms[:, 0] == 0
    if zero.any():
        if fallback is None:
            raise ValueError(
                f"{zero.sum()} of {len(D)} atoms are zero and cannot be normalised: "
                "replace them, e.g. with atoms of D_init."
            )
        flat[zero] = np.reshape(fallback, flat.shape)[zero]
        norms[zero] = 1.0
    return (flat / norms).reshape(D.shape)
