"""Replacement of unused and duplicate atoms of wide dictionaries."""

import torch

from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learning.replacement import draw_pieces
from benchmark_utils.threads import on_threads

BLOCK = 2**21  # entries of a block of the products of atoms with each other


class Renewal:
    """Dead and duplicate atoms give way to residuals of badly coded signals.

    If there are more atoms than true ones, frequent atoms are learned several times and
    rare ones never. Of two atoms that are alike, the less used one is replaced.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the signals.
    every : int
        Steps between two searches for duplicates.
    alike : float
        Absolute cosine from which two atoms are one.
    patience : int
        Searches without any use after which an atom is dead.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    def __init__(self, rng, every=25, alike=0.8, patience=4):
        if min(every, patience) < 1 or not 0 < alike <= 1:
            raise ValueError(
                "every and patience must be at least 1 and alike in (0, 1], got "
                f"{every}, {patience} and {alike}."
            )
        self.rng, self.every, self.alike, self.patience = rng, every, alike, patience
        self.n_steps, self._uses, self._idle = 0, 0, 0

    def renewed(self, D, residual, usage):
        """Which atoms to replace after a step, and by what.

        Parameters
        ----------
        D : Tensor, shape (n_atoms, n_features)
        residual : Tensor, shape (n_signals, n_features)
            Of the signals of the step.
        usage : Tensor, shape (n_atoms,)
            How many codes of each atom were not zero.

        Returns
        -------
        atoms : Tensor of int64, shape (n_renewed,)
        pieces : Tensor, shape (n_renewed, n_features)
            Of unit norm.
        """
        self.n_steps, self._uses = self.n_steps + 1, self._uses + usage
        if self.n_steps % self.every:
            return usage.new_empty(0).long(), D[:0]
        self._idle = (self._idle + 1) * (self._uses == 0)
        free = duplicates(D, self._uses, self.alike) | (self._idle >= self.patience)
        self._uses = torch.zeros_like(usage)
        atoms = free.nonzero().flatten()
        pieces = draw_pieces(residual, (), len(atoms), self.rng)
        atoms = atoms[: len(pieces)]
        self._idle[atoms] = 0
        return atoms, unit_rows(pieces.to(D))


def duplicates(D, uses, alike):
    """Atoms that are like one that is used more.

    Parameters
    ----------
    D : Tensor, shape (n_atoms, n_features)
        Of unit norm.
    uses : Tensor, shape (n_atoms,)
    alike : float
        Absolute cosine from which two atoms are one.

    Returns
    -------
    free : Tensor of bool, shape (n_atoms,)
        Of atoms that are alike, the most used one is kept.
    """
    order = uses.argsort(descending=True, stable=True)
    free = torch.zeros(len(D), dtype=torch.bool)
    for less, more in _alike(D[order], alike).tolist():
        free[less] |= ~free[more]
    return torch.zeros_like(free).index_copy(0, order.cpu(), free).to(D.device)


def _alike(ranked, alike):
    """Pairs of places, the larger one first and in increasing order of it."""
    size = max(1, BLOCK // len(ranked))
    starts = range(0, len(ranked), size)
    found = [None] * len(starts)

    def search(part):
        for i in range(part.start, part.stop):
            for at in {i, len(starts) - 1 - i}:  # one is short where the other is long
                found[at] = _alike_before(ranked, starts[at], size, alike)

    n_pairs = (len(starts) + 1) // 2
    if ranked.device.type == "cpu":
        on_threads(search, n_pairs)
    else:
        search(slice(0, n_pairs))
    return torch.cat(found)


def _alike_before(ranked, start, size, alike):
    """Those of a block of rows with the rows before."""
    products = ranked[start : start + size] @ ranked[: start + size].T
    less, more = (products.abs_() >= alike).nonzero(as_tuple=True)
    less += start
    return torch.stack([less, more], 1)[more < less]
