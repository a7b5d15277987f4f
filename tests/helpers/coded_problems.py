"""Signals and sparse codes of each model, and their loss by explicit sums."""

import itertools

import numpy as np
import torch

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms

CASES = [  # model, n_channels, support, atom_support
    ("dense", 7, (), ()),
    ("conv", 1, (20,), (5,)),
    ("conv", 3, (21,), (6,)),
    ("conv", 1, (9, 12), (3, 4)),
    ("conv", 3, (10, 8), (4, 3)),
    ("rank1", 5, (23,), (6,)),
    ("conv", 2, (7,), (7,)),
    ("rank1", 3, (40,), (4,)),  # many pieces of the codes, the last one short
]


def problem(model, channels, support, atom, n_signals=3, n_atoms=4, seed=0):
    """A dictionary, signals and codes of which half are zero."""
    rng = np.random.default_rng(seed)
    D = unit_atoms(rng.standard_normal((n_atoms, channels, *atom)))
    if model == "rank1":
        D = make_dictionary("rank1", D).to_array()
    codes = [n - m + 1 for n, m in zip(support, atom, strict=True)]
    Z = rng.standard_normal((n_signals, n_atoms, *codes))
    Z *= rng.random(Z.shape) < 0.5
    X = torch.as_tensor(rng.standard_normal((n_signals, channels, *support)))
    return make_dictionary(model, D), X, torch.as_tensor(Z)


def loss(D, X, Z):
    """``½‖X - ZD‖²`` by explicit sums over all shifts."""
    residual, m = X.clone(), D.shape[2:]
    for place in itertools.product(*map(range, Z.shape[2:])):
        box = tuple(slice(p, p + n) for p, n in zip(place, m, strict=True))
        piece = residual[(slice(None), slice(None), *box)]
        piece -= torch.einsum("nk,kc...->nc...", Z[(..., *place)], D)
    return residual.square().sum() / 2


def atoms_of(dictionary):
    return torch.as_tensor(dictionary.to_array())
