"""What every update has: the learner's choice of how parameters move."""

from dataclasses import dataclass

import numpy as np
import torch


@dataclass
class Advance:
    """What a step of an update gives.

    Attributes
    ----------
    dictionary : Dictionary
    encoder : Encoder
        The same one, unless the update learns it.
    usage : Tensor, shape (n_atoms,)
        How many codes of each atom were not zero.
    n_evaluations : int
        Passes through the encoder: gradients, codes and trials.
    loss, new_loss : float
        Mean over the signals before and after the step; NaN where an update computes
        none.
    """

    dictionary: object
    encoder: object
    usage: torch.Tensor
    n_evaluations: int = 1
    loss: float = np.nan
    new_loss: float = np.nan


class Update:
    """From a dictionary and an encoder to better ones, by the signals of a step."""

    def advance(self, dictionary, encoder, X, step):
        """One step.

        Parameters
        ----------
        dictionary : Dictionary
        encoder : Encoder
        X : Tensor, shape (n_signals, ...)
        step : int
            That of the learner, counted from 0.

        Returns
        -------
        advance : Advance
        """
        raise NotImplementedError

    def end_epoch(self):
        """All of the data has been seen, or as much as counts for it."""

    def next_phase(self):
        """Go on to another phase of learning (bool: whether there was one)."""
        return False
