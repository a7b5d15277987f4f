"""Codes of K-SVD with z >= 0: orthogonal matching pursuit, non-negative.

A. Bruckstein, M. Elad and M. Zibulevsky, "On the uniqueness of nonnegative sparse
solutions to underdetermined systems of equations", IEEE Trans. Information Theory 54,
2008.
"""

import numpy as np

from benchmark_utils.threads import on_threads


def nonnegative_codes(X, D, n_nonzero, n_threads=1):
    """Codes ``z >= 0`` with at most ``n_nonzero`` non-zeros.

    Parameters
    ----------
    X : ndarray, shape (n_signals, n_features)
    D : ndarray, shape (n_atoms, n_features)
        Unit-norm atoms.
    n_nonzero, n_threads : int

    Returns
    -------
    Z : ndarray, shape (n_signals, n_atoms)
        Codes are the best for the atoms that they use. A signal has fewer non-zeros if
        no further atom has a positive correlation with its residual.
    """
    from benchmark_utils.compiled.pursuit import pursue

    D = np.ascontiguousarray(D, dtype=np.float64)
    b, gram = np.ascontiguousarray(X @ D.T, dtype=np.float64), D @ D.T
    Z = np.empty_like(b)

    def code(part):
        pursue(b[part], gram, n_nonzero, Z[part])

    on_threads(code, len(b), n_threads)
    return Z
