"""Sparse codes of wide dictionaries: descent on the few atoms that a signal may use.

With thousands of atoms, a signal uses some tens of them, and nearly all codes are zero.
So each signal has a short list of candidates. A round begins with one product of all
atoms with the residuals. Unused candidates then give way to the atoms that correlate
most with the residual, and the codes descend on the candidates alone, with their own
small Gram matrix.
"""

from dataclasses import dataclass
from math import exp, inf

import numpy as np
import torch

from benchmark_utils.coding.candidates_torch import refine as refine_in_torch
from benchmark_utils.coding.encoder import Encoder
from benchmark_utils.compiled import has_numba
from benchmark_utils.threads import on_threads

BLOCK = 256  # signals whose correlations a thread has at a time
COLD = 1e-3  # share of the excess of λ at the first step that counts as none


@dataclass
class CandidateCodes:
    """Codes of which all but the candidates' are zero.

    Attributes
    ----------
    places : Tensor of int32, shape (n_signals, n_candidates)
        Which atoms. Where the code is zero, the place means nothing.
    values : Tensor, shape (n_signals, n_candidates)
    residual : Tensor, shape (n_signals, n_features)
        ``x - zD``.
    """

    places: torch.Tensor
    values: torch.Tensor
    residual: torch.Tensor

    def __post_init__(self):
        # A clone keeps the order of the axes of X, and loops write to rows.
        self.residual = self.residual.contiguous()

    @classmethod
    def zero(cls, X, n_candidates):
        """Codes at zero of the signals X."""
        places = torch.zeros(len(X), n_candidates, dtype=torch.int32, device=X.device)
        return cls(places, X.new_zeros(len(X), n_candidates), X.clone())

    def usage(self, n_atoms):
        """How many codes of each atom are not zero, shape (n_atoms,)."""
        used = self.places[self.values != 0].long()
        return torch.bincount(used, minlength=n_atoms)

    def dense(self, n_atoms):
        """All codes, shape (n_signals, n_atoms)."""
        Z = self.values.new_zeros(len(self.values), n_atoms)
        return Z.scatter_add_(1, self.places.long(), self.values)

    def widened(self, n_candidates):
        """The same codes, with room for more candidates."""
        more = n_candidates - self.values.shape[1]
        if more <= 0:
            return self
        places, values = (
            torch.nn.functional.pad(t, (0, more)) for t in (self.places, self.values)
        )
        return CandidateCodes(places, values, self.residual)


class CandidateDescent(Encoder):
    """Codes of a dense dictionary on candidates, by greedy coordinate descent.

    Parameters
    ----------
    lmbd : float
        Absolute regularisation λ.
    positive : bool
        Whether codes are constrained to be non-negative.
    n_candidates : int
        At most so many codes of a signal are not zero.
    n_rounds : int
        Products of all atoms with the residuals. One is enough to learn from.
    tol : float
        A signal is coded when none of its codes would move by more than ``tol`` λ.
    warmth : float
        At the first step of a learner, λ is at least this share of the mean norm of
        signals. Poor atoms need many of each other to code a signal; with a larger λ
        fewer of them learn more.
    cooling : float
        From there, λ falls to its value as ``exp(-step / cooling)``.

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
        """Codes of the signals, from zero.

        Parameters
        ----------
        dictionary : Dense
        X : Tensor, shape (n_signals, n_features)
        step : int or float
            Step of a learner, counted from 0. If infinite, λ is ``lmbd``.

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
        """Codes, zeros and all: Tensor, shape (n_signals, n_atoms)."""
        return self.codes(dictionary, X, step).dense(dictionary.n_atoms)

    def _lmbd_at(self, step, X):
        heat = exp(-step / self.cooling)
        if heat < COLD:
            return self.lmbd
        first = self.warmth * X.norm(dim=1).mean().item()
        return self.lmbd + heat * max(0.0, first - self.lmbd)


def one_round(D, codes, lmbd, positive, tol, rows=None, corr=None, n_solves=0):
    """One round for some signals: new candidates, codes, residuals.

    Parameters
    ----------
    D : Tensor, shape (n_atoms, n_features)
        Unit-norm atoms.
    codes : CandidateCodes
        Written.
    lmbd : float
    positive : bool
    tol : float
        Codes move until none would move by more.
    rows : Tensor of int64 or None
        Which signals; None is all.
    corr : Tensor, shape (n_rows, n_atoms), or None
        Products of their residuals with all atoms, if known; written over.
    n_solves : int
        See :func:`benchmark_utils.compiled.candidates.refine`.

    Returns
    -------
    codes : CandidateCodes
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
    """Signals shared out among threads, with the products that they need."""
    # Imported here: numba takes a second to import, and other encoders do without it.
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
