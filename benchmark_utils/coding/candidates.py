"""Sparse codes of wide dictionaries: descent on the few atoms that a signal may use.

With thousands of atoms, a signal uses some tens of them, and nearly all codes are zero.
So each signal has a short list of candidates. A round begins with one product of all
atoms with the residuals. The atoms that correlate most with the residual replace the
unused candidates. The codes then descend on the candidates alone, with their own small
Gram matrix.
"""

from math import exp, inf

import numpy as np
import torch

from benchmark_utils.coding.candidate_codes import CandidateCodes
from benchmark_utils.coding.candidates_torch import refine as refine_in_torch
from benchmark_utils.coding.encoder import Encoder
from benchmark_utils.compiled import has_numba
from benchmark_utils.threads import on_threads

BLOCK = 256  # signals whose correlations a thread holds at a time
COLD = 1e-3  # share of the first step's excess of λ below which there is none


class CandidateDescent(Encoder):
    """Codes of a dense dictionary on candidates, by greedy coordinate descent.

    Parameters
    ----------
    lmbd : float
        Absolute regularisation λ.
    positive : bool
        Whether codes are constrained to be non-negative.
    n_candidates : int
        Number of candidates of a signal, and so the most codes that are not zero.
    n_rounds : int
        Rounds, each with one product of all atoms with the residuals. One is enough to
        learn from.
    tol : float
        Descent stops when no code would move by more than ``tol * lmbd``.
    warmth : float
        At the first step of a learner, λ is at least this share of the mean norm of the
        signals. It takes many poor atoms to code a signal. With a larger λ, a signal
        uses fewer atoms, and these learn more.
    cooling : float
        After the first step, λ decreases to its value as ``exp(-step / cooling)``.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    def __init__(
        self,
        lmbd,
        positive=False,
        n_candidates=32,
        n_rounds=1,
        tol=0.1,
        warmth=0.27,
        cooling=40.0,
    ):
        if not min(lmbd, tol, cooling) > 0 or min(n_candidates, n_rounds) < 1:
            raise ValueError(
                "lmbd, tol and cooling must be positive, n_candidates and n_rounds at "
                f"least 1, got {lmbd}, {tol}, {cooling}, {n_candidates} and {n_rounds}."
            )
        if not warmth >= 0:
            raise ValueError(f"warmth must be at least 0, got {warmth}.")
        self.lmbd, self.positive, self.tol = float(lmbd), positive, tol
        self.n_candidates, self.n_rounds = n_candidates, n_rounds
        self.warmth, self.cooling = warmth, cooling

    def codes(self, dictionary, X, step=inf):
        """Codes of the signals, started at zero.

        Parameters
        ----------
        dictionary : Dense
        X : Tensor, shape (n_signals, n_features)
        step : int or float
            Step of the learner, counted from 0. If infinite, λ is ``lmbd``.

        Returns
        -------
        codes : CandidateCodes
        """
        D = dictionary.params[0]
        lmbd = self._lmbd_at(step, X)
        codes = CandidateCodes.zero(X, min(self.n_candidates, len(D)))
        for _ in range(self.n_rounds):
            codes = one_round(D, codes, lmbd, self.positive, tol=self.tol * lmbd)
        return codes

    def full_codes(self, dictionary, X, step=inf):
        """The same codes with their zeros: Tensor, shape (n_signals, n_atoms)."""
        return self.codes(dictionary, X, step).dense(dictionary.n_atoms)

    def _lmbd_at(self, step, X):
        heat = exp(-step / self.cooling)
        if heat < COLD:
            return self.lmbd
        first = self.warmth * X.norm(dim=1).mean().item()
        return self.lmbd + heat * max(0.0, first - self.lmbd)


def one_round(D, codes, lmbd, positive, tol, rows=None, corr=None, n_solves=0):
    """One round for some signals: new candidates, then codes, then residuals.

    Parameters
    ----------
    D : Tensor, shape (n_atoms, n_features)
        Unit-norm atoms.
    codes : CandidateCodes
        Updated in place.
    lmbd : float
    positive : bool
    tol : float
        Descent stops when no code would move by more.
    rows : Tensor of int64 or None
        Which signals. None is all of them.
    corr : Tensor, shape (n_rows, n_atoms), or None
        Products of their residuals with all atoms, if known. The function overwrites
        it.
    n_solves : int
        See :func:`benchmark_utils.compiled.candidates.refine`.

    Returns
    -------
    codes : CandidateCodes
        The object that was given.
    """
    if rows is None:
        rows = torch.arange(len(codes.values), device=D.device)
    max_moves = 10 * codes.values.shape[1]
    scalars = (-np.inf if positive else -lmbd, lmbd, tol)
    round_of = _compiled if D.device.type == "cpu" and has_numba() else _in_torch
    round_of(D, codes, rows, corr, *scalars, max_moves, n_solves)
    return codes


def _in_torch(D, codes, rows, corr, *options):
    """All signals at once."""
    if corr is None:
        corr = codes.residual[rows] @ D.T
    refine_in_torch(codes.residual, D, corr, codes.places, codes.values, rows, *options)


def _compiled(D, codes, rows, corr, low, lmbd, tol, *options):
    """Divide the signals among threads. Each computes the products that it needs."""
    # Imported here: numba takes a second to import, and other encoders do not need it.
    from benchmark_utils.compiled.candidates import refine

    R, atoms, places, Z = (
        t.numpy() for t in (codes.residual, D.contiguous(), codes.places, codes.values)
    )
    options = *map(R.dtype.type, (low, lmbd, tol)), *options

    def code(part):
        for start in range(part.start, part.stop, BLOCK):
            block = slice(start, min(start + BLOCK, part.stop))
            of = rows[block]
            known = codes.residual[of] @ D.T if corr is None else corr[block]
            refine(R, atoms, known.numpy(), places, Z, of.numpy(), *options)

    on_threads(code, len(rows))
