import numpy as np
from benchopt import BaseObjective

from benchmark_utils.component import ObjectiveComponent
from benchmark_utils.gradients.estimate_scores import UNSTABLE, settled_from
from benchmark_utils.gradients.exact_problem import ExactProblem
from benchmark_utils.problem.regularization import absolute_lmbd
from benchmark_utils.problem.validation import check_dictionary, check_problem


class Objective(ObjectiveComponent, BaseObjective):
    """Errors of gradients and Jacobians after N layers of (F)ISTA.

    At one dictionary D, they are compared with the gradient of G(D) = min_Z F(Z, D) and
    with the Jacobian of z*(D). Both come from codes that are solved to machine
    precision (§2 of B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022).
    """

    name = "Gradient estimation"
    url = "https://github.com/benchopt/benchmark_dictionary_learning"
    min_benchopt_version = "1.10"
    requirements = [
        "pip::numpy<2.4",
        "pip::scikit-learn",
        "pip::scipy",
        "pip::torch>=2.4",
    ]
    parameters = {"reg": [0.1]}
    shown = {"reg": "reg"}
    sampling_strategy = "callback"
    test_dataset_name = "gaussian"
    test_config = {"dataset": {"name": ["gaussian", "image_patches", "convolutional"]}}

    def set_data(self, X, D, model):
        X, _ = check_problem(X, None, model, len(D), np.shape(D)[1:])
        self.D = check_dictionary(D, np.shape(D), model, "the dataset")
        self.model, self.X = model, X
        self.lmbd = absolute_lmbd(self.reg, False, model, self.D, X)
        self.exact = ExactProblem(X, self.D, model, self.lmbd)

    def get_objective(self):
        # Of this run.
        self.n_layers, self.differences, self.errors, self.errors_l1 = [], [], [], []
        return {"X": self.X, "D": self.D, "model": self.model, "lmbd": self.lmbd}

    def evaluate_result(self, n_layers, algorithm, gradient=None, jacobian=None):
        differences, _ = self.exact.network(n_layers, algorithm)
        scores = {"n_layers": n_layers, "support_difference": differences.mean()}
        if gradient is not None:
            scores |= self.exact.gradient_scores(gradient, n_layers, algorithm)
        if n_layers:
            self.n_layers.append(n_layers)
            self.differences.append(differences)
        if jacobian is not None:
            scores |= self._jacobian_scores(jacobian, n_layers)
        return scores

    def _jacobian_scores(self, jacobian, n_layers):
        errors = self.exact.jacobian_errors(jacobian)
        if n_layers:
            self.errors.append(errors)
            self.errors_l1.append(self.exact.jacobian_errors(jacobian, order=1))
        return {
            "jacobian_error": float(np.median(errors)),
            "unstable": float(np.mean(np.max([errors, *self.errors], 0) > UNSTABLE)),
        }

    def save_final_results(self, **result):
        if not self.n_layers:
            return None
        return {
            "n_layers": np.array(self.n_layers),
            "support_reached": settled_from(self.n_layers, np.array(self.differences)),
            "jacobian_errors": np.array(self.errors) if self.errors else None,
            "jacobian_errors_l1": np.array(self.errors_l1) if self.errors else None,
            "rate": self.exact.rates if self.errors else None,
        }

    def get_one_result(self):
        zero = np.zeros_like(self.exact.gradient)
        return {"n_layers": 0, "algorithm": "fista", "gradient": zero}
