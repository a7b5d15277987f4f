"""Replacement of unused atoms by pieces of badly coded signals."""

from math import prod

import numpy as np
import torch
from torch.nn.functional import avg_pool1d, avg_pool2d

POOLS = {0: None, 1: avg_pool1d, 2: avg_pool2d}  # by dimensions of the support


class Replacement:
    """Counts activations over an epoch, and replaces atoms that have almost none.

    An atom may code only the piece of noise that it was drawn from. This is a local
    minimum that a gradient does not leave. So an atom counts as unused if it has fewer
    than two activations in each pass through the data. On all of the data, alphacsc has
    the same rule.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the pieces.
    """

    def __init__(self, rng):
        self.rng, self.usage, self.seen = rng, 0, 0.0

    def count(self, usage, coverage):
        """Add the activations of each atom in a part of the data, and its size.

        Parameters
        ----------
        usage : Tensor, shape (n_atoms,)
        coverage : float
            Samples in the batch over those in the data.
        """
        self.usage, self.seen = self.usage + usage, self.seen + coverage

    def replace(self, dictionary, network, X):
        """Replace the unused atoms of a dictionary, and start the count again.

        Parameters
        ----------
        dictionary : Dictionary
        network : Unrolled
        X : Tensor, shape (n_signals, ...)
            Signals to take pieces of.

        Returns
        -------
        dictionary : Dictionary
        """
        unused = (self.usage < 2 * max(1.0, self.seen)).nonzero().flatten()
        self.usage, self.seen = 0, 0.0
        if not len(unused):
            return dictionary
        residual = X - dictionary.reconstruct(network.codes(dictionary, X))
        pieces = draw_pieces(residual, dictionary.atom_support, len(unused), self.rng)
        return dictionary.with_atoms(unused[: len(pieces)], pieces)


def draw_pieces(residual, atom_support, n_pieces, rng):
    """Pieces of a residual, drawn with probabilities proportional to their energies.

    The seeds of k-means++ are drawn in the same way (Arthur and Vassilvitskii, 2007).
    The pieces of largest energy would be the same artefact again and again.

    Parameters
    ----------
    residual : Tensor, shape (n_signals, n_features) or, of convolutions,
        (n_signals, n_channels, *support)
    atom_support : tuple of int
        Empty for dense signals.
    n_pieces : int
        Largest number of pieces. Fewer are drawn if fewer have any energy.
    rng : numpy.random.Generator

    Returns
    -------
    pieces : Tensor, shape (n_pieces, n_features) or, of convolutions,
        (n_pieces, n_channels, *atom_support)
    """
    energies = residual.square().sum(1)
    pool = POOLS[len(atom_support)]
    if pool:
        energies = prod(atom_support) * pool(energies[:, None], atom_support, 1)[:, 0]
    weights = energies.double().flatten().clamp(min=0).cpu().numpy()
    n_pieces = min(n_pieces, np.count_nonzero(weights))
    if not n_pieces:
        return residual[:0]
    chosen = rng.choice(
        len(weights), n_pieces, replace=False, p=weights / weights.sum()
    )
    places = zip(*np.unravel_index(chosen, tuple(energies.shape)), strict=True)
    return torch.stack([_cut(residual, place, atom_support) for place in places])


def _cut(residual, place, atom_support):
    signal, *start = (int(i) for i in place)
    box = [slice(s, s + m) for s, m in zip(start, atom_support, strict=True)]
    return residual[(signal, slice(None), *box)]
