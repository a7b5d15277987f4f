"""Statistics of codes. For fixed codes, the loss depends on D through these alone."""

from dataclasses import dataclass, fields, replace
from functools import reduce
from operator import add

import numpy as np
import torch
from torch.nn.functional import pad

from benchmark_utils.compiled import has_numba
from benchmark_utils.dictionaries.spectrum import PaddedFFT
from benchmark_utils.threads import on_threads

PIECE = 2  # length of a piece of codes, in lengths of an atom
SPARSE = 0.2  # share of non-zero codes below which loops over them are faster
SAMPLE = 64  # signals from which the share is estimated


@dataclass
class Statistics:
    """The quadratic ``½⟨D, gram D⟩ - ⟨D, cross⟩``. More data do not make it larger.

    Attributes
    ----------
    gram : Tensor, shape (n_atoms, n_atoms, *lags)
        Correlations of codes. For convolutions, negative lags are at the end, as
        `PaddedFFT` has them.
    cross : Tensor, shape (n_atoms, *atom_shape)
        Correlations of codes with signals.
    usage : Tensor, shape (n_atoms,)
        Number of non-zero codes of each atom.
    """

    gram: torch.Tensor
    cross: torch.Tensor
    usage: torch.Tensor

    def __add__(self, other):
        return Statistics(
            *(a + b for a, b in zip(self._parts(), other._parts(), strict=True))
        )

    def double(self):
        """The same statistics in float64. The usage stays as it is."""
        return replace(self, gram=self.gram.double(), cross=self.cross.double())

    def to(self, device):
        """The same statistics on another device."""
        return Statistics(*(part.to(device) for part in self._parts()))

    def _parts(self):
        return [getattr(self, field.name) for field in fields(self)]

    def remembering(self, past, memory):
        """This quadratic plus ``memory`` times a past one; None if there is no past."""
        if past is None or memory == 0:
            return self
        gram, cross = self.gram + memory * past.gram, self.cross + memory * past.cross
        return replace(self, gram=gram, cross=cross)


def usage(Z):
    """Number of non-zero codes of each atom, shape (n_atoms,)."""
    # Twice as fast as `count_nonzero`.
    return Z.bool().sum([dim for dim in range(Z.dim()) if dim != 1])


def dense_statistics(X, Z):
    """Statistics of dense codes ``Z``, shape (n_signals, n_atoms)."""
    on_cpu = Z.device.type == "cpu" and has_numba()
    if on_cpu and _density(_sample(Z).numpy()) < SPARSE:
        return _sparse_statistics(X, Z)
    return Statistics(Z.T @ Z, Z.T @ X, usage(Z))


def _sample(Z):
    """Codes from the whole batch: its signals may have the order of the data."""
    return Z[:: max(1, len(Z) // SAMPLE)]


def _density(Z):
    return np.count_nonzero(Z) / max(1, Z.size)


def _sparse_statistics(X, Z):
    # Imported here: AM and DDL do not need numba, which takes a second to import.
    from benchmark_utils.compiled.dense import add_products

    n_atoms, n_features = Z.shape[1], X.shape[1]
    Z, X = Z.contiguous(), X.contiguous()

    def sums(part):
        gram, cross = Z.new_zeros(n_atoms, n_atoms), Z.new_zeros(n_atoms, n_features)
        used = torch.zeros(n_atoms, dtype=torch.int64)
        add_products(*(t.numpy() for t in (Z[part], X[part], gram, cross, used)))
        return Statistics(gram, cross, used)

    total = reduce(add, on_threads(sums, len(Z)))
    return replace(total, gram=total.gram + total.gram.triu(1).T)


def lag_statistics(X, Z, atom_support):
    """Statistics of convolutional codes: correlations at the lags of an atom.

    Parameters
    ----------
    X : Tensor, shape (n_signals, n_channels, *support)
    Z : Tensor, shape (n_signals, n_atoms, *(support - atom_support + 1))
    atom_support : tuple of int
    """
    fft = PaddedFFT(X.shape[2:])
    z_hat = fft.forward(Z)
    lags = fft.shape  # circular lags: there is room for all negative lags of an atom
    gram = torch.fft.irfftn(_correlation(z_hat, z_hat), lags, fft.dims)
    cross = _cross(X, Z, atom_support)
    return Statistics(_short(gram, atom_support), cross, usage(Z))


def _cross(X, Z, atom_support):
    """Correlations of codes with signals.

    Each pair of atom and channel takes an inverse FFT. Signals are cut along the last
    dimension into pieces of a few lengths of an atom, so that these FFTs are short.
    """
    m = atom_support[-1]
    hop = min(PIECE * m, Z.shape[-1])
    X, Z = _pieces(X, hop + m - 1, hop), _pieces(Z, hop, hop)
    fft = PaddedFFT(X.shape[2:])
    return fft.inverse(_correlation(fft.forward(Z), fft.forward(X)), atom_support)


def _pieces(x, length, hop):
    """Pieces of the last dimension, one every ``hop`` samples, as more signals."""
    x = pad(x, (0, (length - x.shape[-1]) % hop))
    return x.unfold(-1, length, hop).movedim(-2, 0).flatten(0, 1)


def atom_fft(atom_support):
    """The FFT that convolves all lags with an atom, exactly on the atom's support."""
    return PaddedFFT(tuple(3 * m - 2 for m in atom_support))


def _correlation(a_hat, b_hat):
    """Cross-spectra summed over signals, shape (n_a, n_b, *frequencies)."""
    a, b = (x.flatten(2).permute(2, 0, 1) for x in (a_hat, b_hat))
    spectrum = (a.mH @ b).permute(1, 2, 0)
    return spectrum.unflatten(2, a_hat.shape[2:])


def _short(gram, atom_support):
    """The circular lags from -(m - 1) to m - 1, in the order that `atom_fft` needs."""
    shape = atom_fft(atom_support).shape
    for dim, (m, n) in enumerate(zip(atom_support, shape, strict=True), start=2):
        first, last = (
            gram.narrow(dim, 0, m),
            gram.narrow(dim, gram.shape[dim] - m + 1, m - 1),
        )
        gap = gram.new_zeros([*gram.shape[:dim], n - 2 * m + 1, *gram.shape[dim + 1 :]])
        gram = torch.cat([first, gap, last], dim)
    return gram
