"""Steps of the atoms along their gradient, back-propagated through the encoder."""

import torch

from benchmark_utils.learning.line_search import LineSearch
from benchmark_utils.learning.updates.update import Advance, Update

PROMISE = 1e-3  # share of the loss. A smaller decrease is not worth going on for


class GradientUpdate(Update):
    """A projected gradient step on ``F(Z_N(D), D)``. A search chooses its length.

    The gradient takes the step sizes 1/L of the layers as constants (paper, §3). The
    loss does not: if the atoms become more alike, L increases, N layers get less far,
    and the loss increases although the atoms are better. Then the search rejects all
    steps but the very shortest ones. From there on, trials use the step sizes of the
    gradient, if this decreases the loss by a thousandth or more.

    Parameters
    ----------
    search : LineSearch, NormalisedSteps or None
        None is a line search with its defaults.

    Attributes
    ----------
    held : bool
        Whether trials use the step sizes of the gradient.
    """

    def __init__(self, search=None):
        self.search, self.held = search or LineSearch(), False

    def advance(self, dictionary, encoder, X, step):
        """One step of the atoms; see :class:`Update`."""
        network = encoder.at(step)
        gradient = network.gradient(dictionary, X)
        tangent = dictionary.tangent([g / len(X) for g in gradient.params])
        norms = [g.flatten(1).norm(dim=1).max() for g in tangent]

        def move(length):
            moved = dictionary.moved(tangent, length)
            pairs = zip(tangent, dictionary.params, moved.params, strict=True)
            return moved, network, sum((g * (p - q)).sum() for g, p, q in pairs)

        trials, steepest = Trials(gradient, X, move), torch.stack(norms).max().item()
        trials.held = self.held
        found = trials.best(self.search, steepest)
        if self.search.collapsed and not self.held and gradient.lipschitz:
            found = self._hold(trials, steepest) or found
        return trials.advance(found[0] if found else dictionary, encoder)

    def _hold(self, trials, steepest):
        """Search with the step sizes held. Keep to it if the loss decreases enough."""
        search, last = self.search.restarted(), trials.last
        trials.held = True
        found = trials.best(search, steepest)
        if found and trials.loss - trials.last >= PROMISE * abs(trials.loss):
            self.search, self.held = search, True
            return found
        self.search.n_rejections = search.n_rejections
        self.search.longest = self.search.step  # the next attempt awaits a collapse
        trials.last = last
        return None

    @property
    def collapsed(self):
        return self.search.collapsed

    def end_epoch(self):
        """Shorten the longest step."""
        self.search.end_epoch()


class Trials:
    """Steps of different lengths along one gradient, and the losses after them.

    Parameters
    ----------
    gradient : Gradient
        Gradient and loss, summed over the signals.
    X : Tensor, shape (n_signals, ...)
    move : callable, length -> (dictionary, network, predicted)
        Returns the result of a step, and the decrease that the gradient predicts.

    Attributes
    ----------
    held : bool
        Whether the losses are those of the step sizes 1/L of the gradient, and not of
        the dictionary after the step.
    """

    def __init__(self, gradient, X, move):
        self.gradient, self.X, self.move = gradient, X, move
        self.loss = self.last = gradient.loss / len(X)
        self.n_evaluations, self.held = 1, False

    def best(self, search, steepest):
        """The (dictionary, network) that a search accepts, or None."""
        found = search.search(self.loss, steepest, self._trial)
        if found is None:
            self.last = self.loss
        return found

    def advance(self, dictionary, encoder):
        """The result of the step, with the dictionary and encoder after it."""
        return Advance(
            dictionary,
            encoder,
            self.gradient.usage,
            self.n_evaluations,
            self.loss,
            self.last,
        )

    def _trial(self, length):
        dictionary, network, predicted = self.move(length)

        def measure():
            self.last = self._loss_of(dictionary, network)
            # Not earlier: on a GPU, this waits once more.
            return self.last, float(predicted)

        return (dictionary, network), measure

    def _loss_of(self, dictionary, network):
        if self.gradient.loss_near:
            return self.gradient.loss_near(dictionary) / len(self.X)
        self.n_evaluations += 1
        if self.held:
            network = network.with_lipschitz(self.gradient.lipschitz)
        return network.loss(dictionary, self.X) / len(self.X)
