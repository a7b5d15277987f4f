"""Cost of one DDL gradient against the autograd tape, against AM and the floor.

    python benchmarks/unrolled_gradient.py
    python benchmarks/unrolled_gradient.py --growth

50 x 100, 2000 signals, N = 30, float32, on the same threads and timed in turn.
``--device cuda`` measures a GPU.
"""

import numpy as np
import torch
from comparison import Comparison
from floors import dense as work
from problems import dense_problem, tape_loss

from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense

LMBD = 0.1
SIZES = {"n_signals": 2000, "n_features": 50, "n_atoms": 100, "n_layers": 30}
QUICK = {"n_signals": 40, "n_features": 5, "n_atoms": 10, "n_layers": 4}
GROWTH = {
    "n_signals": [1000, 10_000, 100_000, 1_000_000],
    "n_atoms": [50, 100, 200, 400],
    "n_features": [25, 50, 100, 200],
    "n_layers": [10, 30, 100, 300],
    "depth": [0, 10, 20, 30],  # K
}


def methods(n_signals, n_features, n_atoms, n_layers, depth=None, device="cpu"):
    """One gradient of each method, as a function of no arguments."""
    X, _, D = dense_problem(n_signals, n_features, n_atoms)
    X = torch.as_tensor(X, dtype=torch.float32, device=device)
    dictionary = Dense.from_array(D, dtype=torch.float32, device=device)
    am, ddl = (Unrolled(n_layers, LMBD, backprop_depth=K) for K in (0, depth))
    less = Unrolled(n_layers, LMBD, backprop_depth=depth, checkpoint=True)

    def tape():
        leaf = dictionary.params[0].clone().requires_grad_()
        norm = dictionary.gram(X).norm()
        tape_loss(leaf, X, ddl, np.ones(n_layers), norm).backward()

    return {
        "tape": tape,
        "ddl": lambda: ddl.gradient(dictionary, X),
        "checkpoint": lambda: less.gradient(dictionary, X),
        "am": lambda: am.gradient(dictionary, X),
        "loss": lambda: ddl.loss(dictionary, X),
    }


COMPARISON = Comparison(__file__, methods, work, SIZES, QUICK, GROWTH)

if __name__ == "__main__":
    COMPARISON.main(__doc__, n_rounds=30)
