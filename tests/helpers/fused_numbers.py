"""Fused layers in Triton's interpreter against torch in float64: run by a test.

A script, as the interpreter once chosen is that of the whole process. It prints JSON:
for each case of `CASES`, how far all results are from those that they should be.
"""

import json
import os
import sys
import warnings
from pathlib import Path

CASES = {
    "fista": {},
    "ista": {"algorithm": "ista"},
    "positive": {"positive": True},
    "truncated": {"backprop_depth": 3},
    "one layer back": {"backprop_depth": 1},
    "alternating": {"backprop_depth": 0},
    "checkpoints": {"checkpoint": True},
    "truncated checkpoints": {"backprop_depth": 5, "checkpoint": True},
    "one layer": {"n_layers": 1},
    "learned steps": {"factors": [0.5, 1.3, 0.8, 1.1, 0.9, 1.4]},
    "100 atoms": {"n_atoms": 100, "n_signals": 19},
    "128 atoms": {"n_atoms": 128, "n_signals": 1, "n_layers": 2},
}
LMBD = 0.1


def main():
    found = {}
    for name, options in CASES.items():
        options = {"n_atoms": 10, "n_signals": 37, "n_layers": 6} | options
        found[name] = errors(**options)
    print(json.dumps(found))


def errors(n_atoms, n_signals, n_layers, factors=None, **options):
    """Relative errors, and how many kernels a gradient and codes took."""
    X, _, D = dense_problem(n_signals, 8, n_atoms)
    launches = []
    results = []
    for dtype in (torch.float64, torch.float32):
        network = Unrolled(n_layers, LMBD, **options)
        network = network.with_factors(factors or network.factors)
        dictionary = Dense.from_array(D, dtype=dtype)
        with counted(launches):
            results.append(everything(network, dictionary, torch.tensor(X).to(dtype)))
    double, single = results
    pairs = {key: (double[key], single[key]) for key in double}
    return {key: error(*pair) for key, pair in pairs.items()} | {"launches": launches}


def everything(network, dictionary, X):
    """All that a network gives for one block of signals: dict of Tensor."""
    gradient = network.gradient(dictionary, X, with_steps=True)
    gram, b = dictionary.gram(X), dictionary.correlate(X)
    steps = (network.factors / gram.norm()).tolist()
    trajectory = make_trajectory(network, gram, b, steps, network.backprop_depth)
    codes = trajectory.run().clone()
    A, M, _ = trajectory.reverse(None, False)
    return {
        "loss": torch.tensor(network.loss(dictionary, X)),
        "loss with gradient": torch.tensor(gradient.loss),
        "params": gradient.params[0],
        "steps": torch.tensor(gradient.steps),
        "codes": network.codes(dictionary, X),
        "codes of the gradient": codes,
        "usage": gradient.usage,
        "A": A.clone(),
        "M": M,
    }


def error(expected, found):
    difference = torch.linalg.norm((found - expected).double()).item()
    return difference / max(torch.linalg.norm(expected.double()).item(), 1e-300)


def counted(launches):
    """Notes the name of each kernel that is run."""
    launch = FusedTrajectory._launch

    def noted(self, name, *args, **options):
        launches.append(name)
        return launch(self, name, *args, **options)

    return mock.patch.object(FusedTrajectory, "_launch", noted)


if __name__ == "__main__":
    os.environ["FUSED_LAYERS"] = "1"
    os.environ["TRITON_INTERPRET"] = "1"  # before Triton is imported
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from unittest import mock

    import torch
    from problems import dense_problem

    from benchmark_utils.coding.fused import FusedTrajectory, make_trajectory
    from benchmark_utils.coding.unrolled import Unrolled
    from benchmark_utils.dictionaries import Dense

    warnings.simplefilter("error", RuntimeWarning)  # that of going on without kernels
    main()
