"""Momentum of the atoms, and the running mean of dictionaries."""

import torch

from benchmark_utils.dictionaries.base import unit_rows

# Cosine of two moves of an atom below which it turns back. The noise of batches alone
# rarely turns it that far.
TURN = -0.5


class Inertia:
    """Where the next step starts, and which dictionary is the result of a method.

    Parameters
    ----------
    momentum : float
        Share of the last move of an atom that is added after a step. An update holds
        the codes fixed although they follow the atoms. So its steps are too short. If
        an atom turns back, it has overshot, and gets no momentum at that step.
        (B. O'Donoghue and E. Candès, "Adaptive restart for accelerated gradient
        schemes", 2015, restart all parameters at once.)
    averaging : float
        Weight of the past in ``learned``, a running mean of the dictionaries, which
        depends less on the last batches. With 0 it is the present dictionary.

    Attributes
    ----------
    dictionary, learned : Dictionary
        Where the next step starts, and the result of the method.

    Raises
    ------
    ValueError
        If momentum or averaging is not in [0, 1).
    """

    def __init__(self, dictionary, momentum=0.0, averaging=0.0):
        if not 0 <= momentum < 1 or not 0 <= averaging < 1:
            raise ValueError(
                f"momentum and averaging must be in [0, 1), got {momentum} and "
                f"{averaging}."
            )
        self.momentum, self.averaging = momentum, averaging
        self.start_at(dictionary)

    def start_at(self, dictionary):
        """Start at a dictionary, without a past."""
        self.dictionary = self.learned = dictionary
        self._last_move = [torch.zeros_like(p) for p in dictionary.params]

    def go_on(self, dictionary, step, beyond=True):
        """Take momentum into account after a step, and update the running mean.

        Parameters
        ----------
        dictionary : Dictionary
            The dictionary after the step.
        step : int
        beyond : bool
            Whether to use momentum at this step.
        """
        if self.momentum and beyond:
            dictionary = self._beyond(dictionary)
        self.dictionary = dictionary
        mean = dictionary.params
        if self.averaging:
            # In the first steps, all dictionaries have the same weight. The initial
            # one does not count.
            weight = min(self.averaging, 1 - 1 / (step + 1))
            pairs = zip(mean, self.learned.params, strict=True)
            mean = [unit_rows(p.lerp(past, weight)) for p, past in pairs]
        self.learned = dictionary.with_params(mean)

    def _beyond(self, dictionary):
        steps = zip(
            dictionary.params, self.dictionary.params, self._last_move, strict=True
        )
        params = [
            unit_rows(p + self.momentum * going_on(p - old, move))
            for p, old, move in steps
        ]
        moves = zip(params, self.dictionary.params, strict=True)
        self._last_move = [new - old for new, old in moves]
        return self.dictionary.with_params(params)


def going_on(step, last_move):
    """Return the last moves of atoms, and zero for those that turn back."""
    rows = [x.flatten(1) for x in (step, last_move)]
    cosines = torch.cosine_similarity(*rows).reshape(-1, *[1] * (step.ndim - 1))
    return last_move.where(cosines > TURN, 0)
