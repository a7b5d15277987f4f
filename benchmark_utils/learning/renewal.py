"""Replacement of unused and duplicate atoms of wide dictionaries."""

import torch

from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learning.replacement import draw_pieces
from benchmark_utils.threads import on_threads

BLOCK = 2**21  # entries of a block of the products of atoms with each other


class Renewal:
    """Residuals of badly coded signals replace dead and duplicate atoms.

    Without this, frequent atoms would be learned several times, and rare ones never. Of
    two similar atoms, the less used one is replaced.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the signals.
    every : int
        Steps between two searches for duplicates.
    alike : float
        Absolute cosine from which two atoms are duplicates.
    patience : int
        Number of searches without any use after which an atom is dead.

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
        """The atoms to replace after a step, and the new ones.

        Parameters
        ----------
        D : Tensor, shape (n_atoms, n_features)
        residual : Tensor, shape (n_signals, n_features)
            Residuals of the signals of the step.
        usage : Tensor, shape (n_atoms,)
            Number of non-zero codes of each atom.

        Returns
        -------
        atoms : Tensor of int64, shape (n_renewed,)
            Indices of atoms to replace.
        pieces : Tensor, shape (n_renewed, n_features)
            New atoms, of unit norm.
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
    """The atoms that are duplicates of an atom that is used more.

    Parameters
    ----------
    D : Tensor, shape (n_atoms, n_features)
        Atoms of unit norm.
    uses : Tensor, shape (n_atoms,)
    alike : float
        Absolute cosine from which two atoms are duplicates.

    Returns
    -------
    free : Tensor of bool, shape (n_atoms,)
        Of several duplicates, the most used one is kept.
    """
    order = uses.argsort(descending=True, stable=True)
    free = torch.zeros(len(D), dtype=torch.bool)
    for less, more in _alike(D[order], alike).tolist():
        free[less] |= ~free[more]
    return torch.zeros_like(free).index_copy(0, order.cpu(), free).to(D.device)


def _alike(ranked, alike):
    """Pairs of ranks of duplicates: the larger rank first, in increasing order."""
    size = max(1, BLOCK // len(ranked))
    starts = range(0, len(ranked), size)
    found = [None] * len(starts)

    def search(part):
        for i in range(part.start, part.stop):
            for at in {i, len(starts) - 1 - i}:  # a short search and a long one
                found[at] = _alike_before(ranked, starts[at], size, alike)

    n_pairs = (len(starts) + 1) // 2
    if ranked.device.type == "cpu":
        on_threads(search, n_pairs)
    else:
        search(slice(0, n_pairs))
    return torch.cat(found)


def _alike_before(ranked, start, size, alike):
    """Pairs of a row of a block and a row before it."""
    products = ranked[start : start + size] @ ranked[: start + size].T
    less, more = (products.abs_() >= alike).nonzero(as_tuple=True)
    less += start
    return torch.stack([less, more], 1)[more < less]
