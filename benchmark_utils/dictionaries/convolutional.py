"""Convolutional dictionary: one free kernel per atom, on signals, images or more."""

from functools import cached_property
from math import prod

import torch

from benchmark_utils.dictionaries.base import Dictionary, unit_or
from benchmark_utils.dictionaries.halves import HalvedGram
from benchmark_utils.dictionaries.spectrum import PaddedFFT, code_support
from benchmark_utils.dictionaries.statistics import atom_fft, lag_statistics

# Codes in a block. With `ChannelGram`, the codes of one layer stay in the L3 cache. The
# matrices of `MatrixGram` do not: each layer reads them once for the whole block.
CODES_PER_BLOCK = {"channels": 2**18, "matrices": 2**20}


class ChannelGram(HalvedGram):
    """``Ĝẑ`` by way of the channels, for few channels: ``ζ = D̂ẑ``, then ``D̂ᴴζ``.

    See :class:`GramSpectrum`. The spectrum is (n_atoms, n_channels, *frequencies).
    """

    def __init__(self, fft, codes, spectrum):
        super().__init__(fft, codes, spectrum)
        self.channels = spectrum.unbind(1)
        self.conjugates = spectrum.conj().resolve_conj().unbind(1)

    def analyse(self, z_hat, name):
        return z_hat, torch.stack([(z_hat * d).sum(1) for d in self.channels], 1)

    def synthesise(self, half):
        first, *others = half[1].unsqueeze(2).unbind(1)
        out = first * self.conjugates[0]
        for channel, d in zip(others, self.conjugates[1:], strict=True):
            out.addcmul_(channel, d)
        return out

    def accumulate(self, a_half, z_half, scale, out):
        # The derivative of Re αᴴζ with respect to D̂. Both factors are linear in D̂.
        (a, alpha), (z, zeta) = a_half, z_half
        out = torch.zeros_like(self.spectrum) if out is None else out
        for S, x, y in zip(*(t.unbind(1) for t in (out, alpha, zeta)), strict=True):
            S.add_((x.conj().unsqueeze(1) * z).sum(0), alpha=scale)
            S.add_((y.conj().unsqueeze(1) * a).sum(0), alpha=scale)
        return out

    def form(self, M, dictionary):
        D = dictionary.params[0]
        return (self.fft.inverse(M.conj(), D.shape[2:]) * D).sum()

    def matrices(self, frequencies=slice(None)):
        return self._of_channels[frequencies]

    @cached_property
    def _of_channels(self):
        D_hat = self.spectrum.flatten(2).permute(2, 1, 0)
        return D_hat @ D_hat.mH


class MatrixGram(HalvedGram):
    """``Ĝẑ`` as a product with the n_atoms × n_atoms matrix of each frequency.

    See :class:`GramSpectrum`. The spectrum is (n_atoms, n_channels, *frequencies).
    """

    def __init__(self, fft, codes, spectrum):
        super().__init__(fft, codes, spectrum)
        self.frequencies = spectrum.shape[2:]
        self.D_hat = spectrum.flatten(2).permute(2, 1, 0)
        self.G_hat = self.D_hat.mH @ self.D_hat

    def analyse(self, z_hat, name):
        return z_hat.flatten(2).permute(2, 0, 1).contiguous()

    def synthesise(self, half):
        product = half @ self.G_hat.mT
        return product.permute(1, 2, 0).unflatten(2, self.frequencies)

    def accumulate(self, a_half, z_half, scale, out):
        out = torch.zeros_like(self.G_hat) if out is None else out
        return out.baddbmm_(a_half.mH, z_half, alpha=scale)

    def form(self, M, dictionary):
        D = dictionary.params[0]
        S = self.D_hat.conj() @ (M + M.mH)
        S = S.permute(2, 1, 0).unflatten(2, self.frequencies)
        return (self.fft.inverse(S.conj(), D.shape[2:]) * D).sum()

    def matrices(self, frequencies=slice(None)):
        return self.G_hat[frequencies]


class Convolutional(Dictionary):
    """``D`` of shape (n_atoms, n_channels, *atom_support).

    Signals are sums of convolutions of atoms with their codes. Codes have the shape
    ``support - atom_support + 1``.
    """

    @classmethod
    def from_array(cls, D, dtype=torch.float64, device="cpu"):
        return cls([torch.as_tensor(D).to(device, dtype, copy=True)])

    def to_array(self):
        return self.params[0].double().cpu().numpy()

    @property
    def atom_support(self):
        return self.params[0].shape[2:]

    @property
    def few_channels(self):
        """Whether two products with ``D̂`` are faster than one with ``Ĝ``."""
        n_atoms, n_channels = self.params[0].shape[:2]
        return 2 * n_channels <= n_atoms

    def correlate(self, X):
        codes, fft = code_support(X, self.atom_support), PaddedFFT(X.shape[2:])
        D_hat = fft.forward(self.params[0])
        spectrum = torch.einsum("kc...,nc...->nk...", D_hat.conj(), fft.forward(X))
        return fft.inverse(spectrum, codes)

    def reconstruct(self, Z):
        pairs = zip(Z.shape[2:], self.atom_support, strict=True)
        support = tuple(n + m - 1 for n, m in pairs)
        fft = PaddedFFT(support)
        D_hat = fft.forward(self.params[0])
        spectrum = torch.einsum("kc...,nk...->nc...", D_hat, fft.forward(Z))
        return fft.inverse(spectrum, support)

    def gram(self, X):
        codes, fft = code_support(X, self.atom_support), PaddedFFT(X.shape[2:])
        kind = ChannelGram if self.few_channels else MatrixGram
        return kind(fft, codes, fft.forward(self.params[0]))

    def block_size(self, X):
        kind = "channels" if self.few_channels else "matrices"
        codes = self.n_atoms * prod(code_support(X, self.atom_support))
        return max(1, CODES_PER_BLOCK[kind] // codes)

    def statistics(self, X, Z):
        return lag_statistics(X, Z, self.atom_support)

    def quadratic(self, statistics):
        D, fft = self.params[0], atom_fft(self.atom_support)
        G_hat, D_hat = fft.forward(statistics.gram), fft.forward(D)
        spectrum = torch.einsum("kl...,lc...->kc...", G_hat, D_hat)
        predicted = fft.inverse(spectrum, self.atom_support)
        return (D * (predicted / 2 - statistics.cross)).sum()

    def block_descended(self, statistics):
        D, fft = self.params[0].clone(), atom_fft(self.atom_support)
        G_hat, D_hat = fft.forward(statistics.gram), fft.forward(D)
        for k in range(self.n_atoms):
            predicted = fft.inverse((G_hat[k, :, None] * D_hat).sum(0), D.shape[2:])
            curvature = G_hat[k, k].real.max()
            D[k] = unit_or(curvature * D[k] - predicted + statistics.cross[k], D[k])
            D_hat[k] = fft.forward(D[k])
        return self.with_params([D])
