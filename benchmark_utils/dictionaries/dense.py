"""Dense dictionary: one free vector per atom."""

from functools import cached_property

import numpy as np
import torch

from benchmark_utils.compiled import has_numba
from benchmark_utils.dictionaries.base import Dictionary
from benchmark_utils.dictionaries.eigenvalues import top_eigenvalue
from benchmark_utils.dictionaries.gram import Gram
from benchmark_utils.dictionaries.statistics import dense_statistics

# Codes in a block. Smaller blocks fit the caches better, but were slower: see
# docs/notes.md.
CODES_PER_BLOCK = 2**18
WIDE = 2  # atoms over features above which products with D cost less than those with G
SMALL = 128  # number of atoms up to which G is always a matrix
FADED = 1e-12  # share of the largest energy of codes below which an atom is unused


class DenseGram(Gram):
    """``G`` as a matrix. A gradient step is one matrix product.

    Parameters
    ----------
    D : Tensor, shape (n_atoms, n_features)

    Attributes
    ----------
    matrix : Tensor, shape (n_atoms, n_atoms)
    """

    def __init__(self, D):
        self.matrix = D @ D.T
        self._layers, self._D = {}, D

    def apply(self, Z):
        return Z @ self.matrix

    def descend(self, Z, b, step, out):
        # z - s (zG - b) = s b + z (I - sG): a single fused multiply-add.
        if b is None:
            return torch.mm(Z, self._layer(step), out=out)
        return torch.addmm(b, Z, self._layer(step), beta=step, out=out)

    def cross(self, A, Z, scale, out=None):
        if out is None:
            return scale * (A.T @ Z)
        return out.addmm_(A.T, Z, alpha=scale)

    def form(self, M, dictionary):
        D = dictionary.params[0]
        return (M * (D @ D.T)).sum()

    def norm(self):
        # G is positive semidefinite. D Dᵀ and Dᵀ D have the same non-zero eigenvalues,
        # and those of the smaller matrix take less time.
        n_atoms, n_features = self._D.shape
        smaller = self.matrix if n_atoms <= n_features else self._D.T @ self._D
        return top_eigenvalue(smaller)

    def _layer(self, step):
        if step not in self._layers:
            eye = torch.eye(len(self.matrix)).to(self.matrix)
            self._layers[step] = eye - step * self.matrix
        return self._layers[step]


class WideGram(Gram):
    """``G`` by two products with ``D``, for more than two atoms a feature.

    The two products take fewer operations than one with the matrix. And no matrix of
    all atoms squared takes memory.

    Parameters
    ----------
    D : Tensor, shape (n_atoms, n_features)
    """

    def __init__(self, D):
        self._D = D

    @cached_property
    def matrix(self):
        """``G`` as a matrix, for methods that need it, shape (n_atoms, n_atoms)."""
        return self._D @ self._D.T

    def apply(self, Z):
        return Z @ self._D @ self._D.T

    def descend(self, Z, b, step, out):
        start = Z if b is None else torch.add(Z, b, alpha=step)
        return torch.addmm(start, Z @ self._D, self._D.T, alpha=-step, out=out)

    def cross(self, A, Z, scale, out=None):
        return self._add(A, Z, A @ self._D, scale, out)

    def reverse(self, A, Z, step, M, out=None):
        signals = A @ self._D
        self._add(A, Z, signals, -step, M)
        if out is not None:
            torch.addmm(A, signals, self._D.T, alpha=-step, out=out)

    def _add(self, A, Z, signals, scale, out):
        """The gradient of ``⟨a, Gz⟩`` with respect to D, with ``signals`` = A D."""
        if out is None:
            out = torch.zeros_like(self._D)
        out.addmm_(A.T, Z @ self._D, alpha=scale)
        return out.addmm_(Z.T, signals, alpha=scale)

    def form(self, M, dictionary):
        return (M * dictionary.params[0]).sum()

    def norm(self):
        return top_eigenvalue(self._D.T @ self._D)


class Dense(Dictionary):
    """``D`` of shape (n_atoms, n_features). Signals are ``Z @ D``."""

    @classmethod
    def from_array(cls, D, dtype=torch.float64, device="cpu"):
        return cls([torch.as_tensor(D).to(device, dtype, copy=True)])

    def to_array(self):
        return self.params[0].double().cpu().numpy()

    def correlate(self, X):
        return X @ self.params[0].T

    def reconstruct(self, Z):
        return Z @ self.params[0]

    def correlation(self, X):
        # Written by hand: autograd would compute the product with X once more.
        return self.correlate(X), lambda A: [A.T @ X]

    def gram(self, X=None):
        n_features = self.params[0].shape[1]
        least = max(WIDE * n_features, SMALL)
        kind = WideGram if self.n_atoms > least else DenseGram
        return kind(self.params[0])

    def block_size(self, X):
        return max(1, CODES_PER_BLOCK // self.n_atoms)

    def statistics(self, X, Z):
        return dense_statistics(X, Z)

    def quadratic(self, statistics):
        D = self.params[0]
        return (D * (statistics.gram @ D / 2 - statistics.cross)).sum()

    def block_descended(self, statistics):
        D, pair = self.params[0].clone(), (statistics.gram, statistics.cross)
        gram, cross = (t.contiguous().numpy() for t in pair)
        energies = gram.diagonal()
        used = energies > FADED * energies.max()
        _loop_over_atoms()(D.numpy(), gram, cross, used)
        return self.with_params([D])


def _loop_over_atoms():
    """The compiled loop or, without numba, the same loop in NumPy, which is slower."""
    if not has_numba():
        return descend_atoms
    # Imported here: AM and DDL do not need numba, which takes a second to import.
    from benchmark_utils.compiled.dense import descend_atoms as compiled

    return compiled


def descend_atoms(D, gram, cross, used):
    """The same as :func:`benchmark_utils.compiled.dense.descend_atoms`, in NumPy."""
    for k in used.nonzero()[0]:
        minimum = cross[k] - gram[k] @ D + gram[k, k] * D[k]
        norm = np.linalg.norm(minimum)
        if norm > 0:
            D[k] = minimum / norm
