"""Orthogonal matching pursuit with codes that are not negative."""

import numba
import numpy as np

from benchmark_utils.compiled.jit import SUMMING, summing, typed

PASSES = 1000  # over the chosen atoms after each pick, at most
PRECISE = 1e-10  # moves of codes, relative to the first correlation


@summing
def fit(gram, b, chosen, z, tol):
    """Non-negative least squares on the chosen atoms, by coordinate descent."""
    for _ in range(PASSES):
        largest = tol - tol
        for k in chosen:
            target = b[k] + z[k]
            for j in chosen:
                target -= gram[k, j] * z[j]
            new = max(target, tol - tol)
            largest = max(largest, abs(new - z[k]))
            z[k] = new
        if largest <= tol:
            return


# With given types, numba compiles on import and not in the middle of a run.
@typed(
    (numba.float64[:, ::1], numba.float64[:, ::1], numba.int64, numba.float64[:, ::1]),
    fastmath=SUMMING,
)
def pursue(b, gram, n_picks, Z):
    """Write the codes of the signals whose ``Dᵀx`` is ``b`` into ``Z``.

    Each pick takes the atom that is most correlated with the residual. Then all codes
    of the chosen atoms are fitted anew. The pursuit ends early if no atom has a
    positive correlation with the residual.

    Parameters
    ----------
    b : array, shape (n_signals, n_atoms)
    gram : array, shape (n_atoms, n_atoms)
        ``DᵀD``, with ones on the diagonal.
    n_picks : int
    Z : array, shape (n_signals, n_atoms)
        Output.
    """
    n_atoms, chosen = len(gram), np.empty(n_picks, np.int64)
    corr, free = np.empty(n_atoms), np.empty(n_atoms, np.bool_)
    for i in range(len(b)):
        z = Z[i]
        z[:] = 0
        free[:] = True
        corr[:] = b[i]
        tol = PRECISE * b[i].max()
        for n in range(n_picks):
            best, value = -1, tol
            for k in range(n_atoms):
                if free[k] and corr[k] > value:
                    best, value = k, corr[k]
            if best < 0:
                break
            chosen[n], free[best] = best, False
            fit(gram, b[i], chosen[: n + 1], z, tol)
            corr[:] = b[i]
            for k in chosen[: n + 1]:
                for j in range(n_atoms):
                    corr[j] -= z[k] * gram[k, j]
