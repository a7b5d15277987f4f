"""When iterations on the codes are given up: their gaps hardly fall any more."""


class Stalling:
    """Tells whether the gaps of all signals have stopped falling.

    If atoms are nearly equal up to a shift, the non-zero codes keep changing places,
    and the gap stays where it is for hours.

    Parameters
    ----------
    n_signals : int
    patience : int
        Evaluations of the gaps before which nothing is given up.
    last : int
        Evaluations that must halve the smallest gap of a signal.
    """

    def __init__(self, n_signals, patience, last):
        self.patience, self.last = patience, last
        self._gaps = [[] for _ in range(n_signals)]

    def note(self, gaps):
        """Take note of the present gaps; returns whether all signals stall.

        Parameters
        ----------
        gaps : Tensor, shape (n_signals,)
        """
        for known, gap in zip(self._gaps, gaps.tolist(), strict=True):
            known.append(gap)
        return all(map(self._stalls, self._gaps))

    def _stalls(self, known):
        if len(known) < self.patience:
            return False
        return 2 * min(known[-self.last :]) > min(known[: -self.last])

    def keep(self, stay):
        """Drop the other signals.

        Parameters
        ----------
        stay : Tensor of bool, shape (n_signals,)
        """
        pairs = zip(self._gaps, stay.tolist(), strict=True)
        self._gaps = [known for known, kept in pairs if kept]
