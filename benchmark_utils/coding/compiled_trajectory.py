"""Layers whose passes over codes are compiled, for a Gram on spectra of 1-D codes."""

from math import inf

from benchmark_utils.coding.trajectory import Trajectory
from benchmark_utils.compiled import codes


class CompiledTrajectory(Trajectory):
    """The layers of :class:`Trajectory`, with compiled passes around the products.

    One pass stands before each product with ``G`` and one after it. The passes write
    extrapolated codes, and sensitivities cut to the support, directly into the input of
    the FFT.

    Parameters
    ----------
    network, b, steps, depth
        See :class:`Trajectory`.
    gram : CompiledRankOneGram
    """

    def __init__(self, network, gram, b, steps, depth):
        super().__init__(network, gram, b.contiguous(), steps, depth)
        self.scalar = b.numpy().dtype.type

    def _restore(self, start, saved):
        super()._restore(start, saved)
        if start:
            self._extrapolated(start)  # the layer before would have left it there

    def _forward(self, k):
        if k == 0:
            super()._forward(k)
            self._extrapolated(1)
            return
        gram, z = self.gram, self.gram.padded(self.b, "z")
        Gz = gram.samples(gram.product(gram.transform(z)))
        step, high = self.steps[k], self.steps[k] * self.network.lmbd
        low = -inf if self.network.positive else -high
        ahead = self[k], self._momentum(k + 1), self[k + 1]
        self._run(codes.descend, z, Gz, self.b, step, low, high, *ahead)

    def _backward(self, k, at):
        gram, step = self.gram, self.steps[k]
        a, z = gram.padded(self.b, "a"), self._extrapolated(k)
        self._run(codes.gate, at.x_bar, self[k + 1], step, at.A, a)
        a_hat = gram.transform(a)
        Ga_hat = gram.product_back(a_hat, gram.transform(z), -step, at.M)
        at.a, at.z = (padded[..., : self.b.shape[2]] for padded in (a, z))
        if k > self.first:
            Ga = gram.samples(Ga_hat)
            weights = step, 1 + self._momentum(k), self.network.momenta[k]
            self._run(codes.sensitivities, a, Ga, *weights, at.z_bar_next, at.x_bar)

    def _extrapolated(self, k):
        z = self.gram.padded(self.b, "z")
        args = self[max(k - 1, 0)], self[k], self._momentum(k), z
        self._run(codes.extrapolate, *args)
        return z

    def _run(self, loop, *args):
        """Call the loop with arrays for tensors, and with scalars of their dtype."""
        loop(*(self.scalar(a) if isinstance(a, float) else a.numpy() for a in args))
