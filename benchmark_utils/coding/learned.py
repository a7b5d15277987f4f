"""Encoders with parameters of their own, which are learned together with the atoms."""

from copy import copy
from dataclasses import dataclass

import torch

from benchmark_utils.coding.encoder import Encoder


@dataclass
class Pass:
    """The loss of a batch, and how often it uses each atom.

    Attributes
    ----------
    loss : Tensor, scalar
        Mean over the signals. It is differentiable with respect to the parameters of
        dictionary and encoder.
    usage : Tensor, shape (n_atoms,)
        Number of non-zero codes of each atom.
    """

    loss: torch.Tensor
    usage: torch.Tensor


class LearnedEncoder(Encoder):
    """An encoder whose parameters are not those of the dictionary.

    Subclasses write :meth:`encode` and :meth:`objective`.

    Parameters
    ----------
    params : list of Tensor
        The parameters that are learned, beside the dictionary.
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
        """The same encoder with other parameters. Both share the counts of use."""
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
            Step of the learner, counted from 0.

        Returns
        -------
        result : Pass
        """
        raise NotImplementedError


def mean_square(R):
    """The mean of ``½‖r‖²`` over the signals."""
    return R.square().sum() / (2 * len(R))
