from math import prod

import numpy as np

from benchmark_utils.estimator import Estimator
from benchmark_utils.gradients.jacobians import JacobianRecursion, Sensitivity, memory

MOST = 1e9  # bytes, which 183 signals of 30 features and 50 atoms take
LEAST = 20  # signals that a smaller problem should have


class Solver(Estimator):
    """The Jacobian of the codes of N layers with respect to the dictionary, by forward
    recursion, through all layers (``backprop_depth=None``) or the last ones.

    B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022, Theorem 2.4; Proposition 2.5
    for the truncation.
    """

    name = "Jacobian"
    requirements = ["pip::torch>=2.4"]
    parameters = {"backprop_depth": [None, 20, 50, 200], "algorithm": ["ista"]}
    test_config = {"backprop_depth": 2}

    def skip(self, X, D, **objective):
        lags = [n - m + 1 for n, m in zip(X.shape[2:], D.shape[2:], strict=True)]
        needed = memory(len(X), len(D) * prod(lags), np.size(D))
        if needed <= MOST:
            return False, None
        return True, (
            f"the Jacobians of {len(X)} signals take about {needed / 1e9:.1f} GB, more "
            f"than {MOST / 1e9:.0f} GB: use {_fitting(len(D), prod(lags), D[0].size)}"
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


def _fitting(n_atoms, n_lags, size):
    """Settings that fit: fewer signals and, if too few would be left, fewer atoms."""

    def needed(n_signals, n_atoms):
        return memory(n_signals, n_atoms * n_lags, n_atoms * size)

    few = next(n for n in range(n_atoms, 0, -1) if n == 1 or needed(LEAST, n) <= MOST)
    part = needed(0, few)
    n_signals = int((MOST - part) // (needed(1, few) - part))
    atoms = f"n_atoms={few} and " if few < n_atoms else ""
    return f"{atoms}n_signals={max(1, n_signals)} or less"
