"""Tiny problems of each model, for codes to machine precision and their Jacobians."""

import numpy as np
import torch
from problems import dense_problem

from benchmark_utils.dictionaries import Convolutional, Dense, RankOne

LMBD = 0.1


def conv_problem(kind=Convolutional, n_channels=1, seed=0):
    rng = np.random.default_rng(seed)
    D = rng.standard_normal((3, n_channels, 4))
    if kind is RankOne:
        D = rng.standard_normal((3, n_channels, 1)) * rng.standard_normal((3, 1, 4))
    D /= np.linalg.norm(D, axis=(1, 2), keepdims=True)
    X = torch.as_tensor(rng.standard_normal((5, n_channels, 12)))
    return X, kind.from_array(D)


def small_dense():
    X, _, D = dense_problem(n_signals=4, n_features=5, n_atoms=7)
    return torch.as_tensor(X), Dense.from_array(D)


PROBLEMS = {
    "dense": small_dense,
    "conv": conv_problem,
    "rank1": lambda: conv_problem(RankOne, n_channels=2),
}


def at(params, dictionary):
    """The dictionary at flat parameters."""
    sizes = [p.numel() for p in dictionary.params]
    parts = zip(params.split(sizes), dictionary.params, strict=True)
    return dictionary.with_params([p.reshape(like.shape) for p, like in parts])


def flat(dictionary):
    return torch.cat([p.flatten() for p in dictionary.params])
