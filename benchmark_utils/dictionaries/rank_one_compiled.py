"""Rank-1 ``DᵀD`` on CPU, by compiled loops over spectra that stay in cache."""

import torch

from benchmark_utils.coding.compiled_trajectory import CompiledTrajectory
from benchmark_utils.compiled import spectra
from benchmark_utils.dictionaries.rank_one_gram import RankOneGram


class CompiledRankOneGram(RankOneGram):
    """The same, `compiled.spectra` doing all that is between two transforms."""

    trajectory_class = CompiledTrajectory

    def product(self, z_hat):
        spectra.mix(*arrays(z_hat, self.spectrum), self.P.numpy())
        return z_hat

    def product_back(self, a_hat, z_hat, scale, M):
        """``Ĝâ`` over ``â``; adds ``scale`` times the statistic of ``⟨a, Gz⟩`` to M."""
        P, P_bar = self.P.numpy(), M[0].numpy()
        a, z, v, v_bar = arrays(a_hat, z_hat, self.spectrum, M[1])
        spectra.mix_back(a, z, v, P, P.dtype.type(scale), P_bar, v_bar)
        return a_hat

    def cross(self, A, Z, scale, out=None):
        out = self.start() if out is None else out
        self.product_back(self._transform(A), self._transform(Z), scale, out)
        return out


def arrays(*spectra):
    """Views of spectra, real and imaginary parts side by side."""
    return [a.view(a.real.dtype) for a in map(torch.Tensor.numpy, spectra)]
