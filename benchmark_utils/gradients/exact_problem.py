"""The exact codes, gradient and Jacobians at one dictionary, to judge estimates."""

from functools import cached_property

import numpy as np
import torch

from benchmark_utils.coding.exact import exact_codes
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.gradients import estimate_scores as scores
from benchmark_utils.gradients.estimates import analytic_gradient
from benchmark_utils.gradients.jacobians import Sensitivity, limit_jacobian, limit_rates


class ExactProblem:
    """The limit of (F)ISTA, and the gradient of alternating minimisation with N layers.

    Parameters
    ----------
    X : ndarray, shape (n_signals, ...)
    D : ndarray, shape (n_atoms, ...)
    model : {"dense", "conv", "rank1"}
    lmbd : float

    Attributes
    ----------
    gradient : ndarray, shape (n_params,)
        ``g*``, mean over signals.
    """

    def __init__(self, X, D, model, lmbd):
        self.X, self.lmbd = torch.as_tensor(X), float(lmbd)
        self.dictionary = make_dictionary(model, D)
        self.Z = exact_codes(self.dictionary, self.X, self.lmbd)
        gradient = analytic_gradient(self.dictionary, self.X, self.Z)
        self.gradient = gradient.numpy(force=True)
        self._networks = {}

    @cached_property
    def sensitivity(self):
        return Sensitivity(self.dictionary, self.X)

    @cached_property
    def jacobian(self):
        """``J*``, shape (n_signals, n_codes, n_params)."""
        J = limit_jacobian(self.sensitivity, self.Z.flatten(1))
        return J.numpy(force=True)

    @cached_property
    def rates(self):
        """``1 - μ/L`` on the support of each signal."""
        return limit_rates(self.sensitivity, self.Z.flatten(1))

    def network(self, n_layers, algorithm):
        """Errors of the supports of N layers, and the angle of ``g¹_N``.

        They are computed once, for all estimates.

        Returns
        -------
        differences : ndarray of int, shape (n_signals,)
        angle : float
        """
        key = n_layers, algorithm
        if key not in self._networks:
            self._networks[key] = self._compare(*key)
        return self._networks[key]

    def _compare(self, n_layers, algorithm):
        Z = torch.zeros_like(self.Z)
        if n_layers:
            network = Unrolled(n_layers, self.lmbd, algorithm, backprop_depth=0)
            Z = network.codes(self.dictionary, self.X)
        g = analytic_gradient(self.dictionary, self.X, Z).numpy(force=True)
        codes = (z.flatten(1).numpy(force=True) for z in (Z, self.Z))
        return scores.support_differences(*codes), scores.angle(g, self.gradient)

    def gradient_scores(self, g, n_layers, algorithm):
        """Scores of a gradient, by name.

        Raises
        ------
        ValueError
            If `g` has another shape than the exact one.
        """
        self._check("gradient", g, self.gradient.shape)
        angle = scores.angle(g, self.gradient)
        _, angle_am = self.network(n_layers, algorithm)
        return {
            "angle": angle,
            "cosine": 1 - angle,
            "relative_difference": scores.relative_difference(angle, angle_am),
            "error_norm": float(np.linalg.norm(g - self.gradient)),
        }

    def jacobian_errors(self, J, order=2):
        """Relative error of the Jacobian of each signal; see `scores.jacobian_errors`.

        Raises
        ------
        ValueError
            If `J` has another shape than the exact one.
        """
        self._check("jacobian", J, self.sensitivity.shape)
        return scores.jacobian_errors(J, self.jacobian, order)

    @staticmethod
    def _check(name, value, shape):
        if np.shape(value) != tuple(shape):
            raise ValueError(
                f"A solver returned a {name} of shape {np.shape(value)}; it must be of "
                f"shape {tuple(shape)}: one value a parameter of the dictionary."
            )
