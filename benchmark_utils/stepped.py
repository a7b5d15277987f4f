"""What solvers of both benchmarks share with benchopt."""

from benchopt import BaseSolver
from benchopt.stopping_criterion import NoCriterion

from benchmark_utils.caching.machine import device
from benchmark_utils.component import Component


class SteppedSolver(Component, BaseSolver):
    """A method that is stepped, and evaluated on its way without being restarted."""

    sampling_strategy = "callback"
    # Curves are not monotone: a method is over when it says so, or when --max-runs or
    # --timeout is reached.
    stopping_criterion = NoCriterion(strategy="callback")

    def depends_on(self):
        hardware = device(getattr(self, "device", "cpu"))
        return {**super().depends_on(), "device": hardware}

    def set_objective(self, **objective):
        for key, value in objective.items():
            setattr(self, key, value)
