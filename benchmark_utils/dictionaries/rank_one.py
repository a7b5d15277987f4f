"""Rank-1 atoms ``u_k v_kᵀ``: a map over channels times a waveform.

Channels appear only in the first and the last product with the signals. The kernels of
shape (n_atoms, n_channels, n_times_atom) are never built.
"""

import numpy as np
import torch
from scipy.signal.windows import tukey

from benchmark_utils.compiled import compiles
from benchmark_utils.dictionaries.base import Dictionary, unit_or, unit_rows
from benchmark_utils.dictionaries.factors import rank_one_atoms, rank_one_factors
from benchmark_utils.dictionaries.rank_one_gram import RankOneGram
from benchmark_utils.dictionaries.spectrum import PaddedFFT, code_support
from benchmark_utils.dictionaries.statistics import atom_fft, lag_statistics

CODES_PER_BLOCK = 2**18  # the codes of one layer stay in the L3 cache


class RankOne(Dictionary):
    """Atoms ``u_k v_kᵀ``, both of unit norm.

    Parameters
    ----------
    params : list of Tensor
        ``u``, shape (n_atoms, n_channels), and ``v``, shape (n_atoms, n_times_atom).
    taper : Tensor, shape (n_times_atom,), or None
        Window of the waveforms. With it, the waveforms are ``taper * v``, scaled to
        unit norm.
    """

    def __init__(self, params, taper=None):
        super().__init__(params)
        self.taper = taper

    @classmethod
    def from_array(cls, D, dtype=torch.float64, device="cpu", window=False):
        """The best rank-1 approximation of each atom of D.

        The signs make the largest value of each waveform positive.

        Parameters
        ----------
        D : array or Tensor, shape (n_atoms, n_channels, n_times_atom)
            Only the directions of atoms count: they are scaled to unit norm.
        dtype, device
            Of the parameters.
        window : bool
            Whether a Tukey window tapers the waveforms, including those of D.

        Raises
        ------
        ValueError
            If D does not have three dimensions.
        """
        if np.ndim(D) != 3:
            raise ValueError(
                "Rank-1 atoms need D of shape (n_atoms, n_channels, n_times_atom), got "
                f"{tuple(np.shape(D))}: use model 'conv' for images."
            )
        u, v = rank_one_factors(np.asarray(torch.as_tensor(D).cpu(), dtype=np.float64))
        params = [torch.as_tensor(p).to(device, dtype) for p in (u, v)]
        taper = None
        if window:
            # Without the zeros at its two ends: a sample there would have no effect.
            taper = torch.as_tensor(tukey(v.shape[1] + 2)[1:-1]).to(params[1])
            params[1] = unit_rows(params[1])
        return cls(params, taper)

    def to(self, device):
        twin = super().to(device)
        twin.taper = None if self.taper is None else self.taper.to(device)
        return twin

    def factors(self):
        """``u`` and ``v`` of the atoms, of unit norm; differentiable in ``params``."""
        u, v = self.params
        return (u, v) if self.taper is None else (u, unit_rows(v * self.taper))

    def to_array(self):
        u, v = (p.double().cpu() for p in self.factors())
        return rank_one_atoms(u, v).numpy()

    def correlate(self, X):
        return self._correlate(X)[0]

    def correlation(self, X):
        # By hand: autograd would copy spectra, and compute the product with X again.
        (b, maps_hat, v_hat), support = self._correlate(X), X.shape[2:]
        fft = PaddedFFT(support)

        def gradient(A):
            A_hat = fft.forward(A)
            v_bar = fft.inverse((maps_hat * A_hat.conj()).sum(0), self.atom_support)
            u_bar = fft.inverse(A_hat.mul_(v_hat), support) @ X.mT
            bars = [u_bar.sum(0), v_bar]
            if self.taper is None:  # u and v are the parameters themselves
                return bars
            return self.gradient(
                lambda d: sum(
                    (p * q).sum() for p, q in zip(bars, d.factors(), strict=True)
                )
            )

        return b, gradient

    def _correlate(self, X):
        """``Dᵀx``, the spectra of ``Ux``, and the spectra of v."""
        u, v = self.factors()
        codes, fft = code_support(X, v.shape[1:]), PaddedFFT(X.shape[2:])
        # Expanded: otherwise the backward pass of `u @ X` copies the transpose of X.
        maps_hat = fft.forward(u.expand(len(X), *u.shape) @ X)
        v_hat = fft.forward(v)
        return fft.inverse(maps_hat * v_hat.conj(), codes), maps_hat, v_hat

    def reconstruct(self, Z):
        u, v = self.factors()
        n_times = Z.shape[2] + v.shape[1] - 1
        fft = PaddedFFT((n_times,))
        return u.T @ fft.inverse(fft.forward(Z) * fft.forward(v), (n_times,))

    def gram(self, X):
        u, v = self.factors()
        codes = code_support(X, v.shape[1:])
        kind = gram_class(u, len(X))
        return kind(PaddedFFT(X.shape[2:]), codes, u, v)

    def block_size(self, X):
        (codes,) = code_support(X, self.params[1].shape[1:])
        return max(1, round(CODES_PER_BLOCK / (self.n_atoms * codes)))

    @property
    def atom_support(self):
        return self.params[1].shape[1:]

    def statistics(self, X, Z):
        return lag_statistics(X, Z, self.atom_support)

    def quadratic(self, statistics):
        (u, v), fft = self.factors(), atom_fft(self.atom_support)
        mixed = (u @ u.T)[..., None] * fft.forward(statistics.gram)
        spectrum = torch.einsum("klf,lf->kf", mixed, fft.forward(v))
        predicted = fft.inverse(spectrum, self.atom_support)
        cross = torch.einsum("kc,kct->kt", u, statistics.cross)
        return (v * (predicted / 2 - cross)).sum()

    def block_descended(self, statistics):
        if self.taper is not None:
            raise ValueError(
                "Block-coordinate descent would undo the window of the waveforms: use "
                "window=False."
            )
        (u, v), fft = (p.clone() for p in self.params), atom_fft(self.atom_support)
        G_hat, v_hat = fft.forward(statistics.gram), fft.forward(v)
        for k in range(self.n_atoms):
            # At the codes of atom k, atom l contributes u_l times this waveform.
            overlaps = fft.inverse(G_hat[k] * v_hat, self.atom_support)
            shares = overlaps @ v[k]
            rest = shares @ u - shares[k] * u[k]
            u[k] = unit_or(statistics.cross[k] @ v[k] - rest, u[k])
            curvature = G_hat[k, k].real.max()
            descent = u[k] @ statistics.cross[k] - (u @ u[k]) @ overlaps
            v[k] = unit_or(curvature * v[k] + descent, v[k])
            v_hat[k] = fft.forward(v[k])
        return self.with_params([u, v])


def gram_class(u, n_signals):
    """The class of Grams: with compiled loops if they can be used."""
    if not compiles(u, n_signals):
        return RankOneGram
    from benchmark_utils.dictionaries.rank_one_compiled import CompiledRankOneGram

    return CompiledRankOneGram
