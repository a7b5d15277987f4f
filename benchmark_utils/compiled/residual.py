"""Updates of atoms from the residuals of the signals that use them."""

import numba
import numpy as np

from benchmark_utils.compiled.jit import SUMMING, summing, typed


@summing
def add_residuals(R, D, places, Z, first, last, cross):
    """Add ``z (r + z d_k)`` to row k of ``cross``, for ``first <= k < last``.

    Each call loops over all codes in the order of the signals. So the sums do not
    depend on how the atoms are divided among threads.
    """
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            z, k = Z[i, j], places[i, j]
            if z != 0 and first <= k < last:
                for f in range(D.shape[1]):
                    cross[k, f] += z * (R[i, f] + z * D[k, f])


@summing
def norm(x):
    """Euclidean norm."""
    total = x[0] - x[0]
    for f in range(len(x)):
        total += x[f] * x[f]
    return np.sqrt(total)


def _signature(real):
    matrix, places, integer = real[:, ::1], numba.int32[:, ::1], numba.int64
    codes = (matrix, matrix, places, matrix)
    return (*codes, integer[::1], real[::1], real, integer, integer, matrix, matrix)


@typed([_signature(numba.float32), _signature(numba.float64)], fastmath=SUMMING)
def move_atoms(R, D, places, Z, usage, fading, relaxation, first, last, cross, moved):
    """Update the sums of some atoms over residuals, then move these atoms.

    Parameters
    ----------
    R : array, shape (n_signals, n_features)
        Residuals.
    D : array, shape (n_atoms, n_features)
        Unit-norm atoms.
    places, Z : array, shape (n_signals, n_candidates)
        Indices of atoms, and codes.
    usage : array of int64, shape (n_atoms,)
        Number of non-zero codes of each atom. Atoms with none do not move.
    fading : array, shape (n_atoms,)
        Factor on the past sums of each atom.
    relaxation : float
        Scales the step: 1 lands on the direction of the sums, more overshoots it.
    first, last : int
        The atoms ``first`` to ``last - 1`` are updated.
    cross : array, shape (n_atoms, n_features)
        Sums ``z (r + z d_k)``. They are updated in place.
    moved : array, shape (n_atoms, n_features)
        Output: the atoms after the step.
    """
    for k in range(first, last):
        for f in range(D.shape[1]):
            cross[k, f] *= fading[k]
    add_residuals(R, D, places, Z, first, last, cross)
    for k in range(first, last):
        size = norm(cross[k])
        if usage[k] == 0 or size == 0:
            moved[k] = D[k]
            continue
        for f in range(D.shape[1]):
            moved[k, f] = D[k, f] + relaxation * (cross[k, f] / size - D[k, f])
        size = norm(moved[k])
        for f in range(D.shape[1]):
            moved[k, f] /= size
