"""Greedy coordinate descent on the Lasso of each signal, in single precision."""

import numba
import numpy as np

from benchmark_utils.compiled.jit import compiled, typed

SINGLE, ARRAY = numba.float32, numba.float32[:, ::1]
f32 = np.float32


@compiled
def shrink(b, lmbd, sign):
    """Soft threshold; of what is positive only, if sign is 0 and not 1."""
    return max(b - lmbd, f32(0)) + sign * min(b + lmbd, f32(0))


@compiled
def move(j, target, z, moves, lmbd, sign, tol):
    """Bring code j to its minimum; by how much it moved, 0 if that is within tol."""
    if not moves[j] > tol:
        return f32(0)
    before = z[j]
    z[j] = shrink(target[j], lmbd, sign)
    return z[j] - before


@compiled
def take_up(i, b, target, z):
    """Start on signal i, or on none if there are no more."""
    z[:] = 0
    target[:] = 0
    if i < len(b):
        target[: b.shape[1]] = b[i]


# Of given types, to be compiled on import and not in the middle of a run.
@typed((ARRAY, ARRAY, SINGLE, SINGLE, SINGLE, numba.int64, ARRAY))
def descend(b, gram, lmbd, sign, tol, n_moves, Z):
    """Write the codes of the signals whose ``Dᵀx`` is ``b`` into ``Z``.

    The largest move is found as the largest of integers: the bits of a positive float,
    in order like the float itself, with the last ones replaced by the index. So one
    reduction gives both, and compilers know how to vectorise it. Two signals are coded
    side by side, as a move is a chain of operations that wait for each other.
    """
    n_atoms, width = gram.shape
    t0, t1 = np.zeros(width, np.float32), np.zeros(width, np.float32)
    z0, z1 = np.zeros(width, np.float32), np.zeros(width, np.float32)
    m0, m1 = np.zeros(width, np.float32), np.zeros(width, np.float32)
    bits0, bits1 = m0.view(np.int32), m1.view(np.int32)
    indices = np.int32(1)
    while indices < width:
        indices *= np.int32(2)
    indices -= np.int32(1)
    i0, i1, ahead, j0, j1 = 0, 1, 2, 0, 0
    left0 = left1 = n_moves
    take_up(i0, b, t0, z0)
    take_up(i1, b, t1, z1)
    d0 = d1 = f32(0)
    while min(i0, i1) < len(b):
        row0, row1 = gram[j0], gram[j1]
        for k in range(width):
            t0[k] -= d0 * row0[k]
            t1[k] -= d1 * row1[k]
            m0[k] = abs(shrink(t0[k], lmbd, sign) - z0[k])
            m1[k] = abs(shrink(t1[k], lmbd, sign) - z1[k])
        largest0 = largest1 = np.int32(0)
        for k in range(width):
            largest0 = max(largest0, (bits0[k] & ~indices) | np.int32(k))
            largest1 = max(largest1, (bits1[k] & ~indices) | np.int32(k))
        j0, j1 = largest0 & indices, largest1 & indices
        d0 = move(j0, t0, z0, m0, lmbd, sign, tol if left0 else f32(np.inf))
        d1 = move(j1, t1, z1, m1, lmbd, sign, tol if left1 else f32(np.inf))
        left0, left1 = left0 - 1, left1 - 1
        if d0 == 0:
            if i0 < len(b):
                Z[i0] = z0[:n_atoms]
            i0, ahead, left0 = ahead, ahead + 1, n_moves
            take_up(i0, b, t0, z0)
        if d1 == 0:
            if i1 < len(b):
                Z[i1] = z1[:n_atoms]
            i1, ahead, left1 = ahead, ahead + 1, n_moves
            take_up(i1, b, t1, z1)
