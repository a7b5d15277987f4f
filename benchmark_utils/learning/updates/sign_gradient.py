"""The gradient step of NOODL, for the signs of the codes."""

from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.dictionaries.statistics import usage
from benchmark_utils.learning.updates.update import Advance, Update


class SignGradient(Update):
    """``D ← D + η sign(Z)ᵀ(X - ZD)``, with rows scaled to unit norm.

    η is ``rate * n_atoms / Σ|z|``. In the paper's notation, it is ``η_A = rate * m/k``
    over the mean size of the codes, which the theorem asks for up to a constant. So
    it depends neither on the number nor on the unit of the signals.

    Parameters
    ----------
    rate : float

    Raises
    ------
    ValueError
        If the rate is not positive.

    References
    ----------
    S. Rambhatla, X. Li and J. Haupt, "NOODL: provable online dictionary learning and
    sparse coding", ICLR 2019, algorithm 1.
    """

    def __init__(self, rate=0.5):
        if not rate > 0:
            raise ValueError(f"rate must be positive, got {rate}.")
        self.rate = rate

    def advance(self, dictionary, encoder, X, step):
        """One step of the atoms of a dense dictionary; see :class:`Update`."""
        Z, D = encoder.codes(dictionary, X, step), dictionary.params[0]
        total = Z.abs().sum().clamp(min=1e-30)
        direction = Z.sign().T @ (X - dictionary.reconstruct(Z))
        atoms = unit_rows(D + self.rate * len(D) / total * direction)
        return Advance(dictionary.with_params([atoms]), encoder, usage(Z))
