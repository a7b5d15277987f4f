"""The protocol of encoders. An encoder is how a learner computes codes."""


class Encoder:
    """Codes of signals, given a dictionary.

    What an encoder must have depends on the update:

    - An update that fits atoms to codes needs :meth:`codes` alone.
    - An update that follows a gradient also needs ``gradient`` and ``loss`` of the
      object that :meth:`at` returns, as
      :class:`benchmark_utils.coding.unrolled.Unrolled` has them.
    - Adam, which also learns the weights of the encoder, needs ``params``,
      ``with_params`` and ``objective``, as
      :class:`benchmark_utils.coding.learned.LearnedEncoder` has them.

    Attributes
    ----------
    lmbd : float
        Absolute regularisation λ.
    positive : bool
        Whether codes are constrained to be non-negative.
    dense : bool
        Whether codes have turned out too dense for layers and for greedy descent. With
        such codes, momentum moves the atoms too far.
    """

    dense = False

    def codes(self, dictionary, X, step=0):
        """Codes of the signals.

        Parameters
        ----------
        dictionary : Dictionary
        X : Tensor, shape (n_signals, ...)
        step : int
            Step of the learner, counted from 0. Early codes need less precision.

        Returns
        -------
        Z : Tensor, shape (n_signals, n_atoms, ...)
        """
        raise NotImplementedError

    def full_codes(self, dictionary, X, step=0):
        """The same codes, as a Tensor that includes the zeros."""
        return self.at(step).codes(dictionary, X)

    def at(self, step):
        """The encoder that a step of the learner uses. By default, it is this one."""
        return self

    def observe(self, density):
        """Take note of the share of the last codes that is not zero."""
