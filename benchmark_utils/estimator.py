"""Bases of the solvers of `gradient_estimation`: estimates after N = 1, 2, … layers."""

import torch

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.gradients.estimates import network_gradient
from benchmark_utils.gradients.layer_grid import next_on_grid
from benchmark_utils.stepped import SteppedSolver


class Estimator(SteppedSolver):
    """An estimate of a gradient or of Jacobians. Subclasses write ``estimate``.

    ``start()`` prepares, and ``layer()`` is called for each layer. ``estimate()`` is
    called only at the layers of the grid. It returns the tensors that the objective
    judges, ``{"gradient": g}`` or ``{"jacobian": J}``, for ``self.n_layers`` layers,
    which may be 0.
    """

    shown = {"backprop_depth": "K"}
    words = {("backprop_depth", None): "N"}

    def get_next(self, stop_val):
        return next_on_grid(stop_val)

    def start(self):
        self.signals = torch.as_tensor(self.X)
        self.dictionary = make_dictionary(self.model, self.D)

    def layer(self):
        """Do one more layer. Methods that compute all layers each time do nothing."""

    def run(self, cb):
        self.n_layers = due = 0
        self.start()
        self.result = self.estimate()
        while cb():
            self.n_layers += 1
            self.layer()
            if self.n_layers == next_on_grid(due):
                due, self.result = self.n_layers, self.estimate()

    def get_result(self):
        arrays = {key: value.numpy(force=True) for key, value in self.result.items()}
        return {"n_layers": self.n_layers, "algorithm": self.algorithm, **arrays}


class NetworkGradient(Estimator):
    """Back-propagation through the last ``backprop_depth`` layers (None: through all).

    Subclasses have the parameter ``algorithm``.
    """

    def estimate(self):
        options = self.lmbd, self.algorithm, self.backprop_depth
        return {
            "gradient": network_gradient(
                self.dictionary, self.signals, self.n_layers, *options
            )
        }
