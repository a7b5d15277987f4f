"""Atoms that fire only with their parent, and never with a sibling."""

from collections import deque
from dataclasses import dataclass
from functools import cached_property

import numpy as np

ROOT = -1  # the parent of an atom that has none


def find_parents(frequency, branching, depth):
    """Find a parent for each atom that can have one and keep its frequency.

    The parent of an atom fires at least ``branching`` times as often as the atom. So it
    fires often enough for ``branching`` children, of which one fires at a time. The
    atoms are taken from the most to the least frequent. Each gets the most frequent
    parent that has room.

    Parameters
    ----------
    frequency : ndarray, shape (n_atoms,)
        Firing probabilities, in decreasing order.
    branching : int
        Largest number of children of an atom.
    depth : int
        Largest number of levels below the roots.

    Returns
    -------
    parent : ndarray of int, shape (n_atoms,)
        ``ROOT`` for atoms without a parent.
    """
    parent = np.full(len(frequency), ROOT)
    level = np.zeros(len(frequency), dtype=int)
    room = deque()  # parents to be, from the most frequent on: [atom, children left]
    for atom, own in enumerate(frequency):
        if room and frequency[room[0][0]] >= branching * own:
            parent[atom] = room[0][0]
            level[atom] = level[parent[atom]] + 1
            room[0][1] -= 1
            if not room[0][1]:
                room.popleft()
        if level[atom] < depth:
            room.append([atom, branching])
    return parent


@dataclass(frozen=True)
class Hierarchical:
    """Trees of atoms. Another object draws the roots.

    When an atom p fires, at most one of its children fires: child c does with
    probability frequency_c / frequency_p. So each atom keeps its frequency exactly.

    Parameters
    ----------
    frequency : ndarray, shape (n_atoms,)
    parent : ndarray of int, shape (n_atoms,)
        See `find_parents`.
    roots : object with ``draw(n_signals, rng)``
        Draws the atoms without a parent, numbered in order: see `firing`.
    """

    frequency: np.ndarray
    parent: np.ndarray
    roots: object

    def draw(self, n_signals, rng):
        """Pairs of a signal and an atom that fires in it: see `ExactNumber.draw`."""
        signals, roots = self.roots.draw(n_signals, rng)
        atoms = np.flatnonzero(self.parent == ROOT)[roots]
        levels = []
        while len(atoms):
            levels.append((signals, atoms))
            signals, atoms = self._draw_children(signals, atoms, rng)
        if not levels:
            return signals, atoms
        return tuple(map(np.concatenate, zip(*levels, strict=True)))

    def _draw_children(self, signals, atoms, rng):
        """The children that fire with these atoms: at most one with each."""
        place = np.searchsorted(self._ends, atoms + rng.random(len(atoms)), "right")
        first, after = self._families[atoms], self._families[atoms + 1]
        fires = (first <= place) & (place < after)
        return signals[fires], self._children[place[fires]]

    @cached_property
    def _children(self):
        """All atoms with a parent, one family after the other."""
        return np.argsort(self.parent, kind="stable")[np.sum(self.parent == ROOT) :]

    @cached_property
    def _parents(self):
        """Parents of ``_children``, in increasing order."""
        return self.parent[self._children]

    @cached_property
    def _families(self):
        """Index of the first child of each atom, then the number of all children."""
        return np.searchsorted(self._parents, np.arange(len(self.parent) + 1))

    @cached_property
    def _ends(self):
        """Ends of intervals, one for each child.

        An interval is as long as the probability of the child. Those of one family
        follow each other, from the index of the parent on. They are in increasing
        order, because a family takes at most a length of 1.
        """
        share = self.frequency[self._children] / self.frequency[self._parents]
        total = np.concatenate([[0], np.cumsum(share)])
        before = total[self._families[self._parents]]
        return self._parents + np.minimum(total[1:] - before, 1)
