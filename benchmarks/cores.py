"""Growth with the number of cores: the same work on one thread, and on more.

    OMP_NUM_THREADS=2 python benchmarks/cores.py

Each line has the time on one thread, and the speed-up on more. Both are timed in turn.
"""

import argparse
import os

import evaluation
import measure
import numpy as np
import options
import rank_one_gradient
import torch
import unrolled_gradient
from problems import dense_problem

from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.sampling import MiniBatches
from benchmark_utils.learning.updates.block import BlockUpdate

SIZES, QUICK = (2000, 50, 100), (100, 5, 10)  # signals, features, atoms


def works(quick):
    """The pieces of work, each a function of no arguments."""
    of_dense, of_rank_one = unrolled_gradient.COMPARISON, rank_one_gradient.COMPARISON
    dense, rank_one = (
        c.methods(**(c.quick if quick else c.sizes)) for c in (of_dense, of_rank_one)
    )
    sizes = QUICK if quick else SIZES
    coders, (X, _, D) = evaluation.methods(*sizes), dense_problem(*sizes)
    batches = MiniBatches(X, 1000, np.random.default_rng(0), dtype=torch.float32)
    dictionary, network = Dense.from_array(D, torch.float32), Unrolled(30, 0.1)
    block = Learner(dictionary, network, BlockUpdate(), batches)
    return {
        "DDL gradient, dense": dense["ddl"],
        "DDL gradient, rank 1": rank_one["ddl"],
        "certified codes": coders["certified"],
        "step of Block-AM": block.step,
        "SPAMS (LARS)": coders["spams"],
    }


def on_threads(n, function):
    """The work on ``n`` threads."""

    def run():
        before = torch.get_num_threads()
        torch.set_num_threads(n)
        function()
        torch.set_num_threads(before)

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=options.integer(), default=20)
    parser.add_argument("--quick", action="store_true", help="tiny sizes, two rounds")
    args = parser.parse_args()
    counts = [2**k for k in range((os.cpu_count() or 1).bit_length())]
    print(measure.machine())
    for name, function in works(args.quick).items():
        timed = {n: on_threads(n, function) for n in counts}
        found = measure.in_turn(timed, 2 if args.quick else args.rounds)
        line = "  ".join(
            f"{n}: {measure.spread(found[1] / found[n])}" for n in counts[1:]
        )
        print(f"{name:22} {np.median(found[1]) * 1e3:8.1f} ms  {line}", flush=True)


if __name__ == "__main__":
    main()
