"""The proximal operator of the l1 norm, in place, with or without ``z >= 0``."""

import torch


def shrink_(w, threshold, positive=False):
    """Soft-threshold ``w`` in place.

    Parameters
    ----------
    w : Tensor
    threshold : float or Tensor without dimensions
        Non-negative. A tensor, so that a recorded graph can have other thresholds.
    positive : bool
        Whether negative values are cut as well, the prox of ``λz`` on z >= 0.

    Returns
    -------
    w : Tensor
        The same tensor.
    """
    if positive:
        return w.sub_(threshold).clamp_(min=0)
    if isinstance(threshold, torch.Tensor):
        return w.sub_(w.clamp(-threshold, threshold))
    return torch.ops.aten.softshrink.out(w, threshold, out=w)


def shrink_backward(grad, shrunk, out):
    """Pass ``grad`` where ``shrunk`` is not zero, into ``out`` (Lemma C.1)."""
    return torch.ops.aten.softshrink_backward.grad_input(
        grad, shrunk, 0.0, grad_input=out
    )
