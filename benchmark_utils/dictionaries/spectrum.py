"""Convolutions by FFT, and ``DᵀD`` as one small product at each frequency."""

from abc import abstractmethod
from math import prod
from threading import get_ident

import torch
from scipy.fft import next_fast_len

from benchmark_utils.dictionaries.eigenvalues import (
    eigenvalue_bounds,
    largest_eigenvalue,
    top_eigenvalue,
)
from benchmark_utils.dictionaries.gram import Gram

LONGER = 1.05  # most padded length over the needed length


class PaddedFFT:
    """Real FFT over the support of signals, zero-padded to a fast length.

    Codes have the length of a valid convolution. So if a circular convolution is at
    least as long as the signals, nothing wraps around into the results. It is then
    exact for ``D z``, for ``Dᵀx`` and for ``DᵀD z``.

    Parameters
    ----------
    support : tuple of int
        Shape of a signal, without its channels.
    """

    def __init__(self, support):
        self.shape = tuple(map(fast_length, support))
        self.dims = tuple(range(-len(support), 0))

    def forward(self, x):
        """Half-spectrum over the last dimensions, ``(..., *frequencies)``."""
        return torch.fft.rfftn(x, self.shape, self.dims)

    def inverse(self, x_hat, support):
        """Inverse FFT without the padding: a view of shape ``(..., *support)``."""
        x = torch.fft.irfftn(x_hat, self.shape, self.dims)
        return x[(..., *map(slice, support))]


def fast_length(n):
    """The best length for an FFT of n samples, at most 5 % longer than needed.

    FFTs are fastest for large powers of two: 1536 = 3 · 2⁹ samples take less time than
    1500 = 12 · 5³. The length is even, so that the half-spectrum ends at the Nyquist
    frequency.
    """
    half = next_fast_len(-(-n // 2), real=True)
    fast, longest = [], max(half, int(LONGER * n) // 2)
    while half <= longest:
        fast.append(2 * half)
        half = next_fast_len(half + 1, real=True)
    return max(fast, key=lambda m: (m & -m, -m))


def code_support(X, atom_support):
    """Shape of the codes of one atom, ``support - atom_support + 1``.

    Parameters
    ----------
    X : Tensor, shape (n_signals, n_channels, *support)
    atom_support : tuple of int

    Raises
    ------
    ValueError
        If an atom does not fit in the signals.
    """
    support = tuple(X.shape[2:])
    codes = tuple(n - m + 1 for n, m in zip(support, atom_support, strict=True))
    if min(codes) < 1:
        raise ValueError(
            f"Atoms of support {tuple(atom_support)} do not fit in signals of support "
            f"{support}: use shorter atoms, or longer signals or windows."
        )
    return codes


class GramSpectrum(Gram):
    """``G = DᵀD`` of convolutional atoms, applied in the Fourier domain.

    Subclasses choose how to compute the product ``Ĝ(f) ẑ(f)``, with n_atoms × n_atoms
    matrices.

    Parameters
    ----------
    fft : PaddedFFT
    codes : tuple of int
        Shape of the codes of one atom.
    spectrum : Tensor, complex, shape (n_atoms, ..., *frequencies)
        Spectrum of the atoms, or of the waveforms of rank-1 atoms.
    """

    def __init__(self, fft, codes, spectrum):
        self.fft, self.codes, self.spectrum = fft, codes, spectrum
        self._padded = {}

    @abstractmethod
    def product(self, z_hat):
        """``Ĝẑ``. It may overwrite ``ẑ``."""

    @abstractmethod
    def matrices(self, frequencies=slice(None)):
        """Hermitian matrices with the same largest eigenvalues as ``Ĝ(f)``.

        Their shape is (n_frequencies, k, k).
        """

    def bounds(self):
        """Upper bounds of the norms of all ``Ĝ(f)``, shape (n_frequencies,)."""
        return eigenvalue_bounds(self.matrices())

    def apply(self, Z):
        return self.inverse(self.product(self.transformed(Z)))

    def descend(self, Z, b, step, out):
        torch.sub(Z, self.apply(Z), alpha=step, out=out)
        return out if b is None else out.add_(b, alpha=step)

    def norm(self):
        """The norm for short codes, and the largest norm of ``Ĝ(f)`` for others.

        ``G`` is a part of a circulant operator. The norm of that operator is the
        largest norm of ``Ĝ(f)``. So this is an upper bound, and a tight one if codes
        are much longer than atoms. For codes of one sample, it can be several times the
        norm. But then ``G`` is a small matrix, and its eigenvalues cost less than those
        of all ``Ĝ(f)``.
        """
        n_frequencies = prod(self.fft.shape) // 2 + 1
        if prod(self.codes) ** 3 <= n_frequencies:
            return top_eigenvalue(self._explicit())
        return largest_eigenvalue(self.bounds(), self.matrices)

    def padded(self, Z, name):
        """A buffer for codes like ``Z``, padded with zeros that are written once.

        Each thread has its own.
        """
        n, n_atoms = Z.shape[:2]
        name = name, get_ident()
        if len(self._padded.get(name, ())) < n:
            self._padded[name] = Z.new_zeros(n, n_atoms, *self.fft.shape)
        return self._padded[name][:n]

    def transformed(self, Z):
        """Spectrum of codes."""
        padded = self.padded(Z, "z")
        padded[(..., *map(slice, self.codes))].copy_(Z)
        return self.transform(padded)

    def transform(self, padded):
        """Spectrum of padded codes."""
        return torch.fft.rfftn(padded, dim=self.fft.dims)

    def inverse(self, z_hat):
        """The codes of a spectrum (a view)."""
        return self.fft.inverse(z_hat, self.codes)

    def _explicit(self):
        n_atoms = len(self.spectrum)
        n = n_atoms * prod(self.codes)
        eye = torch.eye(n).to(self.spectrum.device, self.spectrum.real.dtype)
        return self.apply(eye.reshape(n, n_atoms, *self.codes)).reshape(n, n)
