"""The learner as a benchopt solver. A subclass is a grid of parameters, and choices."""

import warnings
from contextlib import nullcontext

import torch

from benchmark_utils.coding.decaying import Decaying
from benchmark_utils.coding.fixed_codes import FixedCodes
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.devices import resolve_device, synchronize
from benchmark_utils.dictionaries import PARAMETRISATIONS, make_dictionary
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.line_search import LineSearch
from benchmark_utils.learning.sampling import FullBatch
from benchmark_utils.learning.updates.gradient import GradientUpdate
from benchmark_utils.learning.updates.step_sizes import StepSizes
from benchmark_utils.solver import DictionarySolver
from benchmark_utils.threads import available

WARM_UP_SIGNALS = 64


class TorchSolver(DictionarySolver):
    """Base of AM, DDL and Truncated-DDL, and of the stochastic solvers.

    Subclasses have the parameters ``n_layers`` and ``device``. They may also have
    ``algorithm``, ``backprop_depth``, ``fixed_codes``, ``learn_steps``, ``tol``,
    ``checkpoint``, ``dtype``, ``outer_loss`` and ``lmbd_decay``, whose defaults are
    below.
    """

    requirements = ["pip::torch>=2.4"]
    models = tuple(PARAMETRISATIONS)
    shown = {"n_layers": "N", "backprop_depth": "K", "batch_size": "batch"}
    words = {("backprop_depth", None): "N"}
    algorithm = "fista"
    backprop_depth = None
    fixed_codes = False
    learn_steps = False
    tol = 1e-7
    checkpoint = False
    dtype = "float32"
    outer_loss = "lasso"
    lmbd_decay = 1

    def skip(self, **objective):
        try:
            resolve_device(self.device)
        except ValueError as error:
            return True, str(error)
        if self.backprop_depth and self.backprop_depth > self.depth():
            return True, (
                f"backprop_depth={self.backprop_depth} is more than "
                f"n_layers={self.depth()}: use backprop_depth={self.depth()} or less"
            )
        if self.fixed_codes and self.backprop_depth != 0:
            return True, "fixed_codes is alternating minimisation: use backprop_depth=0"
        if self.learn_steps and self.lmbd_decay != 1:
            return True, (
                "learn_steps is of layers for one λ, and lmbd_decay changes it: use "
                "lmbd_decay=1"
            )
        return super().skip(**objective)

    def depth(self):
        """N, the number of layers."""
        return self.n_layers

    def encoder(self):
        """The encoder. By default, it is the layers."""
        return self.decaying(self.network())

    def network(self):
        """The layers."""
        network_class = FixedCodes if self.fixed_codes else Unrolled
        return network_class(
            self.depth(),
            self.lmbd,
            self.algorithm,
            self.backprop_depth,
            self.positive,
            self.checkpoint,
            outer_loss=self.outer_loss,
        )

    def decaying(self, network):
        """The network. With ``lmbd_decay``, its λ decreases."""
        decay = self.lmbd_decay
        return network if decay == 1 else Decaying(network, decay)

    def update(self, batches):
        """The update. By default, it follows the gradient, with a line search."""
        return self.along_gradient(LineSearch())

    def along_gradient(self, search, decay=1.0):
        """The gradient update. With ``learn_steps``, it also learns step sizes."""
        update = GradientUpdate(search)
        if self.learn_steps:
            return StepSizes(update, LineSearch(decay=decay))
        return update

    def batches(self, X, **options):
        """The data of a step. By default, it is all of the data."""
        return FullBatch(X, **options)

    def learner_options(self):
        """Further keywords of :class:`Learner`."""
        # If λ changes at each step, a small decrease does not mean that it has ended.
        return {"tol": self.tol if self.lmbd_decay == 1 else -1}

    def make_learner(self, X):
        """The method at ``D_init``, on the signals ``X``."""
        batches = self.batches(X, **self.tensor_options())
        choices = self.dictionary(), self.encoder(), self.update(batches), batches
        return Learner(*choices, **self.learner_options())

    def tensor_options(self):
        """Type and device of all tensors."""
        return {"dtype": getattr(torch, self.dtype), "device": self.torch_device}

    def dictionary(self):
        """The dictionary at ``D_init``, with its parametrisation."""
        return make_dictionary(self.model, self.D_init, **self.tensor_options())

    def warm_up(self):
        # First calls start thread pools and, on a GPU, the context and libraries.
        self.torch_device = resolve_device(self.device)
        self.make_learner(self.few_signals()).step()
        synchronize(self.torch_device)

    def few_signals(self):
        """A few signals, for a quick step."""
        return self.X[:WARM_UP_SIGNALS]

    def start(self):
        self.torch_device = resolve_device(self.device)
        self.learner = self.make_learner(self.X)

    def step(self):
        with self.threads():
            going = self.learner.step()
        if not going and self._ends_early():
            self._warn_of_the_end()
        synchronize(self.torch_device)  # the clock stops on entry to the callback
        return going

    def threads(self):
        """The context of a step. By default, it uses all threads of torch."""
        return nullcontext()

    def _ends_early(self):
        """Whether it ended because no step of a usual length lowers the loss."""
        return not self.learner.batches.stochastic and self.learner.update.collapsed

    def _warn_of_the_end(self):
        """Warn that better codes may still give better atoms."""
        offered = self.backprop_depth == 0 and not self.fixed_codes
        remedy = "fixed_codes=True or " if offered else ""
        warnings.warn(
            f"{self} is over after {self.learner.n_steps} steps: no step of a usual "
            f"length along its gradient lowers the loss of codes of {self.depth()} "
            f"layers. To go on, use {remedy}more layers.",
            stacklevel=2,
        )

    def atoms(self):
        return self.learner.learned.to_array()

    def extra_results(self):
        learner = self.learner
        results = {
            "n_evaluations": learner.n_evaluations,
            "n_threads": available(),
            "encode": self.encode,
        }
        if not learner.batches.stochastic:
            X, network = learner.batches.draw(), learner.encoder.at(learner.n_steps)
            loss = network.lasso(learner.learned, X, self.lmbd)
            results["network_loss"] = loss / len(X)
        if self.with_codes:
            results["Z"] = self.encode(self.X)
        return results

    def encode(self, X):
        """Codes of signals by the method's own encoder, in its present state.

        Parameters
        ----------
        X : ndarray, shape (n_signals, ...)

        Returns
        -------
        Z : ndarray, shape (n_signals, n_atoms, ...)
        """
        learner = self.learner
        X = FullBatch(X, **self.tensor_options()).draw()
        codes = learner.encoder.full_codes(learner.learned, X, learner.n_steps)
        return codes.double().cpu().numpy()
