"""Greedy coordinate descent on the Lasso of each signal, in single precision."""

import numba
import numpy as np
from llvmlite import ir
from numba.extending import intrinsic

from benchmark_utils.compiled.jit import compiled, typed

SINGLE, ARRAY = numba.float32, numba.float32[:, ::1]
f32, i32 = np.float32, np.int32


@intrinsic
def tagged(typing, x, k, indices):
    """An integer of 32 bits that orders like ``x >= 0`` and contains the index ``k``.

    It has the bits of ``x``, the last of which are replaced by ``k``. So the maximum of
    such integers gives the largest number and its index at once. Numba's own arithmetic
    would make integers of 64 bits, and a vector register holds half as many of those.
    """

    def generate(context, builder, signature, args):
        x, k, indices = args
        bits = builder.and_(builder.bitcast(x, indices.type), builder.not_(indices))
        return builder.or_(bits, builder.trunc(k, ir.IntType(32)))

    return numba.int32(numba.float32, numba.int64, numba.int32), generate


@compiled
def shrink(target, low, lmbd):
    """Soft threshold. ``low`` is -lmbd, or -inf for non-negative codes."""
    return target - max(low, min(target, lmbd))


@compiled
def tagged_move(k, target, z, rule):
    """The distance that code k would move, with k in its last bits."""
    low, lmbd, _, indices = rule
    return tagged(abs(shrink(target[k], low, lmbd) - z[k]), k, indices)


@compiled
def move(largest, target, z, rule):
    """Move the code that moves most to its minimum; returns its index and the distance.

    If the distance is at most ``tol``, the result is index 0 and distance 0. This is
    needed if no code would move: the index found is then past the last row of ``G``.
    """
    low, lmbd, tol, indices = rule
    j = largest & indices
    distance = shrink(target[j], low, lmbd) - z[j]
    if not abs(distance) > tol:
        return i32(0), f32(0)
    z[j] += distance
    return j, distance


@compiled
def take_up(i, b, target, z):
    """Start on signal i. If there is no such signal, everything is set to zero."""
    z[:] = 0
    target[:] = 0
    if i < len(b):
        target[: b.shape[1]] = b[i]


@compiled
def go_on(i, ahead, b, target, z, Z):
    """Store the codes of signal i, and start on the signal ``ahead``."""
    if i < len(b):
        Z[i] = z[: b.shape[1]]
    take_up(ahead, b, target, z)


# With given types, numba compiles on import and not in the middle of a run.
@typed((ARRAY, ARRAY, SINGLE, SINGLE, SINGLE, numba.int64, ARRAY))
def descend(b, gram, low, lmbd, tol, n_moves, Z):
    """Write the codes of the signals whose ``Dᵀx`` is ``b`` into ``Z``.

    A move is a chain of operations that wait for each other. So three signals are coded
    side by side, and the CPU works on one while another waits.
    """
    width = gram.shape[1]
    t0, z0 = np.zeros(width, np.float32), np.zeros(width, np.float32)
    t1, z1 = np.zeros(width, np.float32), np.zeros(width, np.float32)
    t2, z2 = np.zeros(width, np.float32), np.zeros(width, np.float32)
    i0, i1, i2, ahead = 0, 1, 2, 3
    take_up(0, b, t0, z0)
    take_up(1, b, t1, z1)
    take_up(2, b, t2, z2)
    left0 = left1 = left2 = n_moves
    j0 = j1 = j2 = i32(0)
    d0 = d1 = d2 = f32(0)
    indices = i32(2 ** np.ceil(np.log2(width)) - 1)
    rule = low, lmbd, tol, indices
    while min(i0, i1, i2) < len(b):
        row0, row1, row2 = gram[j0], gram[j1], gram[j2]
        largest0 = largest1 = largest2 = i32(0)
        for k in range(width):
            t0[k] -= d0 * row0[k]
            t1[k] -= d1 * row1[k]
            t2[k] -= d2 * row2[k]
            largest0 = max(largest0, tagged_move(k, t0, z0, rule))
            largest1 = max(largest1, tagged_move(k, t1, z1, rule))
            largest2 = max(largest2, tagged_move(k, t2, z2, rule))
        j0, d0 = move(largest0, t0, z0, rule)
        j1, d1 = move(largest1, t1, z1, rule)
        j2, d2 = move(largest2, t2, z2, rule)
        left0 -= 1
        if d0 == 0 or left0 == 0:
            go_on(i0, ahead, b, t0, z0, Z)
            i0, ahead, left0, d0 = ahead, ahead + 1, n_moves, f32(0)
        left1 -= 1
        if d1 == 0 or left1 == 0:
            go_on(i1, ahead, b, t1, z1, Z)
            i1, ahead, left1, d1 = ahead, ahead + 1, n_moves, f32(0)
        left2 -= 1
        if d2 == 0 or left2 == 0:
            go_on(i2, ahead, b, t2, z2, Z)
            i2, ahead, left2, d2 = ahead, ahead + 1, n_moves, f32(0)
