"""The loops of a dictionary step on dense statistics.

With a library, a pass over the atoms would take three tiny calls for each atom, and the
sums over sparse codes would be products that are mostly with zeros.
"""

import numba
import numpy as np

from benchmark_utils.compiled.jit import SUMMING, typed

# With given types, numba compiles on import and not in the middle of a run.
ARRAYS = [real[:, ::1] for real in (numba.float32, numba.float64)]


@typed([(array, array, array, numba.boolean[::1]) for array in ARRAYS], SUMMING)
def descend_atoms(D, gram, cross, used):
    """Bring each atom in turn to its minimum on the sphere, in place.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, n_features)
    gram : ndarray, shape (n_atoms, n_atoms)
    cross : ndarray, shape (n_atoms, n_features)
    used : ndarray of bool, shape (n_atoms,)
        Which atoms move.
    """
    minimum = np.empty_like(D[0])
    for k in range(len(D)):
        if not used[k]:
            continue
        minimum[:] = cross[k]
        for j in range(len(D)):
            share = gram[k, j]
            if j != k and share != 0:
                for i in range(len(minimum)):
                    minimum[i] -= share * D[j, i]
        energy = minimum[0] * 0
        for i in range(len(minimum)):
            energy += minimum[i] * minimum[i]
        if energy > 0:
            D[k] = minimum / np.sqrt(energy)


@typed([(array,) * 4 + (numba.int64[::1],) for array in ARRAYS])
def add_products(Z, X, gram, cross, used):
    """Add the products of codes to the sums, in place.

    The upper triangle of ``ZᵀZ`` is added to ``gram``, ``ZᵀX`` to ``cross``, and the
    number of non-zero codes of each atom to ``used``.
    Parameters
    ----------
    Z : ndarray, shape (n_signals, n_atoms)
        Codes, most of them zero.
    X : ndarray, shape (n_signals, n_features)
    gram : ndarray, shape (n_atoms, n_atoms)
    cross : ndarray, shape (n_atoms, n_features)
    used : ndarray of int, shape (n_atoms,)
    """
    atoms, values = np.empty(Z.shape[1], np.int64), np.empty_like(Z[0])
    for i in range(len(Z)):
        z, x, n = Z[i], X[i], 0
        for k in range(len(z)):  # no branch here: the CPU could not predict it
            atoms[n], values[n] = k, z[k]
            n += z[k] != 0
        for p in range(n):
            value, gram_row, cross_row = values[p], gram[atoms[p]], cross[atoms[p]]
            used[atoms[p]] += 1
            for q in range(p, n):
                gram_row[atoms[q]] += value * values[q]
            for f in range(len(x)):
                cross_row[f] += value * x[f]
