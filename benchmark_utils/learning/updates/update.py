"""The protocol of updates. An update is how a learner moves parameters."""

from dataclasses import dataclass

import numpy as np
import torch


@dataclass
class Advance:
    """The result of a step.

    Attributes
    ----------
    dictionary : Dictionary
    encoder : Encoder
        The same one, unless the update learns it.
    usage : Tensor, shape (n_atoms,)
        Number of non-zero codes of each atom.
    n_evaluations : int
        Passes through the encoder: gradients, codes and trials.
    loss, new_loss : float
        Mean loss over the signals, before and after the step. NaN if an update does not
        compute it.
    """

    dictionary: object
    encoder: object
    usage: torch.Tensor
    n_evaluations: int = 1
    loss: float = np.nan
    new_loss: float = np.nan


class Update:
    """Improves a dictionary, and maybe an encoder, on the signals of a step.

    Attributes
    ----------
    collapsed : bool
        Whether the last step was far shorter than earlier ones, or none, because the
        loss does not decrease along the gradient.
    """

    collapsed = False

    def advance(self, dictionary, encoder, X, step):
        """One step.

        Parameters
        ----------
        dictionary : Dictionary
        encoder : Encoder
        X : Tensor, shape (n_signals, ...)
        step : int
            Step of the learner, counted from 0.

        Returns
        -------
        advance : Advance
        """
        raise NotImplementedError

    def end_epoch(self):
        """An epoch has ended."""

    def next_phase(self):
        """Start the next phase of learning; returns whether there is one."""
        return False
