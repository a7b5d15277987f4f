"""Block-AM as a benchopt solver: what it chooses by the data."""

import math

import torch

from benchmark_utils.coding.candidates import CandidateDescent
from benchmark_utils.coding.deepening import Deepening
from benchmark_utils.coding.greedy import GreedyDescent
from benchmark_utils.coding.watched import Watched
from benchmark_utils.compiled import has_numba
from benchmark_utils.devices import resolve_device
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.learning.renewal import Renewal
from benchmark_utils.learning.updates.block import BlockUpdate
from benchmark_utils.learning.updates.residual import ResidualUpdate
from benchmark_utils.stochastic_solver import StochasticSolver
from benchmark_utils.threads import one_for_products

if has_numba():
    from benchmark_utils.compiled import dense  # noqa: F401  (compiled before a run)

DENSEST = 1 / 3  # share of non-zero codes above which FISTA is as fast
# Numbers of atoms from which candidates are faster: with few codes a signal, or always.
# Seconds to 90 % by greedy descent and on candidates: 0.06 and 0.16 for 200 atoms, 0.37
# and 0.18 for 500 (k = 10); 4.6 and 10.8 for 500 with denser codes (30, 100 features).
# Of 1000 such atoms neither finds 90 %: 0.1 and 16 % after 40 s.
WIDE, VERY_WIDE = 500, 1000
FEW = 1 / 8  # codes of a signal over the number of atoms, at most
SAMPLE = 64  # signals from which this share is estimated
ATOMS_PER_STEP = 100  # atoms for each step between two searches for duplicates
# A batch of dense signals uses an atom so often on average, between two sizes of the
# batch. With fewer uses, atoms follow its noise (configs/block_am_sweep.yml).
USES = 160
SMALLEST, LARGEST = 1000, 2000
BATCHES = 20  # a batch is larger than the smallest only if there are so many
# Parameters that candidates do not use, and their values if they are not set.
UNUSED = {
    "n_layers": [None],
    "growth_steps": [None],
    "rho": [None],
    "n_passes": [1],
    "n_first_layers": [5],
}


class BlockSolver(StochasticSolver):
    """Base of Block-AM, which chooses coder and values of parameters by the data.

    There are four kinds of data: dense signals, dense signals whose codes are on
    candidates (``wide``), windows of recordings or images, and all of a short one
    (``whole``). Subclasses have the parameters of Block-AM.

    Attributes
    ----------
    best : dict of str to dict
        By kind of data: values of parameters that are None.
    """

    backprop_depth = 0
    best = {}

    def tuned(self, name):
        """The value of a parameter. For None, it is the best one for the data."""
        value = getattr(self, name)
        if value is None and name == "batch_size":
            return self._batch_size()
        return self.best[self.kind()][name] if value is None else value

    def _batch_size(self):
        """The number of signals of a step: more if codes are sparse."""
        if self.kind() != "dense":
            return SMALLEST
        wanted = USES * self.n_atoms / max(self.n_codes(), 1)
        return round(max(SMALLEST, min(wanted, LARGEST, len(self.X) / BATCHES)))

    def kind(self):
        """The name of the tuned settings for the data."""
        if self.wide():
            return "wide"
        if self.model == "dense":
            return "dense"
        return "whole" if self.sees_all(self.X) else "windows"

    def wide(self):
        """Whether codes are on candidates: by choice, or with many atoms, few codes."""
        if self.coder or self.model != "dense" or self.n_atoms < WIDE:
            return self.coder == "candidates"
        few = min(1.5 * self.n_candidates, FEW * self.n_atoms)
        return self.n_atoms >= VERY_WIDE or self.n_codes() <= few

    def n_codes(self):
        """Mean number of codes of a signal at the initial dictionary, up to a limit."""
        if self._n_codes is None:
            self._n_codes = self._count_codes()
        return self._n_codes

    def _count_codes(self):
        X = torch.as_tensor(self.X[:SAMPLE])
        encoder = CandidateDescent(self.lmbd, self.positive, 2 * self.n_candidates)
        codes = encoder.codes(make_dictionary("dense", self.D_init), X)
        return codes.values.count_nonzero().item() / len(X)

    def set_objective(self, **objective):
        self._n_codes = None
        super().set_objective(**objective)

    def depth(self):
        return self.tuned("n_layers")

    def skip(self, model, **objective):
        if self.coder in ("greedy", "candidates") and model != "dense":
            return True, (
                f"coder={self.coder} is for dense data, not {model}: use coder=fista"
            )
        given = [name for name in UNUSED if getattr(self, name) not in UNUSED[name]]
        if self.coder == "candidates" and given:
            return True, (
                f"{given[0]}={getattr(self, given[0])} has no effect on candidates: "
                "leave it out, or use coder=fista"
            )
        skipped, reason = super().skip(model=model, **objective)
        if not skipped and self.coder == "greedy" and not self.on_cpu():
            return True, "coder=greedy is for the CPU: use device=cpu"
        if not skipped and self.coder == "greedy" and not has_numba():
            return True, "coder=greedy needs numba: install it, or use coder=fista"
        return skipped, reason

    def memory(self, n_atoms, **objective):
        # Without candidates: DᵀD, products of codes, now and past, and copies; float32.
        return 0 if self.coder in (None, "candidates") else 4 * 6 * n_atoms**2

    def on_cpu(self):
        return resolve_device(self.device).type == "cpu"

    def greedy(self):
        """The greedy coder, or None if it cannot be used."""
        compiled = self.on_cpu() and has_numba()
        if self.coder == "fista" or self.model != "dense" or not compiled:
            return None
        return GreedyDescent(self.lmbd, positive=self.positive)

    def encoder(self):
        if self.wide():
            return CandidateDescent(self.lmbd, self.positive, self.n_candidates)
        if self.model != "dense":
            return Deepening(super().encoder(), self.tuned("growth_steps"))
        densest = 1.0 if self.coder == "greedy" else DENSEST
        return Watched(super().encoder(), self.greedy(), densest)

    def update(self, batches):
        if self.wide():
            renewal = self.renewal() if self.replace_unused else None
            relaxation = self.tuned("relaxation")
            return ResidualUpdate(relaxation=relaxation, renewal=renewal)
        settings = self.tuned("rho"), self.tuned("relaxation"), self.n_passes
        return BlockUpdate(*settings, renewed=batches.renewed)

    def renewal(self):
        # A search costs n_atoms squared: the more atoms, the more rarely.
        every = max(25, self.n_atoms // ATOMS_PER_STEP)
        return Renewal(self.rng(), every)

    def threads(self):
        """Coding runs on all threads. Small products have one thread."""
        if self.wide():
            return one_for_products(0)  # the threads that code also share the products
        encoder = self.learner.encoder
        sparse = self.model == "dense" and encoder.greedy and not encoder.dense
        if not sparse:
            return one_for_products(math.inf)
        return one_for_products(2 * self.tuned("batch_size") * self.D_init.size)

    def replacement(self):
        # `ResidualUpdate` does the renewal: it knows the past of an atom.
        return None if self.wide() else super().replacement()

    def extra_results(self):
        n_candidates = self.n_candidates if self.wide() else 0
        return {**super().extra_results(), "n_candidates": n_candidates}
