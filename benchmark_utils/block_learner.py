"""Stochastic alternating minimisation with exact dictionary steps, atom by atom."""

import torch

from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learner import Learner
from benchmark_utils.unrolled import usage


class BlockLearner(Learner):
    """Codes of a mini-batch, then block-coordinate descent on their statistics.

    As online dictionary learning (Mairal et al., 2010), but with N layers of FISTA for
    the codes, any parametrisation, and a shorter memory: the statistics of old batches
    are those of poorer dictionaries. There is no line search, and no loss is computed.

    Parameters
    ----------
    dictionary, network, batches
        See :class:`Learner`; ``network.backprop_depth`` is of no effect.
    rho : float
        Before step t the statistics of the past are weighted by ``(1 - 1/t)**rho``
        (Mairal et al., §3.4.1): about the last t/rho batches count. Infinite for the
        batch of the step alone, 0 for all of the past alike.
    relaxation : float
        How far beyond the minimum to go, 1 for not at all. The minimum is that of the
        codes as they are, and they will follow the atoms: with 2 or more, though, even
        codes that do not follow would make the atoms diverge.
    n_passes : int
        Passes over the atoms at each step.
    **options
        Further keywords of :class:`Learner`: ``n_epochs``, ``replacement``.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    def __init__(self, *args, rho=100.0, relaxation=1.5, n_passes=1, **options):
        if not rho >= 0 or not 0 < relaxation < 2 or n_passes < 1:
            raise ValueError(
                "rho must be at least 0, relaxation in (0, 2) and n_passes at least 1, "
                f"got {rho}, {relaxation} and {n_passes}."
            )
        super().__init__(*args, **options)
        self.rho, self.relaxation, self.n_passes = rho, relaxation, n_passes
        self._past = None

    def _update(self, X):
        Z = self.network.codes(self.dictionary, X)
        self.n_evaluations += 1
        weight = (1 - 1 / (self.n_steps + 1)) ** self.rho
        statistics = self.dictionary.statistics(X, Z)
        self._past = statistics.remembering(self._past, weight)
        for _ in range(self.n_passes):
            self._descend_blocks()
        if self.replacement:
            self.replacement.count(usage(Z), self.batches.coverage)
        return self.loss, self.loss

    def _descend_blocks(self):
        minimum = self.dictionary.block_descended(self._past)
        pairs = zip(self.dictionary.params, minimum.params, strict=True)
        params = [unit_rows(torch.lerp(p, q, self.relaxation)) for p, q in pairs]
        self.dictionary = minimum.with_params(params)
