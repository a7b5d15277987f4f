"""Sums over residuals, atom by atom, of codes on candidates."""

import numba

from benchmark_utils.compiled.jit import SUMMING, typed


def _signature(real):
    matrix, places = real[:, ::1], numba.int32[:, ::1]
    return (matrix, matrix, places, matrix, matrix)


@typed([_signature(numba.float32), _signature(numba.float64)], fastmath=SUMMING)
def add_residuals(R, D, places, Z, cross):
    """Add ``z (r + z d_k)`` of each code that is not zero to row k of ``cross``.

    Parameters
    ----------
    R : array, shape (n_signals, n_features)
        Residuals.
    D, cross : array, shape (n_atoms, n_features)
    places, Z : array, shape (n_signals, n_candidates)
        Atoms and codes.
    """
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            z, k = Z[i, j], places[i, j]
            if z != 0:
                for f in range(D.shape[1]):
                    cross[k, f] += z * (R[i, f] + z * D[k, f])
