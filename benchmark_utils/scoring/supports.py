"""Scores of the supports of codes against those of the true codes."""

import numpy as np
from scipy.sparse import csr_array


def support_scores(Z, Z_true, matching):
    """Precision, recall and F1 of the non-zero codes, over all signals.

    A code is right if the true atom that matches its atom is active in that signal.
    Sign and size do not count, because a learned atom may be the negative of a true
    one. Codes of atoms without a match are wrong. Codes of true atoms without a match
    are missed.

    Parameters
    ----------
    Z : ndarray, shape (n_signals, n_atoms)
    Z_true : sparse array, shape (n_signals, n_atoms_true)
    matching : tuple of ndarray
        Indices of learned atoms, and of the true atoms that match them, one to one.

    Returns
    -------
    scores : dict of str to float
        ``support_precision``, ``support_recall`` and ``support_f1``, in [0, 1]. They
        are 0 if all codes are zero.
    """
    found, true = csr_array(np.asarray(Z) != 0), csr_array(Z_true != 0)
    ones = np.ones(len(matching[0]))
    renamed = csr_array((ones, matching), shape=(found.shape[1], true.shape[1]))
    right = (found.astype(float) @ renamed).multiply(true).sum()
    precision, recall = (right / max(1, n) for n in (found.nnz, true.nnz))
    f1 = 2 * right / max(1, found.nnz + true.nnz)
    names = ("support_precision", "support_recall", "support_f1")
    return dict(zip(names, map(float, (precision, recall, f1)), strict=True))
