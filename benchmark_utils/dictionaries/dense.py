"""Dense dictionary: one free vector per atom."""

from math import sqrt

import numpy as np
import torch

from benchmark_utils.dictionaries.base import Dictionary, Gram
from benchmark_utils.dictionaries.statistics import dense_statistics

# Codes per block. Smaller blocks would fit the caches better and feed the cores worse.
CODES_PER_BLOCK = 2**18
FADED = 1e-12  # energy of an atom's codes, over the largest, that counts as none


class DenseGram(Gram):
    """``G`` as the matrix it is; a gradient step is one matrix product.

    Parameters
    ----------
    matrix : Tensor, shape (n_atoms, n_atoms)
    """

    def __init__(self, matrix):
        self.matrix = matrix
        self._layers = {}

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
        # G is symmetric positive semidefinite.
        return max(torch.linalg.eigvalsh(self.matrix)[-1].item(), 0.0)

    def _layer(self, step):
        if step not in self._layers:
            eye = torch.eye(len(self.matrix)).to(self.matrix)
            self._layers[step] = eye - step * self.matrix
        return self._layers[step]


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

    def gram(self, X=None):
        D = self.params[0]
        return DenseGram(D @ D.T)

    def block_size(self, X):
        return max(1, CODES_PER_BLOCK // self.n_atoms)

    def statistics(self, X, Z):
        return dense_statistics(X, Z)

    def block_descended(self, statistics):
        # In numpy on the host: three tiny calls an atom, whose overhead is the cost.
        D, gram, cross = (
            t.cpu().numpy() for t in (self.params[0], statistics.gram, statistics.cross)
        )
        D, energies = D.copy(), gram.diagonal()
        used = energies > FADED * energies.max()
        others = np.where(used[:, None], gram, 0)
        np.fill_diagonal(others, 0)
        wanted = np.where(used[:, None], cross, D)  # unused atoms stay
        for d, a, b in zip(D, others, wanted, strict=True):
            minimum = b - a @ D
            np.divide(minimum, sqrt(minimum @ minimum), out=d)
        return self.with_params([torch.from_numpy(D).to(self.params[0].device)])
