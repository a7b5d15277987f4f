"""The momentum of ISTA and FISTA, layer by layer."""

import itertools

import numpy as np

ALGORITHMS = ("fista", "ista")


def extrapolations(algorithm):
    """Yield the coefficients ``(t_k - 1) / t_{k+1}``, without end (paper, Algorithm 2).

    Parameters
    ----------
    algorithm : {"fista", "ista"}
        For ISTA, all are zero.
    """
    t = 1.0
    while True:
        t_next = (1 + np.sqrt(1 + 4 * t * t)) / 2 if algorithm == "fista" else 1.0
        yield (t - 1) / t_next
        t = t_next


def momenta(algorithm, n_layers):
    """The `extrapolations` of the first layers: list of float, length n_layers."""
    return list(itertools.islice(extrapolations(algorithm), n_layers))
