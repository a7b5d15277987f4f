"""Rank-1 ``DᵀD`` on the CPU, by compiled loops over blocks of spectra."""

from math import sqrt

import torch

from benchmark_utils.compiled import spectra
from benchmark_utils.compiled.blocks import from_blocks, to_blocks, twiddles
from benchmark_utils.dictionaries.rank_one_gram import RankOneSpectrum, reals


class CompiledRankOneGram(RankOneSpectrum):
    """``Ĝẑ`` by `compiled.spectra`, which does everything between two transforms.

    The transforms have half the length: two samples make one complex number. They are
    not scaled, because ``v_blocks`` contains the scale of both transforms.
    """

    compiled = True

    def __init__(self, fft, codes, u, v):
        super().__init__(fft, codes, u, v)
        self.m = fft.shape[0] // 2
        self.v_blocks = to_blocks(self.spectrum.numpy() / (2 * sqrt(self.m)))
        self.w = twiddles(self.m, self.v_blocks.dtype)

    def transform(self, padded):
        # Two samples in a complex number.
        return torch.fft.fft(torch.view_as_complex(padded.unflatten(-1, (self.m, 2))))

    def samples(self, z_hat):
        """The padded codes of a spectrum, without the scale."""
        return reals(torch.fft.ifft(z_hat, norm="forward"))

    def inverse(self, z_hat):
        return self.samples(z_hat)[..., : self.codes[0]]

    def product(self, z_hat):
        spectra.mix(reals(z_hat).numpy(), self.v_blocks, self.w, self.P.numpy())
        return z_hat

    def product_back(self, a_hat, z_hat, scale, M):
        """Write ``Ĝâ`` over ``â``. Add ``scale`` times the statistic to M."""
        P, (P_bar, v_bar) = self.P.numpy(), map(torch.Tensor.numpy, M)
        a, z = (reals(x).numpy() for x in (a_hat, z_hat))
        scale = P.dtype.type(scale)
        spectra.mix_back(a, z, self.v_blocks, self.w, P, scale, P_bar, v_bar)
        return a_hat

    def cross(self, A, Z, scale, out=None):
        out = self.start() if out is None else out
        z_hat = self.transformed(Z)
        a_hat = z_hat.clone() if A is Z else self.transformed(A)
        self.product_back(a_hat, z_hat, scale, out)
        return out

    def start(self):
        """The statistic at zero: derivatives with respect to P and to ``v_blocks``."""
        return torch.zeros_like(self.P), torch.zeros(self.v_blocks.shape).to(self.P)

    def total(self, statistics):
        return tuple(map(sum, zip(*statistics, strict=True)))

    def form(self, M, dictionary):
        v_bar = torch.as_tensor(from_blocks(M[1].numpy(), self.m)) * (sqrt(self.m) / 2)
        return super().form((M[0], v_bar), dictionary)
