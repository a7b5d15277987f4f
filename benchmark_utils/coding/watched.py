"""Codes that are good enough to fit atoms to, as cheaply as possible.

A block step fits the atoms to the codes exactly. If the codes are far from their
minimum, the atoms move to where the next codes are farther still. So with too few
layers, learning gets worse as it runs.
"""

import torch

from benchmark_utils.coding.certificate import duality_gap
from benchmark_utils.coding.encoder import Encoder
from benchmark_utils.coding.splitting import Ridges, Splitting

SAMPLE = 64  # signals of a batch whose gap is computed
CHECK_EVERY = 10  # steps between two checks of the gap. They then cost next to nothing
SETTLING = 10  # steps, about, over which densities are averaged
MAX_ROUNDS = 40  # rounds of ADMM
# Largest gap over loss at the first step and in the end. Poor atoms need no precision.
LOOSE, TIGHT, N_STEPS = 0.5, 0.1, 200


class Watched(Encoder):
    """Codes of dense dictionaries by a network or greedy descent, with a check of them.

    Every few steps, the duality gap of some signals is computed. Once it is too large,
    :class:`SplitCodes` computes all further codes: it iterates until the gap is small
    enough. For convolutions, use :class:`.deepening.Deepening`.

    Parameters
    ----------
    network : Unrolled or Growing
    greedy : GreedyDescent or None
        Computes the codes instead of the network, until they are too dense for it.
    densest : float
        Share of non-zero codes above which the network replaces greedy descent.
    """

    def __init__(self, network, greedy=None, densest=1.0):
        self.network, self.lmbd, self.positive = network, network.lmbd, network.positive
        self.greedy, self.densest = greedy, densest
        self.careful, self._density = None, 0.0

    def codes(self, dictionary, X, step=0):
        """Codes that are good enough for a step; see :class:`Encoder`."""
        tol = max(TIGHT, LOOSE / (1 + step / N_STEPS))
        if not self.careful:
            Z = (self.greedy or self.network).codes(dictionary, X, step)
            if step % CHECK_EVERY:
                return Z
            if relative_gap(self, dictionary, X, Z) <= tol:
                return Z
            self.careful, self.dense = SplitCodes(self.lmbd, self.positive), True
        return self.careful.codes(dictionary, X, tol)

    def full_codes(self, dictionary, X, step=0):
        """Codes by the method that codes batches at present. The gap is not checked."""
        if self.careful:
            return self.careful.codes(dictionary, X, TIGHT)
        return (self.greedy or self.network).codes(dictionary, X, step)

    def at(self, step):
        """The layers of the network at a step."""
        return self.network.at(step)

    def observe(self, density):
        """Replace greedy descent by the network if the codes are too dense for it."""
        # Codes of the first, poor atoms may be denser than those that follow.
        self._density += (density - self._density) / SETTLING
        if self._density > self.densest:
            self.greedy = None


class SplitCodes:
    """Codes of dense dictionaries by ADMM, to a given duality gap.

    An iteration costs as much as a layer. If G is ill-conditioned, 30 iterations are as
    good as hundreds of layers.

    Parameters
    ----------
    lmbd : float
    positive : bool
    """

    def __init__(self, lmbd, positive):
        self.lmbd, self.positive = lmbd, positive

    def codes(self, dictionary, X, tol):
        """Codes whose relative gap is at most about ``tol``."""
        ridges = Ridges(dictionary.gram(X).matrix)
        parts = [self._split(dictionary, x, ridges, tol) for x in dictionary.blocks(X)]
        return torch.cat(parts)

    def _split(self, dictionary, X, ridges, tol):
        b = dictionary.correlate(X)
        start = torch.zeros_like(b)
        state = Splitting(ridges, start, b, self.lmbd, self.positive)
        for _ in range(MAX_ROUNDS):
            for _ in range(state.check_every):
                state.advance()
            if relative_gap(self, dictionary, X, state.x) <= tol:
                break
        return state.x


def relative_gap(encoder, dictionary, X, Z):
    """Duality gap over loss, for a sample of signals from the whole batch (float)."""
    sample = slice(None, None, max(1, len(X) // SAMPLE))
    values, gaps = duality_gap(
        dictionary, X[sample], Z[sample], encoder.lmbd, encoder.positive
    )
    return (gaps.sum() / values.sum().clamp_min(1e-30)).item()
