"""Alternating minimisation whose steps are judged by the codes as they are."""

from functools import reduce
from operator import add

from benchmark_utils.coding.unrolled import Gradient, Unrolled, total


class FixedCodes(Unrolled):
    """N layers of (F)ISTA whose line search holds the codes of the gradient fixed.

    The loss is then a quadratic in D of which the statistics are known: a trial costs
    no pass through the network, which is nearly half of a step. For few long signals
    and convolutional atoms, the statistics take longer than such a pass, and more
    memory.

    Parameters
    ----------
    **options
        See :class:`Unrolled`; ``backprop_depth`` is 0.

    Raises
    ------
    ValueError
        If there are layers to back-propagate through.
    """

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.backprop_depth:
            raise ValueError(
                "fixed_codes is alternating minimisation: use backprop_depth=0, got "
                f"{self.backprop_depth}."
            )

    def gradient(self, dictionary, X, with_steps=False):
        """As that of :class:`Unrolled` for K = 0, with ``loss_near`` besides."""
        if with_steps:
            return super().gradient(dictionary, X, with_steps)

        def known(x, z):
            # In float64: trials tell apart what differs little.
            rest = total(x.square().flatten(1)) / 2 + self.outer_lmbd * total(
                z.abs().flatten(1)
            )
            return dictionary.statistics(x, z).double(), rest

        parts = zip(*self._map(dictionary, X, known), strict=True)
        statistics, rest = (reduce(add, part) for part in parts)

        def quadratic(d):
            return d.with_params([p.double() for p in d.params]).quadratic(statistics)

        def loss_near(d):
            return (rest + quadratic(d)).item()

        grads = dictionary.gradient(quadratic)
        return Gradient(loss_near(dictionary), grads, None, statistics.usage, loss_near)
