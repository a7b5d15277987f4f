"""Alternating minimisation whose line search does not compute new codes."""

from functools import reduce
from operator import add

from benchmark_utils.coding.gradient import Gradient
from benchmark_utils.coding.unrolled import Unrolled, total


class FixedCodes(Unrolled):
    """N layers of (F)ISTA whose line search holds the codes of the gradient fixed.

    With fixed codes, the loss is a quadratic in D whose statistics are known. So a
    trial needs no pass through the network, which takes nearly half of a step. For a
    few long signals and convolutional atoms, the statistics take longer than such a
    pass, and more memory.

    Parameters
    ----------
    **options
        See :class:`Unrolled`. ``backprop_depth`` must be 0.

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
        """The gradient of :class:`Unrolled` for K = 0, together with ``loss_near``."""
        if with_steps:
            return super().gradient(dictionary, X, with_steps)

        def known(x, z):
            # In float64, because the losses of trials differ little.
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
