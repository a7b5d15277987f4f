from math import prod

import numpy as np

from benchmark_utils.estimator import Estimator
from benchmark_utils.gradients.jacobians import JacobianRecursion, Sensitivity

LARGEST = 2**27  # entries of the Jacobians of all signals: 1 GiB


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
        entries = len(X) * len(D) * prod(lags) * np.size(D)
        if entries > LARGEST:
            return True, (
                f"the Jacobians of {len(X)} signals have {entries:.1e} entries, of "
                f"which {LARGEST:.1e} are too many to hold: use fewer signals"
            )
        return False, None

    def start(self):
        super().start()
        sensitivity = Sensitivity(self.dictionary, self.signals)
        options = self.lmbd, self.algorithm, self.backprop_depth
        self.recursion = JacobianRecursion(sensitivity, *options)

    def layer(self):
        self.recursion.advance()

    def estimate(self):
        return {"jacobian": self.recursion.jacobian()}
