"""Codes by gradient steps, each followed by a hard threshold (NOODL)."""

import torch

from benchmark_utils.coding.encoder import Encoder


class HardThresholding(Encoder):
    """``z ← H_λ(z - s (zD - x) Dᵀ)``, N times, from ``z = H_{aλ}(x Dᵀ)``.

    ``H_t`` sets values below t to zero, and leaves the others as they are. So codes
    are not biased, as those of the soft threshold are. If codes that are not zero are
    at least C in size, the paper has ``aλ = C/2`` and a smaller λ.

    Parameters
    ----------
    n_layers : int
        N.
    lmbd : float
        Absolute threshold λ.
    first : float
        a, the first threshold over λ.
    step : float
        s, the step size. With coherent atoms it is ``1 / ‖D‖²``, if that is smaller:
        codes could diverge otherwise (T. Blumensath and M. E. Davies, J. Fourier Anal.
        Appl. 14, 2008).
    positive : bool
        Whether negative values are below the threshold.

    Raises
    ------
    ValueError
        If ``n_layers`` is negative, or another number is not positive.

    References
    ----------
    S. Rambhatla, X. Li and J. Haupt, "NOODL: provable online dictionary learning and
    sparse coding", ICLR 2019, algorithm 1.
    """

    def __init__(self, n_layers, lmbd, first=5.0, step=0.2, positive=False):
        if n_layers < 0 or not min(lmbd, first, step) > 0:
            raise ValueError(
                "n_layers must be at least 0, and lmbd, first and step must be "
                f"positive, got {n_layers}, {lmbd}, {first} and {step}."
            )
        self.n_layers, self.lmbd = n_layers, float(lmbd)
        self.first, self.step, self.positive = first, step, positive

    def codes(self, dictionary, X, step=0):
        """Codes of the signals, shape (n_signals, n_atoms)."""
        gram = dictionary.gram()
        size = min(self.step, 1 / gram.norm())
        blocks = [dictionary.correlate(x) for x in dictionary.blocks(X)]
        return torch.cat([self._descend(b, gram, size) for b in blocks])

    def _descend(self, products, gram, size):
        Z = self._threshold(products, self.first * self.lmbd)
        for _ in range(self.n_layers):
            moved = gram.descend(Z, products, size, torch.empty_like(Z))
            Z = self._threshold(moved, self.lmbd)
        return Z

    def _threshold(self, Z, least):
        sizes = Z if self.positive else Z.abs()
        return Z * (sizes >= least)
