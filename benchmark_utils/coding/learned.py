"""Encoders with parameters of their own, which an update learns with the atoms."""

from copy import copy
from dataclasses import dataclass

import torch

from benchmark_utils.coding.encoder import Encoder


@dataclass
class Pass:
    """What an encoder makes of a batch.

    Attributes
    ----------
    loss : Tensor, scalar
        Mean per signal, differentiable in the parameters of dictionary and encoder.
    usage : Tensor, shape (n_atoms,)
        How many codes of each atom are not zero.
    """

    loss: torch.Tensor
    usage: torch.Tensor


class LearnedEncoder(Encoder):
    """An encoder that does not follow from the dictionary.

    Subclasses write :meth:`encode` and :meth:`objective`.

    Parameters
    ----------
    params : list of Tensor
        What is learned, beside the dictionary.
    lmbd : float
        Absolute regularisation λ.
    positive : bool
        Whether codes are non-negative.

    Raises
    ------
    ValueError
        If λ is not positive.
    """

    def __init__(self, params, lmbd, positive):
        if not lmbd > 0:
            raise ValueError(f"lmbd must be positive, got {lmbd}.")
        self.params, self.lmbd, self.positive = list(params), float(lmbd), positive

    def with_params(self, params):
        """The same encoder with other parameters; what it has counted is shared."""
        twin = copy(self)
        twin.params = list(params)
        return twin

    def codes(self, dictionary, X, step=0):
        """Codes of the signals; see :class:`Encoder`. The dictionary is not used."""
        with torch.no_grad():
            return torch.cat([self.encode(x) for x in dictionary.blocks(X)])

    def encode(self, X):
        """Codes of a block of signals, shape (n_signals, n_atoms)."""
        raise NotImplementedError

    def objective(self, dictionary, X, step):
        """The loss of a batch.

        Parameters
        ----------
        dictionary : Dictionary
        X : Tensor, shape (n_signals, ...)
        step : int
            That of the learner, counted from 0.

        Returns
        -------
        result : Pass
        """
        raise NotImplementedError


def mean_square(R):
    """``½‖r‖²``, the mean over the signals."""
    return R.square().sum() / (2 * len(R))
