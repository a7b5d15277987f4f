"""Random atoms of rank 1, u vᵀ, and their factors."""

import numpy as np

from benchmark_utils.dictionaries.unit_norm import unit_atoms


def factors(n_atoms, n_channels, n_times_atom, seed=0):
    rng = np.random.default_rng(seed)
    u = unit_atoms(rng.standard_normal((n_atoms, n_channels)))
    return u, unit_atoms(rng.standard_normal((n_atoms, n_times_atom)))


def atoms(*shape, seed=0):
    u, v = factors(*shape, seed=seed)
    return u[:, :, None] * v[:, None]
