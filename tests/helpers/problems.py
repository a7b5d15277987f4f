"""Small problems and plain reference implementations that the tests share."""

import numpy as np
import torch

from benchmark_utils.coding.momentum import momenta
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.signals.superposition import (
    TRAINING,
    Superposition,
    draw_atoms,
    least_features,
    make_firing,
)


def dense_problem(n_signals=40, n_features=10, n_atoms=15, sigma=0.1, seed=0):
    """Signals, their true dictionary and a random one."""
    rng = np.random.default_rng(seed)
    D_true = unit_atoms(rng.standard_normal((n_atoms, n_features)))
    used = rng.random((n_signals, n_atoms)) < 0.3
    Z = used * rng.standard_normal((n_signals, n_atoms))
    X = Z @ D_true + sigma * rng.standard_normal((n_signals, n_features))
    return X, D_true, unit_atoms(rng.standard_normal((n_atoms, n_features)))


def tape_loss(D, X, net, factors, norm):
    """The outer loss, as F(Z_N(D), D), written naively, for autograd.

    ``norm`` is L, held fixed; layers before the last K see detached values.
    """
    m = momenta(net.algorithm, net.n_layers)
    first = net.n_layers - net.backprop_depth
    x = z = X.new_zeros(len(X), len(D))
    for k in range(net.n_layers):
        if k == first:
            x, z = x.detach(), z.detach()
        atoms = D if k >= first else D.detach()
        s = factors[k] / norm
        w = z - s * (z @ atoms - X) @ atoms.T
        cut = w - s * net.lmbd if net.positive else w.abs() - s * net.lmbd
        new = torch.relu(cut) if net.positive else torch.sign(w) * torch.relu(cut)
        z = new + m[k] * (new - x)
        x = new
    if first == net.n_layers:
        x = x.detach()
    return ((X - x @ D) ** 2).sum() / 2 + net.outer_lmbd * x.abs().sum()


def wide_problem(n_signals=500, n_atoms=200, n_nonzero=3, signed=False, seed=0):
    """Signals of few codes each, their true dictionary, and signals for atoms."""
    m = least_features(n_atoms, n_nonzero)
    firing = make_firing(n_atoms, n_nonzero)[2]
    D = draw_atoms(n_atoms, m, seed)
    codes = "gaussian" if signed else "uniform"
    signals = Superposition(D, firing, codes, 0.0, seed)
    X = signals.draw_signals(n_signals + n_atoms, TRAINING)
    return X[:n_signals], D, unit_atoms(X[n_signals:])
