"""Lasso codes with a certificate: methods are stopped on each signal's duality gap."""

import warnings
from dataclasses import dataclass
from functools import cached_property
from math import prod

import torch

from benchmark_utils.coding.restarted import RestartedFista
from benchmark_utils.coding.restricted import Restricted
from benchmark_utils.coding.splitting import Ridges, Splitting
from benchmark_utils.coding.wide import wide_codes
from benchmark_utils.compiled import has_numba

ROUGH = 1e-3  # tolerance from which codes are not solved on their support
LARGEST_ATOM = 512  # values of an atom. For larger atoms, FISTA is as fast as descent
WIDE_BLOCK = 512  # signals that are coded together on candidates
WIDE = 200  # number of atoms from which codes on candidates come first


@dataclass
class CertifiedCodes:
    """Codes, with a proof of how good they are.

    Attributes
    ----------
    Z : Tensor, shape (n_signals, n_atoms, ...)
    values : Tensor, shape (n_signals,)
        ``½‖x - Dz‖² + λ‖z‖₁``.
    gaps : Tensor, shape (n_signals,)
        Duality gaps: no code of that signal has a value below ``values - gaps``.
    """

    Z: torch.Tensor
    values: torch.Tensor
    gaps: torch.Tensor

    @property
    def relative_gap(self):
        """The largest gap relative to the value (float; 0 if all signals are zero).

        It is infinite if a gap is not a number: such codes prove nothing.
        """
        relative = self.gaps / self.values.clamp_min(1e-300)
        return relative.nan_to_num(nan=torch.inf, posinf=torch.inf).max().item()

    def warn_above(self, tol, name):
        """Warn if the relative gap is above ``tol``. ``name`` says which signals."""
        if self.relative_gap > tol:
            warnings.warn(
                f"The codes of the {name} signals stopped at a relative duality gap "
                f"of {self.relative_gap:.1e}, above {tol:.0e}.",
                stacklevel=3,
            )


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
        Iterations after which the codes are returned with the gap they have.

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


def duality_gap(dictionary, X, Z, lmbd, positive=False):
    """Primal value and duality gap of codes, signal by signal.

    The dual point θ is a multiple of the residual r: the best of those that are dual
    feasible (``|Dᵀθ| <= λ``). ``½‖x‖² - ½‖x - θ‖²`` is then a lower bound of the value.

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, ...)
    Z : Tensor, shape (n_signals, n_atoms, ...)
    lmbd : float
    positive : bool
        Whether z >= 0, for which the dual constraint is ``Dᵀθ <= λ``.

    Returns
    -------
    values, gaps : Tensor, shape (n_signals,)
    """
    r = X - dictionary.reconstruct(Z)
    c = dictionary.correlate(r).flatten(1)
    r, x = r.flatten(1), X.flatten(1)
    peak = c.amax(1).clamp_min(0) if positive else c.abs().amax(1)
    tiny = torch.finfo(r.dtype).tiny
    rr = (r * r).sum(1)
    best = (r * x).sum(1) / rr.clamp_min(tiny)
    scale = torch.minimum(best.clamp_min(0), lmbd / peak.clamp_min(tiny))
    values = rr / 2 + lmbd * Z.abs().flatten(1).sum(1)
    dual = scale * (r * x).sum(1) - scale**2 * rr / 2
    return values, values - dual


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
            if len(left) == 0:
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
