"""``DᵀD`` of rank-1 atoms: with ``P = UUᵀ``, ``Ĝ_kl(f) = conj(v̂_k(f)) P_kl v̂_l(f)``."""

import torch

from benchmark_utils.dictionaries.halves import HalvedGram
from benchmark_utils.dictionaries.spectrum import GramSpectrum
from benchmark_utils.dictionaries.workspace import Workspace


class RankOneSpectrum(GramSpectrum):
    """``P`` and ``v̂``, and all methods that need no codes.

    Parameters
    ----------
    fft : PaddedFFT
    codes : tuple of int
    u : Tensor, shape (n_atoms, n_channels)
    v : Tensor, shape (n_atoms, n_times_atom)
    """

    def __init__(self, fft, codes, u, v):
        super().__init__(fft, codes, fft.forward(v))
        self.P, self.n_times_atom = u @ u.T, v.shape[1]

    def form(self, M, dictionary):
        u, v = dictionary.factors()
        waveforms = self.fft.inverse(M[1].conj(), (self.n_times_atom,))
        return (M[0] * (u @ u.T)).sum() + (waveforms * v).sum()

    def matrices(self, frequencies=slice(None)):
        # The phases of v̂ are a unitary change of basis, so Ĝ has the eigenvalues of
        # |v̂_k| P_kl |v̂_l|.
        v_abs = self.spectrum[:, frequencies].abs().T
        return v_abs[:, :, None] * self.P * v_abs[:, None, :]

    def bounds(self):
        # The same bounds as `eigenvalue_bounds`, without building the matrices.
        v_abs = self.spectrum.abs()
        rows = (v_abs * (self.P.abs() @ v_abs)).amax(0)
        v_square = v_abs.square()
        return torch.minimum(
            rows, (v_square * (self.P.square() @ v_square)).sum(0).sqrt()
        )


class RankOneGram(HalvedGram, RankOneSpectrum):
    """``Ĝẑ`` as three products: by ``v̂``, by ``P = UUᵀ`` and by ``conj(v̂)``."""

    def __init__(self, fft, codes, u, v):
        super().__init__(fft, codes, u, v)
        self.v_conj = self.spectrum.conj().resolve_conj()
        self.workspace = Workspace()

    def analyse(self, z_hat, name):
        filtered, mixed = self.workspace.buffers(name, z_hat, 2)
        torch.mul(z_hat, self.spectrum, out=filtered)
        torch.matmul(self.P, reals(filtered), out=reals(mixed))
        return z_hat, filtered, mixed

    def synthesise(self, half):
        return half[2].mul_(self.v_conj)

    def product(self, z_hat):
        (mixed,) = self.workspace.buffers("product", z_hat, 1)
        torch.matmul(self.P, reals(z_hat.mul_(self.spectrum)), out=reals(mixed))
        return mixed.mul_(self.v_conj)

    def accumulate(self, a_half, z_half, scale, out):
        # The derivatives of ⟨a, Gz⟩ = Re Σ (v̂â)ᴴ P (v̂ẑ) with respect to P and to v̂.
        (a, va, Pva), (z, vz, Pvz) = a_half, z_half
        out = self.start() if out is None else out
        out[0].add_(self._scalar_products(va, vz), alpha=scale)
        torch.conj_physical(Pva, out=va)
        out[1].add_(va.mul_(z).sum(0), alpha=scale)
        out[1].add_(Pvz.conj_physical_().mul_(a).sum(0), alpha=scale)
        return out

    def start(self):
        """The statistic at zero: derivatives with respect to P and to ``v̂``."""
        return torch.zeros_like(self.P), torch.zeros_like(self.spectrum)

    def _scalar_products(self, a_hat, z_hat):
        """``⟨a_k, z_l⟩`` in time, summed over signals, from half-spectra (Parseval)."""

        def product(a, z):
            return (reals(a) @ reals(z).mT).sum(0)

        edges = slice(None, None, a_hat.shape[-1] - 1)  # frequencies that count once
        twice = 2 * product(a_hat, z_hat)
        once = product(a_hat[..., edges], z_hat[..., edges])
        return (twice - once) / self.fft.shape[0]


def reals(z_hat):
    """Real and imaginary parts side by side, ``(..., 2 n_frequencies)``."""
    return torch.view_as_real(z_hat).flatten(-2)
