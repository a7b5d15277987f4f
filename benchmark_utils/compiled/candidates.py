"""Codes on a few candidate atoms of each signal: one round of choosing and descending.

Only one row of correlations has as many entries as there are atoms. Every function is
compiled for float32, which learners use, and for float64, which certificates need.
"""

import numba
import numpy as np

from benchmark_utils.compiled.jit import SUMMING, summing, typed

# The smallest pivot of a Gram matrix whose diagonal is one. It matters for equal atoms.
RIDGE = 1e-12
MAX_CROSSINGS = 30  # codes of a signal that may reach zero in one call of `settle`


@summing
def choose(corr, lmbd, low, chosen, n, sizes):
    """Append the atoms whose correlations exceed λ most, until ``chosen`` is full.

    Returns the number of chosen atoms. ``sizes`` is a buffer of the same length.
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

    ``target[j]`` is ``⟨d_j, r⟩ + z_j``, with r the residual. Cyclic descent stops
    sooner, but its codes are less sparse, and the atoms learned from them are worse.
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
        z[j] = new  # the sum in `shift` rounds: a zero must be exactly zero
    return max_moves


@summing
def shift(gram, target, z, j, distance):
    """Move code j by ``distance``, and update the targets of all codes."""
    z[j] += distance
    for k in range(len(z)):
        target[k] -= distance * gram[j, k]
    target[j] += distance * gram[j, j]


@summing
def settle(gram, target, z, lmbd, factor, support, move):
    """Find the minimum for the present signs and support (Lee et al., NIPS 2006).

    The codes move together towards the solution of the linear system. The first code
    that reaches zero stays there, and the smaller system is solved again. ``factor``,
    ``support`` and ``move`` are buffers with room for all candidates.
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
            if not np.isfinite(move[i]):  # singular: at least as many codes as features
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
        Residuals ``x - zD``. They are updated in place.
    D : array, shape (n_atoms, n_features)
        Unit-norm atoms.
    corr : array, shape (n_rows, n_atoms)
        ``D r`` of those rows. The function overwrites it.
    places, Z : array, shape (n_signals, n_candidates)
        Indices of atoms, and codes. Atoms whose code is zero are replaced by better
        candidates.
    rows : array of int64, shape (n_rows,)
        Which signals.
    low, lmbd : float
        ``lmbd`` is λ. ``low`` is -λ, or -inf for z >= 0.
    tol : float
        Descent stops when no code would move by more.
    max_moves : int
        Descent on a signal stops after this number of moves.
    n_solves : int
        How often the linear system of the signs is solved after a descent. With 0,
        codes are only as precise as ``tol``.
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
