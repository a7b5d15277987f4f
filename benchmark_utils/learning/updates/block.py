"""Atoms are moved to the minimum for the codes of present and past batches."""

from math import prod

from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learning.updates.update import Advance, Update


class BlockUpdate(Update):
    """Codes of a mini-batch, then block-coordinate descent on their statistics.

    This is online dictionary learning (Mairal et al., 2010) with any encoder, any
    parametrisation and a shorter memory, because codes of old batches are codes of
    poorer dictionaries. There is no line search, and no loss is computed.

    Parameters
    ----------
    rho : float
        Before step t, the statistics of the past are weighted by ``(1 - 1/t)**r``. So
        about the last t/r batches count. r is ``rho`` times the share of the signals
        that an atom covers. This share is that of its non-zero codes, times the length
        of an atom with shifts, and at most 1. Mairal et al. (§3.4.1) have a fixed r.
        With 0 all batches count alike, and with infinity only the batch of the step.
    renewed : float
        Share of the signals that a step codes anew. Past codes of these signals would
        hold the atoms back. So the past has at most the weight ``1 - renewed``. With 0
        there is no limit.
    relaxation : float
        Scales the step: 1 lands on the minimum for these codes, and more overshoots it.
        This helps because codes will follow the atoms.
    n_passes : int
        Passes over the atoms at each step.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    def __init__(self, rho=500, relaxation=1.0, n_passes=1, renewed=0.0):
        if not rho >= 0 or not 0 < relaxation <= 2 or n_passes < 1:
            raise ValueError(
                "rho must be at least 0, relaxation in (0, 2] and n_passes at least 1, "
                f"got {rho}, {relaxation} and {n_passes}."
            )
        if not 0 <= renewed <= 1:
            raise ValueError(f"renewed must be in [0, 1], got {renewed}.")
        self.rho, self.relaxation, self.n_passes = rho, relaxation, n_passes
        self.renewed, self.past = renewed, None

    def advance(self, dictionary, encoder, X, step):
        """One step of the atoms; see :class:`Update`."""
        Z = encoder.codes(dictionary, X, step)
        statistics = dictionary.statistics(X, Z)
        density = statistics.usage.sum().item() / Z.numel()
        encoder.observe(density)
        memory = self._memory(density, prod(dictionary.atom_support), step)
        self.past = statistics.remembering(self.past, memory)
        return Advance(self._moved(dictionary), encoder, statistics.usage)

    def _memory(self, density, atom_length, step):
        """Weight of the past. Without any codes, all of it is kept."""
        # Where activations overlap, atoms must not follow the noise of one batch.
        covered = min(1.0, density * atom_length)
        rate = self.rho * covered if covered else 0.0
        return min((1 - 1 / (step + 1)) ** rate, 1 - self.renewed)

    def _moved(self, dictionary):
        """Move to the minimum for the codes, or beyond."""
        past = self.past.to("cpu")
        minimum = start = dictionary.to("cpu")
        for _ in range(self.n_passes):
            minimum = minimum.block_descended(past)
        pairs = zip(start.params, minimum.params, strict=True)
        params = [unit_rows(p.lerp(q, self.relaxation)) for p, q in pairs]
        return minimum.with_params(params).to(dictionary.params[0].device)
