"""An activation with a learned threshold for each atom."""

import torch

from benchmark_utils.coding.activations import Activation


class JumpReLU(Activation):
    """``a`` where it exceeds a threshold θ of the atom, and zero elsewhere.

    The loss has no gradient with respect to the threshold. A straight-through estimate
    replaces it: a rectangle around the threshold. The penalty is ``½ s² (l0/k - 1)²``,
    where l0 is the mean number of non-zero codes of a signal. The published constants
    are for signals whose mean squared norm is 1. So they are multiplied by s or s².

    Parameters
    ----------
    k : int
    width : float
        Width of the rectangle, over s.
    first : float
        Initial threshold, over s.
    unit : float
        s, the root of the mean squared norm of the signals.

    References
    ----------
    S. Rajamanoharan et al., "Jumping ahead: improving reconstruction fidelity with
    JumpReLU sparse autoencoders", 2024. The penalty towards k is in their appendix.
    """

    def __init__(self, k, width=1e-3, first=1e-3, unit=1.0):
        self.k, self.width, self.first = k, unit * width, unit * first
        self.unit = unit

    def start(self, n_atoms, like):
        """The thresholds, shape (n_atoms,)."""
        return [like.new_full((n_atoms,), self.first)]

    def code(self, a, params):
        """See :class:`Activation`."""
        return Jump.apply(torch.relu(a), params[0], self.width)

    def penalty(self, a, z, params):
        """``½ s² (l0/k - 1)²``."""
        l0 = Step.apply(torch.relu(a), params[0], self.width).sum() / len(a)
        return self.unit**2 * (l0 / self.k - 1) ** 2 / 2


class Step(torch.autograd.Function):
    """``1[a > θ]``. Its derivative in θ is ``-1/width`` where ``|a - θ| < width/2``."""

    @staticmethod
    def forward(ctx, a, threshold, width):
        ctx.save_for_backward(a, threshold)
        ctx.width = width
        return (a > threshold).to(a.dtype)

    @staticmethod
    def backward(ctx, grad):
        a, threshold = ctx.saved_tensors
        near = (a - threshold).abs() < ctx.width / 2
        return None, -(near * grad).sum(0) / ctx.width, None


class Jump(torch.autograd.Function):
    """``a 1[a > θ]``. Its derivative in θ is ``-θ/width`` where `Step` has one."""

    @staticmethod
    def forward(ctx, a, threshold, width):
        ctx.save_for_backward(a, threshold)
        ctx.width = width
        return a * (a > threshold)

    @staticmethod
    def backward(ctx, grad):
        a, threshold = ctx.saved_tensors
        near = (a - threshold).abs() < ctx.width / 2
        to_threshold = -(near * grad).sum(0) * threshold / ctx.width
        return grad * (a > threshold), to_threshold, None
