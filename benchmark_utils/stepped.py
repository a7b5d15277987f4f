"""What solvers of both benchmarks share with benchopt."""

from benchopt import BaseSolver
from benchopt.stopping_criterion import NoCriterion

from benchmark_utils.naming import ShortName


class SteppedSolver(ShortName, BaseSolver):
    """A method that is stepped, and evaluated on its way without being restarted."""

    sampling_strategy = "callback"
    # Curves are not monotone: a method is over when it says so, or when --max-runs or
    # --timeout is reached.
    stopping_criterion = NoCriterion(strategy="callback")

    def save_parameters(self, **parameters):
        # benchopt sets a parameter only where there is no attribute of that name, so
        # that a default in a base class would silently win over the user's choice.
        super().save_parameters(**parameters)
        for key, value in self._parameters.items():
            setattr(self, key, value)

    def set_objective(self, **objective):
        for key, value in objective.items():
            setattr(self, key, value)
