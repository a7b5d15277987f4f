"""Gradients of ``G(D) = min_Z F(Z, D)``: exact, of a network, by implicit derivatives.

All of them are means over signals of the gradient with respect to the parameters of the
dictionary, as one vector. As in the paper (§2), they are not made tangent to the
constraint.
"""

import numpy as np
import torch

from benchmark_utils.coding.exact import gram_matrix, solve_on
from benchmark_utils.coding.unrolled import Unrolled

MEMORY = 2**28  # bytes for the codes that one gradient holds


def analytic_gradient(dictionary, X, Z):
    """``∇₂F(z, D)`` at fixed codes. With exact codes, it is the exact gradient.

    This is the theorem of J. M. Danskin, 1967 (paper, §2).

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, ...)
    Z : Tensor, shape (n_signals, n_atoms, ...)

    Returns
    -------
    g : Tensor, shape (n_params,)
    """
    return _flat(dictionary.gradient(lambda d: _data_fit(d, X, Z))) / len(X)


def network_gradient(
    dictionary, X, n_layers, lmbd, algorithm="fista", backprop_depth=None
):
    """The gradient of N layers: ``g¹_N`` for K = 0, and ``g²_N`` for other K.

    It is back-propagated through the last K layers. A few signals are computed at a
    time, so that memory is bounded for any depth.

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, ...)
    n_layers : int
        N. For 0, codes and gradient are zero.
    lmbd : float
    algorithm : {"fista", "ista"}
    backprop_depth : int or None
        K. None, or more than N, means N.

    Returns
    -------
    g : Tensor, shape (n_params,)
    """
    depth = n_layers if backprop_depth is None else min(backprop_depth, n_layers)
    if n_layers == 0:
        return _flat([torch.zeros_like(p) for p in dictionary.params])
    network = Unrolled(n_layers, lmbd, algorithm, depth)
    codes = dictionary.correlate(X[:1])
    held = codes.numel() * codes.element_size() * (depth + 2)
    blocks = X.split(max(1, MEMORY // held))
    return sum(_flat(network.gradient(dictionary, x).params) for x in blocks) / len(X)


def implicit_gradient(dictionary, X, Z, lmbd):
    """The gradient with the closed form of the Jacobian, on the support of the codes.

    It is ``∇₂F + Jᵀ∂₁F`` with ``J_S = -G_SS⁻¹ (∇²₂₁f)_S``. One linear system for each
    signal replaces back-propagation. Once the support is right, it is exact to second
    order. Q. Bertrand et al., "Implicit differentiation of Lasso-type models for
    hyperparameter optimization", ICML 2020; paper, Theorem 2.4.

    Parameters
    ----------
    dictionary : Dictionary
    X : Tensor, shape (n_signals, ...)
    Z : Tensor, shape (n_signals, n_atoms, ...)
    lmbd : float

    Returns
    -------
    g : Tensor, shape (n_params,)
    """
    V = _adjoint(dictionary, X, Z, lmbd)

    def lagrangian(d):
        descent = d.correlate(X - d.reconstruct(Z))
        return _data_fit(d, X, Z) + (V * descent).sum()

    return _flat(dictionary.gradient(lagrangian)) / len(X)


def _adjoint(dictionary, X, Z, lmbd):
    """``G_SS⁻¹ (∂₁F)_S`` for each signal, and 0 off the support."""
    G = gram_matrix(dictionary, X).numpy(force=True)
    b = dictionary.correlate(X).flatten(1).numpy(force=True)
    z = Z.flatten(1).numpy(force=True)
    slopes = z @ G - b + lmbd * np.sign(z)
    V = np.zeros_like(z)
    for v, slope, support in zip(V, slopes, map(np.flatnonzero, z), strict=True):
        v[support] = solve_on(G, support, slope[support])
    return torch.as_tensor(V).to(Z).reshape(Z.shape)


def _data_fit(dictionary, X, Z):
    return (X - dictionary.reconstruct(Z)).square().sum() / 2


def _flat(params):
    return torch.cat([p.flatten() for p in params])
