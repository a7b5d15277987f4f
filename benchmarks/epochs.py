"""Time of one epoch of stochastic DDL, for data that grow.

    python benchmarks/epochs.py

An epoch is one pass through Gaussian signals, 50 x 100, in batches of 500, from one
random D_init, with N = 30 in float32. Ten epochs of 10⁵ signals have as many steps as
one epoch of 10⁶. If the time of a step does not depend on the size of the data, both
take the same time. Early steps may need more trials of the line search than later ones,
so the first epoch alone is not a fair reference.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import options
import torch

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests/helpers")]

from problems import dense_problem  # noqa: E402

from benchmark_utils.coding.unrolled import Unrolled  # noqa: E402
from benchmark_utils.dictionaries import Dense  # noqa: E402
from benchmark_utils.learning.learner import Learner  # noqa: E402
from benchmark_utils.learning.sampling import MiniBatches  # noqa: E402
from benchmark_utils.learning.updates.gradient import GradientUpdate  # noqa: E402

BATCH, N_LAYERS, LMBD = 500, 30, 0.1


def seconds(X, D, n_epochs, depth):
    """Seconds of each of some epochs, and passes through the network in all."""
    batches = MiniBatches(X, BATCH, np.random.default_rng(0), dtype=torch.float32)
    dictionary = Dense.from_array(D, dtype=torch.float32)
    network = Unrolled(N_LAYERS, LMBD, "fista", depth)
    learner = Learner(dictionary, network, GradientUpdate(), batches)
    found = []
    for _ in range(n_epochs):
        start = time.perf_counter()
        for _ in range(len(X) // BATCH):
            learner.step()
        found.append(time.perf_counter() - start)
    return np.array(found), learner.n_evaluations


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--signals", type=options.integer(10 * BATCH), default=10**6)
    depth = options.integer(0, N_LAYERS)
    parser.add_argument("--depth", type=depth, default=N_LAYERS, help="K")
    args = parser.parse_args()
    X, _, D = dense_problem(args.signals, 50, 100)
    print(f"{torch.get_num_threads()} threads, K = {args.depth}")
    seconds(X[:10_000], D, 1, args.depth)  # warm up
    few, n_few = seconds(X[: args.signals // 10], D, 10, args.depth)
    (many,), n_many = seconds(X, D, 1, args.depth)
    print(f"ten epochs of a tenth: {few.sum():.1f} s, {n_few} passes; {few.round(2)}")
    print(f"one epoch of {args.signals}: {many:.1f} s, {n_many} passes")
    print(f"ratio {many / few.sum():.3f}, to ten first epochs {many / few[0] / 10:.3f}")


if __name__ == "__main__":
    main()
