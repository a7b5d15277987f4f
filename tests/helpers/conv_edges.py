"""Convolutional problems at the limits of what a method must bear."""

import numpy as np

from benchmark_utils.dictionaries.unit_norm import unit_atoms


def edges(X, D_init):
    """Problems at the limits, each as signals and initial atoms, from a regular one."""
    flat, loud = X.copy(), X.copy()
    flat[:, 1], loud[:, 1] = 0, 1000 * X[:, 1]
    return {
        "one signal": (X[:1], D_init),
        "one atom": (X, D_init[:1]),
        "one of each": (X[:1], D_init[:1]),
        "a flat channel": (flat, D_init),
        "a loud channel": (loud, D_init),
        "a zero signal": (np.concatenate([X, np.zeros_like(X[:1])]), D_init),
        "signals as long as atoms": (X[:, :, : D_init.shape[2]], D_init),
        "one channel": (X[:, :1], unit_atoms(D_init[:, :1])),
    }
