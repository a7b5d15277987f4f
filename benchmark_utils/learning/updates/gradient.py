"""Steps of the atoms along their gradient, back-propagated through the encoder."""

import torch

from benchmark_utils.learning.line_search import LineSearch
from benchmark_utils.learning.updates.update import Advance, Update


class GradientUpdate(Update):
    """A projected gradient step on ``F(Z_N(D), D)``. A search chooses its length.

    Parameters
    ----------
    search : LineSearch, NormalisedSteps or None
        None is a line search with its defaults.
    """

    def __init__(self, search=None):
        self.search = search or LineSearch()

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

        trials = Trials(gradient, X, move)
        moved, _ = trials.best(self.search, torch.stack(norms).max().item()) or (
            dictionary,
            network,
        )
        return trials.advance(moved, encoder)

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
    """

    def __init__(self, gradient, X, move):
        self.gradient, self.X, self.move = gradient, X, move
        self.loss = self.last = gradient.loss / len(X)
        self.n_evaluations = 1

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
        return network.loss(dictionary, self.X) / len(self.X)
