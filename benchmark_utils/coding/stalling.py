"""When iterations on the codes are given up: their gaps hardly fall any more."""

from collections import deque

import torch


class Stalling:
    """Tells whether the gaps of all signals have stopped falling.

    If atoms are nearly equal up to a shift, the non-zero codes keep changing places,
    and the gap stays where it is for hours.

    Parameters
    ----------
    patience : int
        Evaluations of the gaps before which nothing is given up.
    last : int
        Evaluations that must halve the smallest gap of a signal.
    """

    def __init__(self, patience, last):
        self.patience, self.n_noted = patience, 0
        self._smallest = deque(maxlen=last + 1)  # so far, at each evaluation

    def note(self, gaps):
        """Take note of the present gaps; returns whether all signals stall.

        Parameters
        ----------
        gaps : Tensor, shape (n_signals,)
        """
        before = self._smallest
        before.append(torch.minimum(before[-1], gaps) if before else gaps)
        self.n_noted += 1
        if self.n_noted < self.patience or len(before) < before.maxlen:
            return False
        return bool((2 * before[-1] > before[0]).all())

    def keep(self, stay):
        """Drop the other signals.

        Parameters
        ----------
        stay : Tensor of bool, shape (n_signals,)
        """
        kept = (smallest[stay] for smallest in self._smallest)
        self._smallest = deque(kept, maxlen=self._smallest.maxlen)
