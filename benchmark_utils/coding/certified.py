"""Lasso codes with a certificate: FISTA stopped on the duality gap of each signal."""

from dataclasses import dataclass

import torch

from benchmark_utils.coding.restricted import Restricted
from benchmark_utils.coding.shrinkage import shrink_

CHECK_EVERY = 20  # iterations between two evaluations of the gap


@dataclass
class CertifiedCodes:
    """Codes and how good they are proven to be.

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
        """The largest gap relative to the value (float; 0 for signals at zero)."""
        return (self.gaps / self.values.clamp_min(1e-300)).max().item()


def certified_codes(
    dictionary, X, lmbd, positive=False, tol=1e-6, Z_init=None, max_iter=100_000
):
    """Minimise ``½‖x - Dz‖² + λ‖z‖₁`` for each signal, to a relative duality gap.

    FISTA with a restart for each signal (O'Donoghue & Candès 2015, gradient scheme);
    signals that have reached ``tol`` leave the batch. Whenever the gap is evaluated,
    sparse codes of convolutional models are solved on the support that FISTA has found.

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
    gram = dictionary.gram(X)
    step = 1 / gram.norm()
    parts = []
    blocks = dictionary.blocks(X)
    n = len(blocks)
    inits = [None] * n if Z_init is None else Z_init.tensor_split(n)
    for x, z in zip(blocks, inits, strict=True):
        problem = _Problem(dictionary, gram, step, float(lmbd), positive)
        parts.append(problem.solve(x, z, tol, max_iter))
    return CertifiedCodes(*map(torch.cat, zip(*parts, strict=True)))


def duality_gap(dictionary, X, Z, lmbd, positive=False):
    """Primal value and duality gap of codes, signal by signal.

    The residual r, scaled to be dual feasible (``|Dᵀθ| <= λ``) and otherwise to the
    best multiple, is the dual point: ``½‖x‖² - ½‖x - θ‖²`` bounds the value below.

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
    gram: object
    step: float
    lmbd: float
    positive: bool

    def solve(self, X, Z_init, tol, max_iter):
        b = self.dictionary.correlate(X)
        Z = torch.zeros_like(b) if Z_init is None else Z_init.clone()
        values, gaps = self._gap(X, Z)
        left = torch.nonzero(gaps > tol * values)[:, 0]
        x, b, state = X[left], b[left], _State(Z[left])
        restricted = self._restricted(X, b)
        for _ in range(0, max_iter, CHECK_EVERY):
            if len(left) == 0:
                break
            for _ in range(CHECK_EVERY):
                self._iterate(state, b)
            v, g = self._gap(x, state.x)
            if restricted is not None and (g > tol * v).any():
                v, g = self._polish(restricted, x, b, state, v, g)
            Z[left] = state.x
            values[left], gaps[left] = v, g
            stay = g > tol * v
            if not stay.all():
                left, x, b = left[stay], x[stay], b[stay]
                state.keep(stay)
        return Z, values, gaps

    def _gap(self, X, Z):
        return duality_gap(self.dictionary, X, Z, self.lmbd, self.positive)

    def _restricted(self, X, b):
        """The solver on a support, for codes of more than one sample an atom."""
        if b.dim() == 2:
            return None
        args = self.dictionary, X, b.shape[2:], self.lmbd, self.positive
        return Restricted(*args)

    def _polish(self, restricted, x, b, state, values, gaps):
        """Codes solved on their support, where that is an improvement."""
        solved = torch.stack(list(map(restricted.solve, state.x, b)))
        new_values, new_gaps = self._gap(x, solved)
        better = new_values < values
        state.restart(better, solved)
        return (
            torch.where(better, new_values, values),
            torch.where(better, new_gaps, gaps),
        )

    def _iterate(self, state, b):
        new = self.gram.descend(state.z, b, self.step, out=torch.empty_like(b))
        shrink_(new, self.step * self.lmbd, self.positive)
        state.advance(new)


class _State:
    """Iterates and momentum of each signal still in the batch."""

    def __init__(self, x):
        self.x, self.z = x, x.clone()
        self.t = torch.ones(len(x), *[1] * (x.dim() - 1), dtype=x.dtype).to(x.device)

    def advance(self, new):
        move = new - self.x
        # Restart where the momentum points uphill.
        uphill = (self.z.sub_(new).mul_(move)).flatten(1).sum(1) > 0
        self.t[uphill] = 1.0
        t_next = (1 + (1 + 4 * self.t**2).sqrt()) / 2
        self.z = torch.addcmul(new, (self.t - 1) / t_next, move)
        self.x, self.t = new, t_next

    def restart(self, chosen, x):
        """Go on from ``x``, without momentum, for some of the signals."""
        self.x[chosen] = self.z[chosen] = x[chosen]
        self.t[chosen] = 1.0

    def keep(self, stay):
        self.x, self.z, self.t = self.x[stay], self.z[stay], self.t[stay]
