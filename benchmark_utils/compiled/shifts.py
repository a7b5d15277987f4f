"""Coordinate descent on convolutional codes, by way of the residual.

To move a code takes two passes over the piece of the residual that its atom covers. An
update of ``Dᵀr`` instead would take a pass over all atoms and all shifts around the
code. Signals have the shape (n_channels, height, width). The height of recordings is 1.
"""

import numba

from benchmark_utils.compiled.jit import SUMMING, inlined, typed

real, integer = numba.float64, numba.int64
ATOMS, SIGNAL = real[:, :, :, ::1], real[:, :, ::1]
PLACES, VALUES = integer[:, ::1], real[::1]
NOT_NEGATIVE = 2**31 - 1  # tells the compiler that an index does not count from the end


@inlined
def correlation(D, r, k, i, j):
    """``⟨d_k, r⟩`` with the atom at (i, j). A view of the array would cost more."""
    total = 0.0
    for c in range(D.shape[1]):
        for a in range(D.shape[2]):
            for b in range(D.shape[3]):
                total += r[c, i + a, j + b] * D[k, c, a, b]
    return total


@inlined
def add(D, share, r, k, i, j):
    """``r += share d_k`` with the atom at (i, j)."""
    for c in range(D.shape[1]):
        for a in range(D.shape[2]):
            for b in range(D.shape[3]):
                r[c, i + a, j + b] += share * D[k, c, a, b]


@inlined
def place(places, p):
    """Atom, row and column of place p."""
    k, i, j = places[p, 0], places[p, 1], places[p, 2]
    return k & NOT_NEGATIVE, i & NOT_NEGATIVE, j & NOT_NEGATIVE


# With given types, numba compiles on import and not in the middle of a run.
@typed(real(ATOMS, SIGNAL, SIGNAL, real, real), SUMMING)
def sweep(D, r, z, low, lmbd):
    """Bring each code in turn to its minimum; returns the largest move.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, n_channels, height, width)
        Atoms of unit norm.
    r : ndarray, shape (n_channels, height, width)
        The residual, changed in place.
    z : ndarray, shape (n_atoms, height, width)
        The codes, changed in place.
    low : float
        ``-lmbd``, or -inf for non-negative codes.
    lmbd : float
    """
    largest = 0.0
    for k in range(z.shape[0]):
        for i in range(z.shape[1]):
            for j in range(z.shape[2]):
                target = z[k, i, j] + correlation(D, r, k, i, j)
                move = target - max(low, min(target, lmbd)) - z[k, i, j]
                if move != 0:
                    z[k, i, j] += move
                    add(D, -move, r, k, i, j)
                    largest = max(largest, abs(move))
    return largest


@typed(real(ATOMS, SIGNAL, PLACES, VALUES, real, real, real), SUMMING)
def sweep_places(D, r, places, values, low, lmbd, relaxation):
    """One pass over the codes of some places; returns the largest move.

    ``relaxation`` scales the moves of codes that keep their sign: 1 lands on the
    minimum, 1.8 overshoots it. For a relaxation in (0, 2) the loss decreases.

    Parameters
    ----------
    places : ndarray of int, shape (n_places, 3)
        Atom, row and column.
    values : ndarray, shape (n_places,)
        The codes, changed in place.
    D, r, low, lmbd
        As of :func:`sweep`. ``r`` is changed in place.
    """
    largest = 0.0
    for p in range(len(places)):
        k, i, j = place(places, p)
        z = values[p]
        target = z + correlation(D, r, k, i, j)
        move = target - max(low, min(target, lmbd)) - z
        if z * (z + move) > 0 and z * (z + relaxation * move) > 0:
            move *= relaxation
        if move != 0:
            values[p] += move
            add(D, -move, r, k, i, j)
            largest = max(largest, abs(move))
    return largest


@typed(numba.void(ATOMS, SIGNAL, PLACES, VALUES), SUMMING)
def correlations(D, r, places, out):
    """Write ``Dᵀr`` at some places into ``out``."""
    for p in range(len(places)):
        k, i, j = place(places, p)
        out[p] = correlation(D, r, k, i, j)


@typed(numba.void(ATOMS, SIGNAL, PLACES, VALUES, real), SUMMING)
def add_all(D, r, places, values, share):
    """``r += share D z``, for codes that are non-zero only at some places."""
    for p in range(len(places)):
        k, i, j = place(places, p)
        add(D, share * values[p], r, k, i, j)
