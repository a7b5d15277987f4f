"""Atoms ``u_k v_kᵀ`` from their factors, and the best factors of other atoms."""

import numpy as np


def rank_one_atoms(u, v):
    """The atoms ``u_k v_kᵀ``, shape (n_atoms, n_channels, n_times_atom).

    Parameters
    ----------
    u : ndarray or Tensor, shape (n_atoms, n_channels)
    v : ndarray or Tensor, shape (n_atoms, n_times_atom)
    """
    return u[:, :, None] * v[:, None, :]


def rank_one_factors(D):
    """Unit ``u`` and ``v`` of the best rank-1 approximation ``u_k v_kᵀ`` of each atom.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, n_channels, n_times_atom)

    Returns
    -------
    u : ndarray, shape (n_atoms, n_channels)
    v : ndarray, shape (n_atoms, n_times_atom)
        Its largest value is positive.
    """
    left, _, right = np.linalg.svd(D, full_matrices=False)
    u, v = left[:, :, 0], right[:, 0, :]
    peaks = np.take_along_axis(v, np.abs(v).argmax(1, keepdims=True), 1)
    return u * np.sign(peaks), v * np.sign(peaks)
