"""Codes on a few candidate atoms of each signal: one round of choosing and descending.

Nothing here has the size of the dictionary but one row of correlations. Every function
is compiled for float32, in which a learner codes, and float64, for certificates.
"""

import numba
import numpy as np

from benchmark_utils.compiled.jit import SUMMING, summing, typed

RIDGE = 1e-12  # least pivot of a Gram matrix whose diagonal is one: atoms may be equal
# Zeros that a code may cross on its way to the solution of its signs.
MAX_CROSSINGS = 30


@summing
def choose(corr, lmbd, low, chosen, n, sizes):
    """Append the atoms whose correlations exceed λ most, until ``chosen`` is full.

    Returns how many there are now; ``sizes`` has room for as many.
    """
    first, least = n, 0
    for k in range(len(corr)):
        size = corr[k] if low < -lmbd else abs(corr[k])
        if size > lmbd and n < len(chosen):
            chosen[n], sizes[n] = k, size
            n += 1
            least = first if n == len(chosen) else least
        elif n == len(chosen) and n > first and size > sizes[least]:
            chosen[least], sizes[least] = k, size
        else:
            continue
        if n == len(chosen):
            for j in range(first, n):
                least = j if sizes[j] < sizes[least] else least
    return n


@summing
def descend(gram, target, z, low, lmbd, tol, max_moves):
    """Greedy coordinate descent: the code that moves most is moved first.

    ``target[j]`` is ``⟨d_j, r⟩ + z_j``, with r the residual. Cyclic descent would be
    sooner to stop and leave codes less sparse, of which less is learned.
    """
    for moves in range(max_moves):
        largest, j = abs(lmbd - lmbd), 0
        for k in range(len(z)):
            size = abs(target[k] - max(low, min(target[k], lmbd)) - z[k])
            if size > largest:
                largest, j = size, k
        if largest <= tol:
            return moves
        new = target[j] - max(low, min(target[j], lmbd))
        shift(gram, target, z, j, new - z[j])
        z[j] = new  # not as a sum: a zero is to be one
    return max_moves


@summing
def shift(gram, target, z, j, distance):
    """Move code j, and what the others see of it."""
    z[j] += distance
    for k in range(len(z)):
        target[k] -= distance * gram[j, k]
    target[j] += distance * gram[j, j]


@summing
def settle(gram, target, z, lmbd, factor, support, move):
    """Solve on the support for the signs as they are (Lee et al., NIPS 2006).

    A code on whose way there is a zero is left at it, and the rest solved again.
    ``factor``, ``support`` and ``move`` have room for all candidates.
    """
    for _ in range(MAX_CROSSINGS):
        n = 0
        for j in range(len(z)):
            if z[j] != 0:
                sign = lmbd if z[j] > 0 else -lmbd
                support[n], move[n] = j, target[j] - z[j] * gram[j, j] - sign
                n += 1
        solve(gram, support, move, n, factor)
        share, crossed = lmbd / lmbd, -1
        for i in range(n):
            if not np.isfinite(move[i]):  # as many atoms as features, or more
                return
        for i in range(n):
            old = z[support[i]]
            if (old + move[i]) * old <= 0 and abs(old) < share * abs(move[i]):
                share, crossed = abs(old / move[i]), i
        for i in range(n):
            j = support[i]
            shift(gram, target, z, j, -z[j] if i == crossed else share * move[i])
        if crossed < 0:
            return
        z[support[crossed]] = 0


@summing
def solve(gram, support, right, n, factor):
    """Solve the linear system of a support in place, by Cholesky's factor."""
    for i in range(n):
        for j in range(i + 1):
            left = gram[support[i], support[j]]
            for k in range(j):
                left -= factor[i, k] * factor[j, k]
            if i == j:
                factor[i, i] = np.sqrt(max(left, right.dtype.type(RIDGE)))
            else:
                factor[i, j] = left / factor[j, j]
        for k in range(i):
            right[i] -= factor[i, k] * right[k]
        right[i] /= factor[i, i]
    for i in range(n - 1, -1, -1):
        right[i] /= factor[i, i]
        for k in range(i):
            right[k] -= factor[i, k] * right[i]


@summing
def products(atoms, n, gram):
    """Write the products of the first n atoms with each other into ``gram``."""
    for i in range(n):
        for j in range(i + 1):
            total = atoms[i, 0] - atoms[i, 0]
            for f in range(atoms.shape[1]):
                total += atoms[i, f] * atoms[j, f]
            gram[i, j] = gram[j, i] = total


def _signature(real):
    matrix = real[:, ::1]
    places, rows = numba.int32[:, ::1], numba.int64[::1]
    scalars = (real, real, real, numba.int64, numba.int64)
    return (matrix, matrix, matrix, places, matrix, rows, *scalars)


@typed([_signature(numba.float32), _signature(numba.float64)], fastmath=SUMMING)
def refine(R, D, corr, places, Z, rows, low, lmbd, tol, max_moves, n_solves):
    """A round for the given rows: new candidates, then all codes, then residuals.

    Parameters
    ----------
    R : array, shape (n_signals, n_features)
        Residuals ``x - zD``; written.
    D : array, shape (n_atoms, n_features)
        Unit-norm atoms.
    corr : array, shape (n_rows, n_atoms)
        ``D r`` of those rows; destroyed.
    places, Z : array, shape (n_signals, n_candidates)
        Atoms and codes; atoms whose code is zero give way to better candidates.
    rows : array of int64, shape (n_rows,)
    low, lmbd : float
        λ, and -λ or, for z >= 0, -inf.
    tol : float
        Codes move until none would move by more.
    max_moves : int
    n_solves : int
        How often the linear system of the signs is solved after a descent; 0 for
        codes that are to be no more precise than ``tol``.
    """
    n_all, real = Z.shape[1], D.dtype
    chosen, support = np.empty(n_all, np.int32), np.empty(n_all, np.int32)
    sizes, target = np.empty(n_all, real), np.empty(n_all, real)
    move = np.empty(n_all, real)
    atoms, before = np.empty((n_all, D.shape[1]), real), np.empty(n_all, real)
    gram, factor = np.empty((n_all, n_all), real), np.empty((n_all, n_all), real)
    for row in range(len(rows)):
        i, n = rows[row], 0
        for j in range(n_all):
            if Z[i, j] != 0:
                chosen[n], before[n] = places[i, j], Z[i, j]
                target[n] = corr[row, chosen[n]] + before[n]
                corr[row, chosen[n]] = 0
                n += 1
        used = n
        n = choose(corr[row], lmbd, low, chosen, n, sizes)
        before[used:n] = 0
        for j in range(used, n):
            target[j] = corr[row, chosen[j]]
        for j in range(n):
            atoms[j] = D[chosen[j]]
        products(atoms, n, gram)
        Z[i, :n], Z[i, n:], places[i, :n] = before[:n], 0, chosen[:n]
        z = Z[i, :n]
        descend(gram, target, z, low, lmbd, tol, max_moves)
        for _ in range(n_solves):
            settle(gram, target, z, lmbd, factor, support, move)
            if descend(gram, target, z, low, lmbd, tol, max_moves) == 0:
                break
        for j in range(n):
            distance = z[j] - before[j]
            if distance != 0:
                for f in range(D.shape[1]):
                    R[i, f] -= distance * atoms[j, f]
