"""The duality gap of codes, which proves how good they are."""

import warnings
from dataclasses import dataclass

import torch


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
