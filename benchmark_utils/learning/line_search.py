"""Lengths of steps on the sphere: Armijo line search, or given turns."""

import math
from copy import copy

COLLAPSE = 1e-3  # share of the longest step so far. A step below it is no progress


class NormalisedSteps:
    """Steps with a given turn, which decays. No step is tried or rejected.

    A step turns the atom that moves most by ``atan(max_turn)``, for any scale of the
    signals. Its length is ``max_turn / max_k ‖g_k‖``, but at most ``growth`` times the
    last length, because a small batch may have a small gradient by chance. As long as
    :class:`LineSearch` rejects nothing, its steps are the same. But each of its trials
    costs a pass through the network.

    Parameters
    ----------
    growth : float
        Limit on the length of a step, in units of the last one.
    decay : float
        Factor on the turn at the end of each epoch.
    max_turn : float
        Turn of the first epoch, as a tangent: 0.3 is 17 degrees.
    """

    n_searches = n_rejections = 0
    collapsed = False

    def __init__(self, growth=1.2, decay=1.0, max_turn=0.3):
        self.growth, self.decay, self.max_turn = growth, decay, max_turn
        self.step = math.inf

    def search(self, loss, steepest, trial):
        """The candidate of the next step, without trials: see :class:`LineSearch`."""
        if not 0 < steepest < math.inf:
            return None
        self.step = min(self.growth * self.step, self.max_turn / steepest)
        return trial(self.step)[0]

    def end_epoch(self):
        """Make the turn smaller."""
        self.max_turn *= self.decay


class LineSearch:
    """Backtracking until the loss decreases by a fraction of the predicted decrease.

    On the loss of all signals, this is the usual line search. On the loss of a
    mini-batch, it is the stochastic line search of Vaswani et al. (2019): the longest
    allowed step decays at the end of each epoch. The length of a step is measured by
    the turn of the atom that moves most. A step of length ``turn / max_k ‖g_k‖`` turns
    it by ``atan(turn)``, for any scale of the signals.

    With turns of up to 0.3 on mini-batches, almost no trial is rejected. Each step is
    then the longest allowed one. :class:`NormalisedSteps` takes the same steps without
    trials.

    Parameters
    ----------
    growth : float
        Reset rule: a search starts at ``growth`` times the step last accepted
        (option 2 of Vaswani et al.; ``math.inf`` is option 1, the longest step).
    decay : float
        Factor on the longest turn at the end of each epoch.
    max_turn : float
        Longest turn at first, as a tangent. 0.3 is 17 degrees.
    sufficient : float
        Armijo constant: the required fraction of the predicted decrease.
    shrink : float
        Factor on the step after a rejection.
    max_trials : int
        Rejections after which there is no step.

    Attributes
    ----------
    n_searches, n_rejections : int
        Numbers of searches along a gradient, and of rejected trials.
    longest : float
        Longest step that was accepted so far.
    collapsed : bool
        Whether the last search found no step, or a step that is below a thousandth of
        the longest one. Then the gradient does not say how the loss changes.
    """

    def __init__(
        self,
        growth=1.2,
        decay=1.0,
        max_turn=0.3,
        sufficient=0.1,
        shrink=0.5,
        max_trials=20,
    ):
        self.growth, self.decay, self.max_turn = growth, decay, max_turn
        self.sufficient, self.shrink, self.max_trials = sufficient, shrink, max_trials
        self.step = math.inf
        self.n_searches = self.n_rejections = 0
        self.longest, self.collapsed = 0.0, False

    def search(self, loss, steepest, trial):
        """The first candidate that decreases the loss enough.

        Parameters
        ----------
        loss : float
            Loss at the point of the gradient.
        steepest : float
            Norm of the gradient of the parameter row that moves most.
        trial : callable, step -> (candidate, measure)
            The candidate after a step, of any type. ``measure()`` returns its loss, and
            the decrease that the gradient predicts for the actual move (after
            projection).

        Returns
        -------
        candidate : object or None
            None if no step was accepted. The next search then starts at the same step.
        """
        self.collapsed = False
        if not steepest > 0:
            return None
        step = min(self.growth * self.step, self.max_turn / steepest)
        self.n_searches += 1
        for _ in range(self.max_trials):
            candidate, measure = trial(step)
            new_loss, predicted = measure()
            # A loss that is not finite fails the comparison, so it is rejected.
            if new_loss <= loss - self.sufficient * predicted and new_loss < loss:
                self.step, self.longest = step, max(step, self.longest)
                self.collapsed = step < COLLAPSE * self.longest
                return candidate
            self.n_rejections += 1
            step *= self.shrink
        self.collapsed = True
        return None

    def restarted(self):
        """The same search, which starts at the longest step so far."""
        twin = copy(self)
        twin.step = self.longest or math.inf
        return twin

    def end_epoch(self):
        """Make the longest turn smaller."""
        self.max_turn *= self.decay
