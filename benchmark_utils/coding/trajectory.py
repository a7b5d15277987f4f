"""The codes of N layers of (F)ISTA, and the reverse pass through the layers."""

from dataclasses import dataclass
from itertools import zip_longest
from math import ceil, sqrt

import torch

from benchmark_utils.coding.shrinkage import shrink_, shrink_backward


@dataclass
class Sensitivities:
    """State of the reverse recursion. Each layer overwrites it.

    Attributes
    ----------
    x_bar, z_bar_next : Tensor, the shape of codes
        Sensitivities of the loss to ``x_{k+1}`` and to ``z_{k+1}``.
    A : Tensor, the shape of codes
    M : Tensor
    step_grads : Tensor of float64, shape (n_layers,)
        The results of :meth:`Trajectory.reverse`, summed over the layers so far.
    with_steps : bool
        Whether ``step_grads`` is computed.
    a, z, z_bar : Tensor, the shape of codes
        Buffers of one layer.
    """

    x_bar: torch.Tensor
    z_bar_next: torch.Tensor
    A: torch.Tensor
    M: torch.Tensor
    step_grads: torch.Tensor
    with_steps: bool
    a: torch.Tensor
    z: torch.Tensor
    z_bar: torch.Tensor


class Trajectory:
    """Codes ``x_0 = 0, …, x_N`` of one block of signals.

    The codes of the last K layers are kept. With checkpoints, only the two codes that
    start each of √K segments are kept, to save memory. The reverse pass then computes
    the codes of each segment again, the same bit for bit.

    Parameters
    ----------
    network : Unrolled
        Its momenta, threshold and buffers, and whether it sets checkpoints.
    gram : Gram
    b : Tensor, shape (n_signals, n_atoms, ...)
        ``Dᵀx``.
    steps : list of float, length n_layers
    depth : int
        K: the codes of the last K layers are kept.
    """

    def __init__(self, network, gram, b, steps, depth):
        self.network, self.gram, self.b, self.steps = network, gram, b, steps
        self.n_layers, self.first = len(steps), len(steps) - depth
        length = ceil(sqrt(depth)) if network.checkpoint else max(depth, 1)
        starts = range(self.first, self.n_layers, max(length, 1))
        segments = [(k, min(k + length, self.n_layers)) for k in starts]
        buffers = network.workspace.buffers
        # The code x_k is at k % len(ring).
        self.ring = buffers("ring", b, length + 2 if depth else 2)
        (self.z,) = buffers("z", b, 1)
        # The last segment is in the ring when the forward pass ends.
        saved = buffers("saved", b, 2 * len(segments[1:]))
        pairs = zip(saved[::2], saved[1::2], strict=True)
        self.segments = list(zip_longest(segments, pairs))

    def __getitem__(self, k):
        """The code ``x_k``, as long as it is kept."""
        return self.ring[k % len(self.ring)]

    def run(self):
        """Run all layers; returns ``x_N``, which is a proximal point."""
        self[0].zero_()
        self._advance(0, self.first)
        for (start, stop), saved in self.segments:
            if saved:
                saved[0].copy_(self[start - 1])
                saved[1].copy_(self[start])
            self._advance(start, stop)
        return self[self.n_layers]

    def reverse(self, M, with_steps):
        """Reverse recursion over the last K layers (design: unrolled gradient).

        x̄ and z̄ are the sensitivities of the loss to x and z. With
        a_k = 1[x_{k+1} ≠ 0] x̄_{k+1}, the recursion is z̄_k = a_k - s_k G a_k and
        x̄_k = (1 + m_{k-1}) z̄_k - m_k z̄_{k+1}.

        Parameters
        ----------
        M : Tensor or None
            The statistic of the blocks before.
        with_steps : bool
            Whether to compute the gradient with respect to the steps.

        Returns
        -------
        A, M : Tensor
            Statistics. The gradient with respect to D is that of
            ``⟨A, b(D)⟩ + gram.form(M, D)``. M includes the one that was given.
        step_grads : Tensor, shape (n_layers,)
        """
        at = self._end(M, with_steps)
        for (start, stop), saved in reversed(self.segments):
            if saved:
                self._restore(start, saved)
                self._advance(start, stop)
            self._retreat(start, stop, at)
        return at.A, at.M, at.step_grads

    def _end(self, M, with_steps):
        """The sensitivities after the last layer, which are those of the loss."""
        Z, b = self[self.n_layers], self.b
        M = self.gram.cross(Z, Z, 0.5, out=M)
        step_grads = torch.zeros(self.n_layers, dtype=torch.float64, device=b.device)
        buffers = self.network.workspace.buffers("reverse", b, 6)
        A, a, z, x_bar, z_bar, z_bar_next = buffers
        torch.neg(Z, out=A)
        z_bar_next.zero_()
        if self.first < self.n_layers:
            torch.sub(self.gram.apply(Z), b, out=x_bar)
            x_bar.add_(Z.sign(), alpha=self.network.outer_lmbd)
        return Sensitivities(
            x_bar, z_bar_next, A, M, step_grads, with_steps, a, z, z_bar
        )

    def _restore(self, start, saved):
        """Put back the two codes that were saved before layer ``start``."""
        self[start - 1].copy_(saved[0])
        self[start].copy_(saved[1])

    def _advance(self, start, stop):
        """Run layers ``start`` to ``stop - 1``."""
        for k in range(start, stop):
            self._forward(k)

    def _retreat(self, start, stop, at):
        """Go back from layer ``stop - 1`` to ``start``. Their codes are in the ring."""
        for k in range(stop - 1, start - 1, -1):
            self._backward(k, at)
            if at.with_steps:
                # On the support x_{k+1} = w_k - s_k λ sign(x_{k+1}), so the derivative
                # ⟨a_k, b - G z_k - λ sign⟩ needs no further product with G.
                torch.sub(self[k + 1], at.z, out=at.z)
                grad = at.a.mul_(at.z).sum(dtype=torch.float64) / self.steps[k]
                at.step_grads[k] = grad

    def _forward(self, k):
        """Compute ``x_{k+1}`` from ``x_{k-1}`` and ``x_k``."""
        step, new = self.steps[k], self[k + 1]
        if k == 0:
            torch.mul(self.b, step, out=new)  # z_0 = 0
        else:
            torch.lerp(self[k - 1], self[k], 1 + self._momentum(k), out=self.z)
            self.gram.descend(self.z, self.b, step, out=new)
        shrink_(new, step * self.network.lmbd, self.network.positive)

    def _backward(self, k, at):
        """Add the terms of layer k to the sums; compute the sensitivity to ``x_k``."""
        step, before = self.steps[k], self._momentum(k)
        shrink_backward(at.x_bar, self[k + 1], out=at.a)
        at.A.add_(at.a, alpha=step)
        torch.lerp(self[max(k - 1, 0)], self[k], 1 + before, out=at.z)
        wanted = at.z_bar if k > self.first else None
        self.gram.reverse(at.a, at.z, step, at.M, out=wanted)
        if k > self.first:
            torch.mul(at.z_bar, 1 + before, out=at.x_bar)
            at.x_bar.sub_(at.z_bar_next, alpha=self.network.momenta[k])
            at.z_bar, at.z_bar_next = at.z_bar_next, at.z_bar

    def _momentum(self, k):
        """The momentum with which codes are extrapolated before layer k."""
        return self.network.momenta[k - 1] if k else 0.0
