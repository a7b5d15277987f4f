"""The loss between learned dictionaries, and around one (paper, §3.1).

A loss is a function of the array D alone, and a mean over signals. Every point of a
line or a plane is projected to unit-norm atoms, the constraint set of the paper's eq.
1. Without this, longer atoms would lower the loss, because their codes are smaller.
"""

import numpy as np
import torch

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.scoring.scores import match


def network_loss(
    X,
    lmbd,
    model,
    n_layers,
    algorithm="fista",
    positive=False,
    dtype=torch.float32,
    held_at=(),
):
    """``F(Z_N(D), D)``, the loss with codes of N unrolled layers, as a function of D.

    The gradient of a network takes the step sizes 1/L of its layers as constants
    (paper, §3). So learned atoms are a minimum of the loss at their own L: ``held_at``
    them. Where L changes with D, the loss also changes because N layers get less far
    or farther. In random directions from learned atoms, L falls, and this loss with it.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
    lmbd : float
    model : {"dense", "conv", "rank1"}
    n_layers : int
    algorithm : {"fista", "ista"}
    positive : bool
        Whether codes are constrained to z >= 0.
    dtype : torch.dtype
    held_at : list of ndarray, shape (n_atoms, *atom_shape)
        The step sizes are 1/L with the largest L of these dictionaries, for every D.
        With none, they are those of each D.

    Returns
    -------
    loss : callable, ndarray (n_atoms, *atom_shape) -> float
    """
    network = Unrolled(n_layers, lmbd, algorithm, 0, positive)
    signals = torch.as_tensor(X, dtype=dtype)

    def dictionary(D):
        return make_dictionary(model, D, dtype=dtype)

    if held_at:
        largest = max(dictionary(D).gram(signals).norm() for D in held_at)
        network = network.with_lipschitz(largest)
    return lambda D: network.loss(dictionary(D), signals) / len(signals)


def certified_loss(X, lmbd, model, positive=False, tol=1e-4):
    """``G(D) = min_Z F(Z, D)``, to a relative duality gap, as a function of D.

    Parameters, returns: see :func:`network_loss`.
    """
    signals = torch.as_tensor(X, dtype=torch.float64)

    def loss(D):
        dictionary = make_dictionary(model, D)
        codes = certified_codes(dictionary, signals, lmbd, positive=positive, tol=tol)
        return codes.values.mean().item()

    return loss


def line(loss, D, D_end, shares):
    """Losses on the straight line between two dictionaries (paper, Figure 5).

    Parameters
    ----------
    loss : callable, ndarray -> float
    D, D_end : ndarray, shape (n_atoms, *atom_shape)
    shares : array of float
        Places on the line: 0 is ``D`` and 1 is ``D_end``. Others lie beyond these ends.

    Returns
    -------
    losses : ndarray, shape (n_shares,)
    """
    return np.array(
        [loss(unit_atoms((1 - t) * D + t * D_end, fallback=D)) for t in shares]
    )


def plane(loss, D, directions, steps):
    """Losses on a plane through a dictionary (paper, Figure B).

    Parameters
    ----------
    loss : callable, ndarray -> float
    D : ndarray, shape (n_atoms, *atom_shape)
    directions : pair of ndarray, the shape of ``D``
        See :func:`filter_normalised`.
    steps : array of float
        Places along each direction. 0 is ``D`` itself.

    Returns
    -------
    losses : ndarray, shape (n_steps, n_steps)
        ``losses[i, j]`` is at ``D + steps[i] directions[0] + steps[j] directions[1]``.
    """
    first, second = directions

    def at(a, b):
        return loss(unit_atoms(D + a * first + b * second, fallback=D))

    return np.array([[at(a, b) for b in steps] for a in steps])


def filter_normalised(D, rng):
    """A Gaussian direction whose atoms have the norms of those of ``D``.

    This is the filter normalisation of H. Li, Z. Xu, G. Taylor, C. Studer and T.
    Goldstein, "Visualizing the loss landscape of neural nets", NeurIPS 2018, §4. Atoms
    are the filters.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, *atom_shape)
    rng : numpy.random.Generator

    Returns
    -------
    direction : ndarray, the shape of ``D``
    """
    norms = np.linalg.norm(D.reshape(len(D), -1), axis=1)
    direction = unit_atoms(rng.standard_normal(D.shape))
    return direction * norms.reshape(-1, *[1] * (D.ndim - 1))


def matched(D, other):
    """The atoms of ``other``, with the order and signs that match ``D`` best.

    This does not change the loss. Atoms are not shifted: that would cut off their ends.

    Parameters
    ----------
    D, other : ndarray, shape (n_atoms, *atom_shape)

    Returns
    -------
    D_matched : ndarray, the shape of ``other``
    """
    C = D.reshape(len(D), -1) @ other.reshape(len(other), -1).T
    rows, columns = match(np.abs(C))
    signs = np.where(C[rows, columns] < 0, -1.0, 1.0)
    return other[columns] * signs.reshape(-1, *[1] * (D.ndim - 1))
