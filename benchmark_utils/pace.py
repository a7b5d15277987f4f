"""The steps at which a run with a deadline is evaluated."""

import math
import time

GROWTH = 1.25  # smallest factor between the steps that are evaluated
SHARE = 0.5  # largest share of the time until the deadline for evaluations


def spaced(n_steps, growth=GROWTH):
    """The step to evaluate after step ``n_steps``: 0, 1, 2, 3, 4, 5, 7, 9 …"""
    return max(n_steps + 1, math.ceil(growth * n_steps))


class Pace:
    """Spaces evaluations so that they take at most half of the time.

    Steps between evaluations grow by a factor of 1.25, or by more if the evaluations up
    to the deadline would take more than half of the time. The last evaluation begins in
    time to end at about the deadline.

    Parameters
    ----------
    deadline : float
        In seconds of ``clock``.
    clock : callable

    Attributes
    ----------
    is_last : bool
        Whether the evaluation that is due is the last one.
    """

    def __init__(self, deadline, clock=time.time):
        self.deadline, self.clock = deadline, clock
        self.budget = SHARE * (deadline - clock())
        self._n_evaluated, self._costs, self._go_on = None, [], None
        self.is_last = False

    def due(self, n_steps):
        """Whether to evaluate now, after ``n_steps`` steps."""
        if self._n_evaluated is None:
            return True
        if n_steps == self._n_evaluated:
            return False
        now = self.clock()
        step = (now - self._go_on) / (n_steps - self._n_evaluated)
        self.is_last = self._is_end(now + step / 2)
        if self.is_last:
            return True
        if n_steps < spaced(self._n_evaluated):
            return False
        # No evaluation now if there is no time left for a step and the last one.
        if now + 2 * self._cost + step > self.deadline:
            return False
        return n_steps >= self._next(n_steps, now, step)

    def evaluated(self, n_steps, seconds):
        """Take note of an evaluation after ``n_steps`` steps, and of its duration."""
        self._n_evaluated, self._go_on = n_steps, self.clock()
        self._costs.append(seconds)

    @property
    def _cost(self):
        """Expected duration of an evaluation, in seconds."""
        return max(self._costs[-2:])

    def _is_end(self, now):
        # If an evaluation takes most of the time, steps get half of what is left.
        left = self.deadline - self._go_on
        return now >= self.deadline - min(self._cost, left / 2)

    def _next(self, n_steps, now, step):
        budget = self.budget - sum(self._costs) - self._cost  # the last one is reserved
        n_more = max(0, math.floor(budget / max(self._cost, 1e-9)))
        n_end = n_steps + max(0, self.deadline - now - max(0, budget)) / max(step, 1e-9)
        first = max(1, self._n_evaluated)
        growth = max(GROWTH, (n_end / first) ** (1 / (n_more + 1)))
        return math.ceil(growth * first) - (self._n_evaluated == 0)
