"""Jacobians of sparse codes with respect to the dictionary: of N layers, and exact.

With ``G = DᵀD`` and ``b = Dᵀx``, a layer moves codes z by ``-s ∇₁f``, ``∇₁f = Gz - b``.
Its Jacobian needs only the derivatives of G and of b with respect to the parameters p
of the dictionary. So everything here holds for any parametrisation. For `Dense`, the
parameter p = (k, l) is the entry l of atom k. The paper writes J_l for
``J[:, :, (·, l)]``.
"""

from collections import deque

import numpy as np
import torch

from benchmark_utils.coding.exact import gram_matrix, solve_on
from benchmark_utils.coding.momentum import extrapolations
from benchmark_utils.coding.shrinkage import shrink_


class Sensitivity:
    """G and b of a dictionary, and their derivatives.

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, ...)

    Attributes
    ----------
    G : Tensor, shape (n_codes, n_codes)
    b : Tensor, shape (n_signals, n_codes)
    """

    def __init__(self, dictionary, X):
        self.G = gram_matrix(dictionary, X)
        self.b = dictionary.correlate(X).flatten(1)
        self.norm = torch.linalg.eigvalsh(self.G)[-1].item()
        dG = _derivative(dictionary, lambda d: gram_matrix(d, X))
        self._dG = dG.flatten(1)  # G is symmetric: (n_codes, n_codes * n_params)
        self._db = _derivative(dictionary, lambda d: d.correlate(X).flatten(1))

    @property
    def shape(self):
        """Shape of the Jacobians of all signals: (n_signals, n_codes, n_params)."""
        return self._db.shape

    def cross(self, Z):
        """``∂(Gz - b)/∂p`` at fixed codes, of shape `shape`: ``∇²₂₁f`` of the paper.

        Parameters
        ----------
        Z : Tensor, shape (n_signals, n_codes)
        """
        return (Z @ self._dG).view(self.shape).sub_(self._db)


def memory(n_signals, n_codes, n_params):
    """Approximate peak memory of the recursion and of the limit, in bytes.

    It counts eight arrays of the size of the Jacobians, and four of the derivatives of
    G. This was within a third of measurements with 30 to 64 features, 50 to 128 atoms
    and 50 to 400 signals.

    Parameters
    ----------
    n_signals, n_codes, n_params : int
        Numbers of signals, of codes of a signal, and of parameters of the dictionary.

    Returns
    -------
    n_bytes : int
    """
    return 8 * (8 * n_signals + 4 * n_codes) * n_codes * n_params


def _derivative(dictionary, function):
    """Derivative of a matrix with respect to all parameters, (rows, columns, p)."""

    def of_params(*params):
        return function(dictionary.with_params(params))

    arguments = tuple(range(len(dictionary.params)))
    parts = torch.func.jacfwd(of_params, arguments)(*dictionary.params)
    return torch.cat([part.flatten(2) for part in parts], 2)


class JacobianRecursion:
    """Jacobians of the codes of (F)ISTA, layer by layer (paper, Theorem 2.4).

    Parameters
    ----------
    sensitivity : Sensitivity
    lmbd : float
    algorithm : {"ista", "fista"}
    backprop_depth : int or None
        K: the Jacobian before the last K layers is set to zero (paper, Prop. 2.5). None
        means all layers.

    Attributes
    ----------
    codes : Tensor, shape (n_signals, n_codes)
        ``z_N``, the proximal points.
    """

    def __init__(self, sensitivity, lmbd, algorithm="ista", backprop_depth=None):
        self.sensitivity, self.depth = sensitivity, backprop_depth
        self.step, self.lmbd = 1 / sensitivity.norm, float(lmbd)
        self.codes = self._z = torch.zeros_like(sensitivity.b)
        self._momenta = extrapolations(algorithm)
        self._layers = deque(maxlen=backprop_depth)
        self._state = self._zeros()

    def advance(self):
        """Go through one more layer."""
        s, z, momentum = self.sensitivity, self._z, next(self._momenta)
        x = torch.addmm(s.b, z, s.G, alpha=-1).mul_(self.step).add_(z)
        shrink_(x, self.step * self.lmbd)
        layer = z, (x != 0)[:, :, None], momentum
        self.codes, self._z = x, torch.lerp(self.codes, x, 1 + momentum)
        if self.depth is None:
            self._state = self._propagate(self._state, *layer)
        else:
            self._layers.append(layer)  # the deque drops the layer before the last K

    def jacobian(self):
        """``J_N``, of shape (n_signals, n_codes, n_params)."""
        if self.depth is None:
            return self._state[0]
        state = self._zeros()
        for layer in self._layers:
            state = self._propagate(state, *layer)
        return state[0]

    def _zeros(self):
        zeros = self.sensitivity.b.new_zeros(self.sensitivity.shape)
        return zeros, zeros

    def _propagate(self, state, z, mask, momentum):
        """The Jacobians of x and of the extrapolated z after one more layer."""
        before, J = state
        new = self.sensitivity.cross(z)
        new.add_(self.sensitivity.G @ J).mul_(-self.step).add_(J).mul_(mask)
        return new, torch.lerp(before, new, 1 + momentum) if momentum else new


def limit_jacobian(sensitivity, Z):
    """``J*``, the weak Jacobian of exact codes, in closed form.

    It is ``J*_S = -G_SS⁻¹ (∂(Gz* - b)/∂p)_S`` on the support S, and 0 elsewhere (paper,
    Theorem 2.4).

    Parameters
    ----------
    sensitivity : Sensitivity
    Z : Tensor, shape (n_signals, n_codes)

    Returns
    -------
    J : Tensor, shape (n_signals, n_codes, n_params)
    """
    G = sensitivity.G.numpy(force=True)
    cross = sensitivity.cross(Z).numpy(force=True)
    J = np.zeros_like(cross)
    for i, support in enumerate(map(np.flatnonzero, Z.numpy(force=True))):
        J[i, support] = -solve_on(G, support, cross[i, support])
    return torch.as_tensor(J).to(Z)


def limit_rates(sensitivity, Z):
    """``1 - μ/L`` of each signal (paper, Cor. 2.6).

    μ is the smallest eigenvalue of ``G_SS``. L is ``‖D‖²``, as in the steps.

    Parameters
    ----------
    sensitivity : Sensitivity
    Z : Tensor, shape (n_signals, n_codes)

    Returns
    -------
    rates : ndarray, shape (n_signals,)
        0 if the code is zero.
    """
    G = sensitivity.G.numpy(force=True)
    supports = map(np.flatnonzero, Z.numpy(force=True))
    least = [np.linalg.eigvalsh(G[np.ix_(s, s)])[:1] for s in supports]
    return np.array([1 - mu[0] / sensitivity.norm if mu.size else 0.0 for mu in least])
