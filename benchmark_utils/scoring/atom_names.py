"""Names of atoms: those of the signals that are most similar to them."""

import numpy as np


def atom_names(D, X, names, n_top=5):
    """Names of the signals of largest cosine with each atom.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, n_features)
        Atoms of unit norm.
    X : ndarray, shape (n_signals, n_features)
        Signals that have a name. The cosine of a zero signal is 0.
    names : sequence of str, length n_signals
    n_top : int

    Returns
    -------
    top : list of list of str
        Names for each atom, by decreasing cosine.
    """
    norms = np.linalg.norm(X, axis=1)
    cosines = D @ (X / np.where(norms > 0, norms, np.inf)[:, None]).T
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :n_top]
    return [[names[i] for i in row] for row in order]
