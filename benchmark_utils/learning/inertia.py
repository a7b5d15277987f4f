"""Atoms that go on in the direction of their last move, and their running mean."""

from benchmark_utils.dictionaries.base import unit_rows


class Inertia:
    """Where the next step starts from, and what a method gives.

    Parameters
    ----------
    momentum : float
        Share of the last move of the atoms that is taken again after a step. An update
        goes by the codes as they are, and they will follow the atoms.
    averaging : float
        Weight of the past in the running mean of the dictionaries that is ``learned``,
        and says less of the last batches; 0 for the present dictionary.

    Attributes
    ----------
    dictionary, learned : Dictionary
        From where the next step goes, and what the method gives.

    Raises
    ------
    ValueError
        If a share is not one.
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
        """Without a past."""
        self.dictionary = self.learned = dictionary
        self._last_move = [0.0] * len(dictionary.params)

    def go_on(self, dictionary, step, beyond=True):
        """Beyond where a step, counted from 0, has led, and take the mean of it.

        Parameters
        ----------
        dictionary : Dictionary
            Where the step has led.
        step : int
        beyond : bool
            Whether momentum is of use at this step.
        """
        if self.momentum and beyond:
            dictionary = self._beyond(dictionary)
        self.dictionary = dictionary
        mean = dictionary.params
        if self.averaging:
            # At first that of all alike, which the start is none of.
            weight = min(self.averaging, 1 - 1 / (step + 1))
            pairs = zip(mean, self.learned.params, strict=True)
            mean = [unit_rows(p.lerp(past, weight)) for p, past in pairs]
        self.learned = dictionary.with_params(mean)

    def _beyond(self, dictionary):
        pairs = zip(dictionary.params, self._last_move, strict=True)
        params = [unit_rows(p + self.momentum * move) for p, move in pairs]
        moves = zip(params, self.dictionary.params, strict=True)
        self._last_move = [new - old for new, old in moves]
        return self.dictionary.with_params(params)
