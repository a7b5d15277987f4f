"""The codes that N layers of (F)ISTA go through, kept as the reverse pass asks."""

from itertools import zip_longest
from math import ceil, sqrt

import torch

from benchmark_utils.coding.shrinkage import shrink_


class Trajectory:
    """Codes ``x_0 = 0, …, x_N`` of one block of signals.

    Those of the last K layers are kept. With checkpoints, to save memory, only the two
    that start each of √K segments are, and those within a segment are computed once
    more when the reverse pass comes to it: the same, bit for bit.

    Parameters
    ----------
    network : Unrolled
        Its momenta, threshold and buffers, and whether it sets checkpoints.
    gram : Gram
    b : Tensor, shape (n_signals, n_atoms, ...)
        ``Dᵀx``.
    steps : list of float, length n_layers
    depth : int
        K, for how many of the last layers codes are wanted.
    """

    def __init__(self, network, gram, b, steps, depth):
        self.network, self.gram, self.b, self.steps = network, gram, b, steps
        self.n_layers, self.first = len(steps), len(steps) - depth
        length = ceil(sqrt(depth)) if network.checkpoint else max(depth, 1)
        starts = range(self.first, self.n_layers, max(length, 1))
        segments = [(k, min(k + length, self.n_layers)) for k in starts]
        buffers = network.workspace.buffers
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
        """All layers; returns ``x_N``, a proximal point and not extrapolated."""
        self[0].zero_()
        self._advance(0, self.first)
        for (start, stop), saved in self.segments:
            if saved:
                saved[0].copy_(self[start - 1])
                saved[1].copy_(self[start])
            self._advance(start, stop)
        return self[self.n_layers]

    def backwards(self):
        """K layers, the last one first: k, ``x_{k-1}``, ``x_k``, ``x_{k+1}``.

        For the very first, ``x_{k-1}`` is ``x_0``. Codes are to be left as they are.
        """
        for (start, stop), saved in reversed(self.segments):
            if saved:
                self[start - 1].copy_(saved[0])
                self[start].copy_(saved[1])
                self._advance(start, stop)
            for k in range(stop - 1, start - 1, -1):
                yield k, self[max(k - 1, 0)], self[k], self[k + 1]

    def _advance(self, start, stop):
        """Layers ``start`` to ``stop - 1``."""
        lmbd, positive = self.network.lmbd, self.network.positive
        for k in range(start, stop):
            step, new = self.steps[k], self[k + 1]
            if k == 0:
                torch.mul(self.b, step, out=new)  # z_0 = 0
            else:
                momentum = self.network.momenta[k - 1]
                torch.lerp(self[k - 1], self[k], 1 + momentum, out=self.z)
                self.gram.descend(self.z, self.b, step, out=new)
            shrink_(new, step * lmbd, positive)
