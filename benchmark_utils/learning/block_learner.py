"""Stochastic alternating minimisation with exact dictionary steps, atom by atom."""

from math import prod

from benchmark_utils.coding.encoder import Encoder
from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learning.learner import Learner


class BlockLearner(Learner):
    """Codes of a mini-batch, then block-coordinate descent on their statistics.

    As online dictionary learning (Mairal et al., 2010), but with N layers of FISTA for
    the codes, or greedy coordinate descent where few are not zero, any parametrisation,
    a shorter memory, for the statistics of old batches are those of poorer
    dictionaries, and momentum, for a minimum is that of the codes as they are, and they
    will follow the atoms. There is no line search, and no loss is computed.

    Parameters
    ----------
    dictionary, network, batches
        See :class:`Learner`; ``network.backprop_depth`` is of no effect.
    rho : float
        Before step t the statistics of the past are weighted by ``(1 - 1/t)**r`` with
        r = ``rho`` times how much of the signals an atom covers: the share of its codes
        that are not zero, times its length where it has shifts (Mairal et al., §3.4.1,
        have r fixed). About the last t/r batches count, the more the less each says
        of an atom. Infinite for the batch of the step alone, 0 for all alike. A batch
        that is all of the data needs no past.
    relaxation : float
        How much of the way to the minimum is gone, and for the same reason as momentum
        beyond it (1 stops there).
    n_passes : int
        Passes over the atoms at each step.
    encoder : Encoder or None
        Where the codes of a batch come from; None for the default one.
    **options
        Further keywords of :class:`Learner`: ``n_epochs``, ``replacement``,
        ``growth``, ``momentum``, ``averaging``.

    Raises
    ------
    ValueError
        If a parameter is out of its range, or waveforms have a window.
    """

    def __init__(
        self,
        dictionary,
        *args,
        rho=500,
        relaxation=1.0,
        n_passes=1,
        encoder=None,
        **options,
    ):
        check_steps(rho, relaxation, n_passes)
        if getattr(dictionary, "taper", None) is not None:
            raise ValueError(
                "Block-coordinate descent would undo the window of the waveforms: use "
                "window=False."
            )
        super().__init__(dictionary, *args, **options)
        self.rho, self.relaxation, self.n_passes = rho, relaxation, n_passes
        self.encoder = encoder or Encoder()
        self._past = None

    def _update(self, X):
        Z = self.encoder.codes(self.network, self.dictionary, X, self.n_steps)
        self.n_evaluations += 1
        statistics = self.dictionary.statistics(X, Z)
        density = statistics.usage.sum().item() / Z.numel()
        self.encoder.observe(density)
        self._past = statistics.remembering(self._past, self._memory(density))
        self._move()
        if self.replacement:
            self.replacement.count(statistics.usage, self.batches.coverage)
        return self.loss, self.loss

    def _memory(self, density):
        """Weight of the past: none where a batch is all of the data.

        Without any codes, all of the past is kept.
        """
        if self.batches.whole:
            return 0.0
        length = prod(self.dictionary.atom_support)
        rate = self.rho * density * length if density else 0.0
        return (1 - 1 / (self.n_steps + 1)) ** rate

    def _move(self):
        """To the minimum for the codes, and beyond."""
        minimum = self.dictionary
        for _ in range(self.n_passes):
            minimum = minimum.block_descended(self._past)
        pairs = zip(self.dictionary.params, minimum.params, strict=True)
        params = [unit_rows(p.lerp(q, self.relaxation)) for p, q in pairs]
        self.dictionary = minimum.with_params(params)


def check_steps(rho, relaxation, n_passes):
    """Raise a ValueError if one of the parameters is out of its range."""
    if not rho >= 0 or not 0 < relaxation <= 2 or n_passes < 1:
        raise ValueError(
            "rho must be at least 0, relaxation in (0, 2] and n_passes at least 1, got "
            f"{rho}, {relaxation} and {n_passes}."
        )
