"""What the rest of the mathematics needs of a dictionary."""

from abc import ABC, abstractmethod
from copy import copy

import torch

# Blocks have sizes that suit the cache of a CPU. On a GPU, each block costs the time of
# its calls, and only memory limits their size.
BLOCKS_OF_A_GPU = 32


class Dictionary(ABC):
    """A parametrised linear map from codes to signals. Atoms have unit norm.

    Attributes
    ----------
    params : list of Tensor
        The free parameters, each of shape ``(n_atoms, ...)``. Rows have unit norm (the
        constraint set ``C`` of the paper, eq. 1).
    """

    def __init__(self, params):
        self.params = list(params)

    @classmethod
    @abstractmethod
    def from_array(cls, D, dtype=torch.float64, device="cpu"):
        """Dictionary from the array of its atoms."""

    @abstractmethod
    def to_array(self):
        """The atoms as a numpy array of float64, of the shape that the model has."""

    @abstractmethod
    def correlate(self, X):
        """``b = Dᵀx`` for each signal; differentiable in ``params``."""

    @abstractmethod
    def reconstruct(self, Z):
        """``D z`` for each signal; differentiable in ``params``."""

    @abstractmethod
    def gram(self, X):
        """The :class:`Gram` of the present atoms, for codes of signals like ``X``."""

    @abstractmethod
    def block_size(self, X):
        """The number of signals to code at once, so that their codes stay in cache."""

    @abstractmethod
    def statistics(self, X, Z):
        """:class:`Statistics` of the loss, as a function of D, for codes ``Z`` of X."""

    @abstractmethod
    def quadratic(self, statistics):
        """The quadratic ``½⟨D, gram D⟩ - ⟨D, cross⟩`` at these atoms: a scalar Tensor.

        The loss is the quadratic plus ``½‖x‖² + λ‖z‖₁``. It is differentiable with
        respect to ``params``.
        """

    @abstractmethod
    def block_descended(self, statistics):
        """One pass of block-coordinate descent on the quadratic of the statistics.

        Each atom in turn becomes ``unit(c d - gradient)``, the minimum on the sphere of
        a majoriser of curvature ``c``. If the curvature of the quadratic is the same in
        all directions, the majoriser is the quadratic itself. The quadratic never
        increases. In the loop, each atom needs the one before, so a GPU would be slow.

        Parameters
        ----------
        statistics : Statistics
            On the CPU, as the dictionary.

        Returns
        -------
        dictionary : Dictionary
        """

    def blocks(self, X):
        """X in blocks of nearly equal size: ``block_size``, or 32 times it on a GPU.

        They have equal sizes because a short last block costs as many calls as a long
        one.
        """
        most = self.block_size(X) * (BLOCKS_OF_A_GPU if X.is_cuda else 1)
        return X.tensor_split(-(-len(X) // most))

    @property
    def n_atoms(self):
        return self.params[0].shape[0]

    @property
    def atom_support(self):
        """Shape of an atom along the dimensions of its shifts; () for dense atoms."""
        return ()

    def with_atoms(self, indices, atoms):
        """The same dictionary with some atoms replaced.

        Parameters
        ----------
        indices : Tensor of int, shape (n,)
        atoms : Tensor, shape (n, *atom_shape)
            Only their directions count. None may be zero.
        """
        if not len(indices):
            return self
        like = self.params[0]
        fresh = self.from_array(unit_rows(atoms), dtype=like.dtype, device=like.device)
        params = [p.clone() for p in self.params]
        for param, new in zip(params, fresh.params, strict=True):
            param[indices] = new
        return self.with_params(params)

    def with_params(self, params):
        """The same dictionary with other parameters."""
        twin = copy(self)
        twin.params = list(params)
        return twin

    def to(self, device):
        """The same dictionary, with its tensors on another device."""
        return self.with_params([p.to(device) for p in self.params])

    def moved(self, grads, step):
        """Projected gradient step: down the gradient, then back to unit norm.

        The gradient is first made tangent to the spheres. Its radial part would only
        rescale the atoms, and the projection undoes that. But a radial part distorts
        the step, and can even flip the sign of an atom.

        Parameters
        ----------
        grads : list of Tensor
            Gradient with respect to ``params``.
        step : float

        Returns
        -------
        dictionary : Dictionary
        """
        params = []
        for param, grad in zip(self.params, self.tangent(grads), strict=True):
            params.append(unit_rows(param - step * grad))
        return self.with_params(params)

    def tangent(self, grads):
        """Gradients minus their components along the atoms."""
        return [g - row_sum(g * p) * p for g, p in zip(grads, self.params, strict=True)]

    def correlation(self, X):
        """``b = Dᵀx``, and a function for the gradient of ``⟨a, b⟩``.

        Returns
        -------
        b : Tensor, shape (n_signals, n_atoms, ...)
        gradient : callable, Tensor like b -> list of Tensor like ``params``
            Takes ``a``; returns the gradient of ``⟨a, b⟩``, summed over signals.
        """

        def gradient(A):
            return self.gradient(lambda d: (A * d.correlate(X)).sum())

        return self.correlate(X), gradient

    def gradient(self, function):
        """Gradient of a scalar function of the dictionary at ``params``.

        Parameters
        ----------
        function : callable, Dictionary -> scalar Tensor

        Returns
        -------
        grads : list of Tensor
        """
        leaves = [p.detach().clone().requires_grad_() for p in self.params]
        with torch.enable_grad():
            return list(torch.autograd.grad(function(self.with_params(leaves)), leaves))


def row_sum(p):
    """Sum over all dimensions but the first. The dimensions stay, for broadcasting."""
    return p.flatten(1).sum(1).reshape(-1, *[1] * (p.dim() - 1))


def unit_or(p, fallback):
    """``p`` scaled to unit norm, or the fallback if p is zero or not finite."""
    norm = p.norm()
    return p / norm if norm > 0 and norm.isfinite() else fallback


def unit_rows(p):
    """Rows (first dimension) scaled to unit Euclidean norm."""
    return p / row_sum(p * p).sqrt()
