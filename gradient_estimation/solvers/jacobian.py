from math import prod

import numpy as np

from benchmark_utils.estimator import Estimator
from benchmark_utils.gradients.jacobians import JacobianRecursion, Sensitivity, memory

MOST = 1e9  # bytes: 180 signals of the paper's size, a second for ten layers


class Solver(Estimator):
    """The Jacobian of N layers' codes in the dictionary, by forward recursion, through
    all layers (``backprop_depth=None``) or the last of them.

    B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022, Theorem 2.4; Proposition 2.5
    for the truncation.
    """

    name = "Jacobian"
    requirements = ["pip::torch==2.13.0"]
    parameters = {"backprop_depth": [None, 20, 50, 200], "algorithm": ["ista"]}
    test_config = {"backprop_depth": 2}

    def skip(self, X, D, **objective):
        lags = [n - m + 1 for n, m in zip(X.shape[2:], D.shape[2:], strict=True)]
        n_atoms, n_codes, n_params = len(D), len(D) * prod(lags), np.size(D)
        needed = memory(len(X), n_codes, n_params)
        if needed <= MOST:
            return False, None
        remedy = ""
        if memory(1, n_codes, n_params) > MOST / 2:  # which grows as n_atoms cubed
            share = (MOST / 2 / memory(1, n_codes, n_params)) ** (1 / 3)
            few = max(1, int(n_atoms * share))
            n_codes, n_params = n_codes // n_atoms * few, n_params // n_atoms * few
            remedy = f"n_atoms={few} and "
        each = memory(1, n_codes, n_params) - memory(0, n_codes, n_params)
        n_signals = int((MOST - memory(0, n_codes, n_params)) // each)
        return True, (
            f"the Jacobians of {len(X)} signals take about {needed / 1e9:.1f} GB, more "
            f"than {MOST / 1e9:.0f} GB: use {remedy}n_signals={n_signals} or less"
        )

    def start(self):
        super().start()
        sensitivity = Sensitivity(self.dictionary, self.signals)
        options = self.lmbd, self.algorithm, self.backprop_depth
        self.recursion = JacobianRecursion(sensitivity, *options)

    def layer(self):
        self.recursion.advance()

    def estimate(self):
        return {"jacobian": self.recursion.jacobian()}
