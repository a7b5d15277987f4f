"""One learner for every torch method: parametrisation × gradient depth × sampling.

========================  ==========================  =================
method                    ``network.backprop_depth``  ``batches``
========================  ==========================  =================
alternating minimisation  0                           ``FullBatch``
deep dictionary learning  N                           ``FullBatch``
truncated DDL             0 < K < N                   ``FullBatch``
stochastic DDL            any                         ``MiniBatches``
========================  ==========================  =================
"""

import numpy as np
import torch

from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learning.line_search import LineSearch, NormalisedSteps

SMALLEST_FACTOR = 1e-3  # a learned step stays positive, in units of 1/L


class Learner:
    """Projected gradient descent on ``F(Z_N(D), D)`` with a line search.

    Parameters
    ----------
    dictionary : Dictionary
        Parametrisation, at its initial value.
    network : Unrolled
        N, algorithm and back-propagation depth.
    batches : FullBatch or MiniBatches
    learn_steps : bool
        Whether, once the dictionary has converged with steps 1/L, the step sizes are
        learned jointly with it (paper, §3, two phases). With mini-batches the
        second phase starts after half of the ``n_epochs``.
    n_epochs : int or None
        Epochs after which stochastic learning is over; None for no end.
    decay : float
        Factor on the longest step at the end of each epoch (stochastic only).
    line_search : bool
        Whether steps of atoms are tried and rejected where the loss of the batch does
        not fall; else they are normalised, of length ``max_turn`` (stochastic only).
    max_turn : float
        Longest turn of an atom in a step, as a tangent.
    tol : float
        Relative decrease of the full loss under which a phase has converged.
    replacement : Replacement or None
        Of atoms that an epoch has not used (stochastic only); None keeps them.
    growth : LayerGrowth or None
        Of the network, over the first steps; None has all layers from the start.
    momentum : float
        Share of the last move of the atoms that is taken again after a step.
    averaging : float
        Weight of the past in the running mean of the dictionaries that is `learned`,
        and says less of the last batches; 0 for the present dictionary.

    Attributes
    ----------
    n_steps, n_evaluations : int
        Gradient steps taken, and passes through the network (gradients and trials).
    loss : float
        Mean loss per signal at the last gradient, before its step.
    dictionary, learned : Dictionary
        From where the next step goes, and what the method gives.

    Raises
    ------
    ValueError
        If step sizes are to be learned while layers are added, or a share is not one.
    """

    def __init__(
        self,
        dictionary,
        network,
        batches,
        learn_steps=False,
        n_epochs=None,
        decay=1.0,
        line_search=True,
        max_turn=0.3,
        tol=1e-7,
        replacement=None,
        growth=None,
        momentum=0.0,
        averaging=0.0,
    ):
        if not 0 <= momentum < 1 or not 0 <= averaging < 1:
            raise ValueError(
                f"momentum and averaging must be in [0, 1), got {momentum} and "
                f"{averaging}."
            )
        self.momentum, self.averaging = momentum, averaging
        self.replacement, self.growth = replacement, growth
        if growth and learn_steps:
            raise ValueError(
                "Steps of layers yet to come cannot be learned: one of two."
            )
        self.network, self.batches = network, batches
        self._start_at(dictionary)
        self._all_layers = network
        self.learn_steps, self.n_epochs, self.tol = learn_steps, n_epochs, tol
        searching = line_search or not batches.stochastic
        search_class = LineSearch if searching else NormalisedSteps
        self.atoms_search = search_class(decay=decay, max_turn=max_turn)
        self.factors_search = LineSearch(decay=decay)
        self.second_phase = False
        self.n_steps = self.n_evaluations = self._epoch = 0
        self.loss = np.nan

    def step(self):
        """One gradient step on the atoms, then, in the second phase, on the steps.

        Returns
        -------
        going : bool
            False once there is nothing left to gain.
        """
        if self.growth:
            self.network = self.growth.network_at(self.n_steps, self._all_layers)
        X, start = self.batches.draw(), self.dictionary
        self.loss, new_loss = self._update(X)
        self._go_on(start)
        self.n_steps += 1
        if self.batches.stochastic:
            return self._end_of_batch(X)
        return self._end_of_phase(self.loss, new_loss)

    def network_loss(self):
        """Mean over the signals of ``F(Z_N(D), D)``, D as it is now (full batch)."""
        X = self.batches.draw()
        return self.network.loss(self.dictionary, X) / len(X)

    def _start_at(self, dictionary):
        """Without a past."""
        self.dictionary = self.learned = dictionary
        self._last_move = [0.0] * len(dictionary.params)

    def _go_on(self, start):
        """Beyond the step by a share of the last move, and take the mean of it."""
        if self.momentum:
            pairs = zip(self.dictionary.params, self._last_move, strict=True)
            params = [unit_rows(p + self.momentum * move) for p, move in pairs]
            moves = zip(params, start.params, strict=True)
            self._last_move = [new - old for new, old in moves]
            self.dictionary = start.with_params(params)
        mean = self.dictionary.params
        if self.averaging:
            # At first that of all alike, which the start is none of.
            weight = min(self.averaging, 1 - 1 / (self.n_steps + 1))
            pairs = zip(mean, self.learned.params, strict=True)
            mean = [unit_rows(p.lerp(past, weight)) for p, past in pairs]
        self.learned = self.dictionary.with_params(mean)

    def _update(self, X):
        """Learn from the signals X; returns the loss before, and the one after."""
        loss, new_loss = self._descend(X, self._atoms_trial, self.atoms_search)
        if self.second_phase:
            _, new_loss = self._descend(X, self._factors_trial, self.factors_search)
        return loss, new_loss

    def _descend(self, X, make_trial, search):
        """Line search along one block of parameters; returns (loss, new loss)."""
        with_steps = make_trial == self._factors_trial
        gradient = self.network.gradient(self.dictionary, X, with_steps)
        self.n_evaluations += 1
        steepest, move = make_trial(gradient, len(X))
        loss = gradient.loss / len(X)
        if self.replacement and not with_steps:
            self.replacement.count(gradient.usage, self.batches.coverage)

        tried = [loss]

        def trial(step):
            dictionary, network, predicted = move(step)

            def measure():
                if gradient.loss_near:
                    tried.append(gradient.loss_near(dictionary) / len(X))
                else:
                    self.n_evaluations += 1
                    tried.append(network.loss(dictionary, X) / len(X))
                # Not before: on a GPU that would be one more wait for it.
                return tried[-1], float(predicted)

            return (dictionary, network), measure

        found = search.search(loss, steepest, trial)
        if found is None:
            return loss, loss
        self.dictionary, self.network = found
        return loss, tried[-1]

    def _atoms_trial(self, gradient, n_signals):
        grads = [g / n_signals for g in gradient.params]
        tangent = self.dictionary.tangent(grads)
        norms = [g.flatten(1).norm(dim=1).max() for g in tangent]
        steepest = torch.stack(norms).max().item()

        def move(step):
            moved = self.dictionary.moved(tangent, step)
            pairs = zip(tangent, self.dictionary.params, moved.params, strict=True)
            predicted = sum((g * (p - q)).sum() for g, p, q in pairs)
            return moved, self.network, predicted

        return steepest, move

    def _factors_trial(self, gradient, n_signals):
        grad, factors = gradient.steps / n_signals, self.network.factors

        def move(step):
            moved = np.maximum(factors - step * grad, SMALLEST_FACTOR)
            network = self.network.with_factors(moved)
            return self.dictionary, network, grad @ (factors - moved)

        return np.abs(grad).max(), move

    def _end_of_batch(self, X):
        if self.batches.epoch == self._epoch:
            return True
        self._epoch = self.batches.epoch
        if self.replacement:
            replaced = self.replacement.replace(self.dictionary, self.network, X)
            if replaced is not self.dictionary:
                self._start_at(replaced)
        self.atoms_search.end_epoch()
        self.factors_search.end_epoch()
        if self.n_epochs is None:
            return True
        self.second_phase = self.learn_steps and 2 * self._epoch >= self.n_epochs
        return self._epoch < self.n_epochs

    def _end_of_phase(self, loss, new_loss):
        if loss - new_loss > self.tol * abs(loss):
            return True
        if self.learn_steps and not self.second_phase:
            self.second_phase = True
            return True
        return False
