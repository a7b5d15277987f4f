"""Bases of the solvers of both benchmarks: stepping without restarts, and its pace."""

import time
import warnings

from benchopt import BaseSolver
from benchopt.stopping_criterion import NoCriterion

from benchmark_utils.caching.machine import device
from benchmark_utils.component import Component
from benchmark_utils.pace import Pace, spaced

NEVER = 10**12  # steps. The pace decides before


class SteppedSolver(Component, BaseSolver):
    """A method that takes steps and is evaluated between them, without a restart."""

    sampling_strategy = "callback"
    # Curves are not monotone. So a method ends when it says so, or when --max-runs or
    # --timeout is reached.
    stopping_criterion = NoCriterion(strategy="callback")

    def depends_on(self):
        hardware = device(getattr(self, "device", "cpu"))
        return {**super().depends_on(), "device": hardware}

    def set_objective(self, **objective):
        for key, value in objective.items():
            setattr(self, key, value)


class PacedSolver(SteppedSolver):
    """A method whose evaluations are spaced by their cost, or by a fixed factor.

    Attributes
    ----------
    step_growth : float or None
        Factor between the steps that are evaluated. With None, it is 1.25. If the run
        has a deadline, it may be larger, so that evaluations take at most half of the
        time (:class:`Pace`). The last one then ends at the deadline.
    """

    step_growth = None
    _pace = None

    def get_next(self, stop_val):
        """The next step to evaluate."""
        if self._pace is not None:
            return NEVER
        return spaced(stop_val, *filter(None, [self.step_growth]))

    def begin(self, cb):
        """Begin a run: read its deadline from benchopt's callback."""
        deadline = getattr(getattr(cb, "stopping_criterion", None), "_deadline", None)
        paced = deadline is not None and not self.step_growth
        self._pace = Pace(deadline) if paced else None

    def call(self, cb):
        """Call benchopt's callback, which evaluates if an evaluation is due."""
        if self._pace is None:
            return cb()
        n_steps = cb.it
        due = self._pace.due(n_steps)
        if due:
            cb.next_stopval = n_steps
            if self._pace.is_last:  # it may end a little before the deadline
                cb.stopping_criterion._deadline = time.time()
        start = time.time()
        going = cb()
        if due:
            self._pace.evaluated(n_steps, time.time() - start)
        return going

    def end(self, cb):
        """End a run: warn if it ended before its first step."""
        self._pace = None
        if self.n_steps == 0 and getattr(cb, "status", None) in REASONS:
            reason, remedy = REASONS[cb.status]
            warnings.warn(
                f"{self} took no step: {reason}. What it shows is the initial "
                f"dictionary. {remedy}",
                stacklevel=2,
            )


REASONS = {
    "timeout": (
        "its time was over after the evaluation of the initial dictionary",
        "Give it more time: --timeout, in seconds.",
    ),
    "max_runs": (
        "no evaluation was allowed but that of the initial dictionary",
        "Allow more evaluations: --max-runs (-n).",
    ),
}
