"""The result of one pass over signals: a loss and its gradient."""

from dataclasses import dataclass

import numpy as np
import torch


@dataclass
class Gradient:
    """The result of one pass over signals. Everything is summed over the signals.

    Attributes
    ----------
    loss : float
        ``F(Z_N(D), D)``.
    params : list of Tensor
        Gradient with respect to the dictionary's parameters.
    steps : ndarray, shape (n_layers,), or None
        Gradient with respect to the step factors, if asked for. It is zero for layers
        without back-propagation.
    usage : Tensor of int, shape (n_atoms,)
        Number of non-zero codes of each atom.
    loss_near : callable or None
        Takes a dictionary and returns its loss with the codes of this gradient. None if
        a line search must compute new codes.
    lipschitz : float or None
        L of the step sizes 1/L, which the gradient takes as a constant. None if no loss
        needs it.
    """

    loss: float
    params: list
    steps: np.ndarray
    usage: torch.Tensor
    loss_near: object = None
    lipschitz: float = None
