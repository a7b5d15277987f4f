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


# Of given types, to be compiled on import and not in the middle of a run.
@typed((ARRAY, ARRAY, SINGLE, SINGLE, SINGLE, numba.int64, ARRAY))
def descend(b, gram, lmbd, sign, tol, n_moves, Z):
    """Write the codes of the signals whose ``Dᵀx`` is ``b`` into ``Z``.

    The largest move is found as the largest of integers: the bits of a positive float,
    in order like the float itself, with the last ones replaced by the index. So one
    reduction gives both, and compilers know how to vectorise it.
    """
    n_atoms, width = gram.shape
    target, z = np.zeros(width, np.float32), np.zeros(width, np.float32)
    moves = np.zeros(width, np.float32)
    bits = moves.view(np.int32)
    indices = np.int32(1)
    while indices < width:
        indices *= np.int32(2)
    indices -= np.int32(1)
    for i in range(len(b)):
        z[:] = 0
        target[:n_atoms] = b[i]
        for k in range(width):
            moves[k] = abs(shrink(target[k], lmbd, sign))
        for _ in range(n_moves):
            largest = np.int32(0)
            for k in range(width):
                largest = max(largest, (bits[k] & ~indices) | np.int32(k))
            j = largest & indices
            if not moves[j] > tol:
                break
            z_new = shrink(target[j], lmbd, sign)
            move, z[j], row = z_new - z[j], z_new, gram[j]
            for k in range(width):
                target[k] -= move * row[k]
                moves[k] = abs(shrink(target[k], lmbd, sign) - z[k])
        Z[i] = z[:n_atoms]
