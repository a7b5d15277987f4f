"""All scores of a dictionary and its codes against atoms and codes that are known."""

import numpy as np

from benchmark_utils.scoring.own_codes import own_support
from benchmark_utils.scoring.scores import (
    atom_scores,
    correlations,
    match,
    rank_one_scores,
)
from benchmark_utils.scoring.supports import support_scores

RECOVERIES = (
    "recovery_score",
    "mcc",
    "recovered_atoms",
    "recovery_u",
    "recovery_v",
    "recovery_uv",
    "recovery_pairs",
    "support_precision",
    "support_recall",
    "support_f1",
)


class Recovery:
    """What is known of a problem, and how much of it is found.

    Parameters
    ----------
    model : str
    D_true : ndarray, shape (n_atoms_true, *atom_shape), or None
    reference : ndarray, shape (n_atoms_reference, *atom_shape), or None
        Atoms of another method. Rank-1 atoms are compared with them if there is no
        ``D_true``.
    codes_true : sparse array, shape (n_signals, n_atoms_true), or None
        True codes of the signals whose codes are scored.
    """

    def __init__(self, model, D_true=None, reference=None, codes_true=None):
        self.model, self.D_true, self.codes_true = model, D_true, codes_true
        self.known = reference if D_true is None else D_true

    def scores(self, D, Z, own=None):
        """Scores of a dictionary and of its codes.

        Parameters
        ----------
        D : ndarray, shape (n_atoms, *atom_shape)
        Z : Tensor, shape (n_signals, n_atoms, ...)
            Certified codes.
        own : Tensor or None
            The method's own codes of the same signals.

        Returns
        -------
        scores : dict of str to float
            A score is NaN if what it needs is not known.
        """
        scores = dict.fromkeys(RECOVERIES, np.nan)
        if self.D_true is not None:
            C = correlations(D, self.D_true)
            matching = match(C)
            scores |= atom_scores(C, matching)
            if self.codes_true is not None:
                scores |= support_scores(Z.numpy(), self.codes_true, matching)
                if own is not None:
                    scores |= own_support(own, self.codes_true, matching)
        if self.model == "rank1" and self.known is not None:
            scores |= rank_one_scores(D, self.known)
        return scores
