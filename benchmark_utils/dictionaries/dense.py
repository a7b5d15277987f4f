"""Dense dictionary: one free vector per atom."""

from functools import cached_property

import numpy as np
import torch

from benchmark_utils.compiled import has_numba
from benchmark_utils.dictionaries.base import Dictionary, Gram
from benchmark_utils.dictionaries.statistics import dense_statistics

# Codes per block. Smaller blocks would fit the caches better and feed the cores worse.
CODES_PER_BLOCK = 2**18
WIDE = 2  # atoms over features above which D and its transpose cost less than G
SMALL = 128  # atoms up to which G is small, and a GPU may keep it on the chip
FADED = 1e-12  # energy of an atom's codes, over the largest, that counts as none


class DenseGram(Gram):
    """``G`` as the matrix it is; a gradient step is one matrix product.

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
        # G is positive semidefinite, and DᵀD has the same eigenvalues but for zeros:
        # those of the smaller of the two are there sooner.
        n_atoms, n_features = self._D.shape
        smaller = self.matrix if n_atoms <= n_features else self._D.T @ self._D
        return max(torch.linalg.eigvalsh(smaller)[-1].item(), 0.0)

    def _layer(self, step):
        if step not in self._layers:
            eye = torch.eye(len(self.matrix)).to(self.matrix)
            self._layers[step] = eye - step * self.matrix
        return self._layers[step]


class WideGram(Gram):
    """``G`` by two products with ``D``, for atoms more than twice as many as features.

    They take fewer operations than one with the matrix, and nothing of the size of all
    atoms squared is made.

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
        return max(torch.linalg.eigvalsh(self._D.T @ self._D)[-1].item(), 0.0)


class Dense(Dictionary):
    """``D`` of shape (n_atoms, n_features); signals are ``Z @ D``."""

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
        # By hand, for autograd would do the product with X once more.
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
        # On the host: it is a loop over atoms, and each waits for the one before.
        D = self.params[0].to("cpu", copy=True)
        pair = statistics.gram, statistics.cross
        gram, cross = (t.cpu().contiguous().numpy() for t in pair)
        energies = gram.diagonal()
        used = energies > FADED * energies.max()
        _loop_over_atoms()(D.numpy(), gram, cross, used)
        return self.with_params([D.to(self.params[0].device)])


def _loop_over_atoms():
    """The compiled loop; without numba, the same in NumPy, which takes longer."""
    if not has_numba():
        return descend_atoms
    # Imported here: AM and DDL do without numba, which takes a second to import.
    from benchmark_utils.compiled.dense import descend_atoms as compiled

    return compiled


def descend_atoms(D, gram, cross, used):
    """As :func:`benchmark_utils.compiled.dense.descend_atoms`, an atom at a time."""
    for k in used.nonzero()[0]:
        minimum = cross[k] - gram[k] @ D + gram[k, k] * D[k]
        norm = np.linalg.norm(minimum)
        if norm > 0:
            D[k] = minimum / norm
