"""What every encoder has: the learner's choice of where codes come from."""


class Encoder:
    """Codes of signals, given a dictionary.

    An update that fits atoms to codes needs :meth:`codes` alone. One that follows a
    gradient also needs ``gradient`` and ``loss`` of what :meth:`at` returns: see
    :class:`benchmark_utils.coding.unrolled.Unrolled`. One whose weights Adam learns has
    ``params``, ``with_params`` and ``objective``: see
    :class:`benchmark_utils.coding.learned.LearnedEncoder`.

    Attributes
    ----------
    lmbd : float
        Absolute regularisation λ.
    positive : bool
        Whether codes are constrained to be non-negative.
    dense : bool
        Whether codes have turned out to be so dense that layers or greedy descent do
        not reach them. Momentum takes the atoms too far then.
    """

    dense = False

    def codes(self, dictionary, X, step=0):
        """Codes of the signals.

        Parameters
        ----------
        dictionary : Dictionary
        X : Tensor, shape (n_signals, ...)
        step : int
            That of the learner, counted from 0: early codes need less precision.

        Returns
        -------
        Z : Tensor, shape (n_signals, n_atoms, ...)
        """
        raise NotImplementedError

    def full_codes(self, dictionary, X, step=0):
        """The same codes, with all their zeros even where :meth:`codes` has none."""
        return self.at(step).codes(dictionary, X)

    def at(self, step):
        """The encoder that a step of the learner uses; itself, unless it grows."""
        return self

    def observe(self, density):
        """Note the share of the last codes that is not zero."""
