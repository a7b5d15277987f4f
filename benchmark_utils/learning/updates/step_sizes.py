"""Step sizes of the layers, learned with the atoms in a second phase."""

from dataclasses import replace

import numpy as np

from benchmark_utils.learning.line_search import LineSearch
from benchmark_utils.learning.updates.gradient import Trials
from benchmark_utils.learning.updates.update import Update

SMALLEST_FACTOR = 1e-3  # smallest learned step, in units of 1/L


class StepSizes(Update):
    """Atoms alone with steps 1/L, then atoms and step sizes in turn (paper, §3).

    Parameters
    ----------
    atoms : GradientUpdate
    search : LineSearch or None
        Search for the step sizes. None is a line search with its defaults.
    """

    def __init__(self, atoms, search=None):
        self.atoms, self.search = atoms, search or LineSearch()
        self.second_phase = False

    def advance(self, dictionary, encoder, X, step):
        """One step of the atoms, then one of the step sizes; see :class:`Update`."""
        first = self.atoms.advance(dictionary, encoder, X, step)
        if not self.second_phase:
            return first
        second = self._advance(first.dictionary, first.encoder, X)
        n_evaluations = first.n_evaluations + second.n_evaluations
        return replace(
            second, usage=first.usage, loss=first.loss, n_evaluations=n_evaluations
        )

    @property
    def collapsed(self):
        return self.atoms.collapsed

    def end_epoch(self):
        """Shorten the longest steps."""
        self.atoms.end_epoch()
        self.search.end_epoch()

    def next_phase(self):
        """Learn step sizes from now on; returns whether this phase is new."""
        entered, self.second_phase = not self.second_phase, True
        return entered

    def _advance(self, dictionary, network, X):
        gradient = network.gradient(dictionary, X, with_steps=True)
        grad, factors = gradient.steps / len(X), network.factors

        def move(length):
            moved = np.maximum(factors - length * grad, SMALLEST_FACTOR)
            return dictionary, network.with_factors(moved), grad @ (factors - moved)

        trials = Trials(gradient, X, move)
        found = trials.best(self.search, np.abs(grad).max())
        return trials.advance(*(found or (dictionary, network)))
