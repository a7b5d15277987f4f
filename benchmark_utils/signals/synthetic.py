"""Gaussian atoms, and sparse combinations of atoms in noise: synthetic signals."""

import numpy as np
import torch

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms

BLOCK = 10_000  # signals drawn at a time, so that their codes take little memory


def gaussian_atoms(n_atoms, atom_shape, rng):
    """Atoms of unit norm and random directions.

    Returns
    -------
    D : ndarray, shape (n_atoms, *atom_shape)
    """
    return unit_atoms(rng.standard_normal((n_atoms, *atom_shape)))


def sparse_signals(D, n_signals, density, sigma, rng):
    """Combinations of dense atoms with Bernoulli-Gaussian codes, plus Gaussian noise.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, n_features)
    n_signals : int
    density : float
        Probability that a code is not zero. Non-zero codes have unit variance.
    sigma : float
        Standard deviation of the noise.
    rng : numpy.random.Generator

    Returns
    -------
    X : ndarray, shape (n_signals, n_features)

    Raises
    ------
    ValueError
        If ``density`` or ``sigma`` is out of its range.
    """
    check_draw(density, sigma)
    X = rng.standard_normal((n_signals, D.shape[1]))
    X *= sigma
    for start in range(0, n_signals, BLOCK):
        X_block = X[start : start + BLOCK]
        X_block += _codes((len(X_block), len(D)), density, rng) @ D
    return X


def sparse_series(D, n_signals, n_times, density, sigma, rng):
    """The same as `sparse_signals`, for convolutional atoms of one channel.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, 1, n_times_atom)
    n_signals, n_times : int
    density, sigma, rng
        See `sparse_signals`.

    Returns
    -------
    X : ndarray, shape (n_signals, 1, n_times)

    Raises
    ------
    ValueError
        If ``density`` or ``sigma`` is out of its range.
    """
    check_draw(density, sigma)
    Z = _codes((n_signals, len(D), n_times - D.shape[2] + 1), density, rng)
    X = make_dictionary("conv", D).reconstruct(torch.as_tensor(Z)).numpy()
    return X + sigma * rng.standard_normal(X.shape)


def check_draw(density, sigma):
    """Raise a ValueError unless codes and noise can be drawn with these parameters."""
    if not 0 < density <= 1:
        raise ValueError(
            "density, the fraction of non-zero codes, must be in (0, 1]; "
            f"got {density}."
        )
    if not 0 <= sigma < np.inf:
        raise ValueError(
            "sigma, the standard deviation of the noise, must be a finite number "
            f">= 0; got {sigma}."
        )


def _codes(shape, density, rng):
    Z = rng.standard_normal(shape)
    Z *= rng.random(shape) < density
    return Z
