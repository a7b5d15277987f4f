"""Lasso codes with a certificate: methods are stopped on each signal's duality gap."""

from dataclasses import dataclass
from functools import cached_property
from math import prod

import torch

from benchmark_utils.coding.certificate import CertifiedCodes, duality_gap
from benchmark_utils.coding.restarted import RestartedFista
from benchmark_utils.coding.restricted import Restricted
from benchmark_utils.coding.splitting import Ridges, Splitting
from benchmark_utils.coding.stalling import Stalling
from benchmark_utils.coding.wide import wide_codes
from benchmark_utils.compiled import has_numba

ROUGH = 1e-3  # tolerance from which codes are not solved on their support
LARGEST_ATOM = 512  # values of an atom. For larger atoms, FISTA is as fast as descent
WIDE_BLOCK = 512  # signals that are coded together on candidates
WIDE = 200  # number of atoms from which codes on candidates come first


def certified_codes(
    dictionary, X, lmbd, positive=False, tol=1e-6, Z_init=None, max_iter=100_000
):
    """Minimise ``½‖x - Dz‖² + λ‖z‖₁`` for each signal, to a relative duality gap.

    The method depends on the dictionary:

    - wide dense dictionaries: descent on candidates, then ADMM for the signals that
      are not finished;
    - other dense dictionaries: ADMM;
    - small convolutional atoms: coordinate descent;
    - large convolutional atoms: FISTA with a restart for each signal (O'Donoghue &
      Candès 2015, gradient scheme).

    Whenever the gap is evaluated, codes are also solved on the support that has been
    found. Signals that have reached ``tol`` leave the batch.

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, ...)
    lmbd : float
        Positive.
    positive : bool
        Whether z >= 0.
    tol : float
        Bound on gap / value, signal by signal.
    Z_init : Tensor or None
        Codes to start at, instead of zero.
    max_iter : int
        Iterations after which the codes are returned with the gap they have. They are
        also returned when the gaps hardly fall any more.

    Returns
    -------
    codes : CertifiedCodes
    """
    problem = _Problem(dictionary, X, float(lmbd), positive)
    parts, blocks = [], dictionary.blocks(X)
    if problem.wide:
        blocks = X.tensor_split(-(-len(X) // WIDE_BLOCK))
    n = len(blocks)
    inits = [None] * n if Z_init is None else Z_init.tensor_split(n)
    for x, z in zip(blocks, inits, strict=True):
        parts.append(problem.solve(x, z, tol, max_iter))
    return CertifiedCodes(*map(torch.cat, zip(*parts, strict=True)))


@dataclass
class _Problem:
    dictionary: object
    signals: torch.Tensor
    lmbd: float
    positive: bool

    def solve(self, X, Z_init, tol, max_iter):
        Z, values, gaps = self._start(X, Z_init, tol)
        left = torch.nonzero(gaps > tol * values)[:, 0]
        if len(left) == 0:
            return Z, values, gaps
        x, b = X[left], self.dictionary.correlate(X[left])
        state = self._method(x, Z[left], b)
        stalling = Stalling(state.patience, state.last)
        for _ in range(0, max_iter, state.check_every):
            for _ in range(state.check_every):
                state.advance()
            z, (v, g) = state.x, self._gap(x, state.x)
            if (g > tol * v).any():
                z, v, g = self._polish(x, state, v, g, tol)
            Z[left] = z
            values[left], gaps[left] = v, g
            stay = g > tol * v
            if not stay.all():
                left, x = left[stay], x[stay]
                state.keep(stay)
                stalling.keep(stay)
            if len(left) == 0 or stalling.note(g[stay]):
                break
        return Z, values, gaps

    def _start(self, X, Z_init, tol):
        """The first codes. For wide dictionaries, most of them are final."""
        if self.wide:
            D = self.dictionary.params[0]
            return wide_codes(D, X, self.lmbd, self.positive, tol, Z_init)
        if Z_init is None:
            Z_init = torch.zeros_like(self.dictionary.correlate(X))
        Z = Z_init.clone()
        return Z, *self._gap(X, Z)

    def _gap(self, X, Z):
        return duality_gap(self.dictionary, X, Z, self.lmbd, self.positive)

    @cached_property
    def wide(self):
        """Whether descent on candidates comes first."""
        X, dictionary = self.signals, self.dictionary
        on_cpu = X.dtype == torch.float64 and X.device.type == "cpu" and has_numba()
        return on_cpu and not dictionary.atom_support and dictionary.n_atoms >= WIDE

    @cached_property
    def _gram(self):
        return self.dictionary.gram(self.signals)

    @cached_property
    def _step(self):
        return 1 / self._gram.norm()

    @cached_property
    def _ridges(self):
        return Ridges(self._gram.matrix)

    def _method(self, X, Z, b):
        """The method for these signals. ADMM is for dense ones: it inverts ``G``."""
        if b.dim() == 2:
            return Splitting(self._ridges, Z, b, self.lmbd, self.positive)
        penalty = self.lmbd, self.positive
        if suits(self.dictionary, X):
            from benchmark_utils.coding.coordinate import CoordinateDescent

            D = self.dictionary.params[0].numpy()
            return CoordinateDescent(D, X, Z, *penalty)
        restricted = Restricted(self.dictionary, X, b.shape[2:], *penalty)
        return RestartedFista(self._gram, self._step, restricted, Z, b, *penalty)

    def _polish(self, x, state, values, gaps, tol):
        """Replace codes by those solved on their support where that is better."""
        # At a rough tolerance, the linear systems take as long as all iterations.
        solved = state.solved() if tol < ROUGH else state.x
        new_values, new_gaps = self._gap(x, solved)
        better = new_values < values
        whole = better.reshape(-1, *[1] * (solved.dim() - 1))
        codes = torch.where(whole, solved, state.x)
        rows = torch.nonzero(better)[:, 0]
        state.restart(rows, solved[rows])
        return (
            codes,
            torch.where(better, new_values, values),
            torch.where(better, new_gaps, gaps),
        )


def suits(dictionary, X):
    """Whether coordinate descent is the best method for these signals.

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, n_channels, *support)

    Returns
    -------
    suits : bool
    """
    atom = dictionary.params[0]
    small = len(dictionary.params) == 1 and prod(atom.shape[1:]) <= LARGEST_ATOM
    plain = X.dtype == torch.float64 and X.device.type == "cpu" and has_numba()
    return small and plain and X.dim() in (3, 4)
