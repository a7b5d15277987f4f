"""First steps of all solvers and models, and what numba compiles in their time.

Run as a script: prints what each case compiles, and whether Block-AM has its loops when
it is loaded. Arguments are names of solvers, for these alone: else one may compile for
the next.
"""

import json
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path

import numba
import numpy as np
from benchopt.benchmark import Benchmark
from benchopt.utils.run_context import RunContext
from numba.core.dispatcher import Dispatcher

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
STEPS = 3
SHAPES = {  # of X and of an atom
    "dense": ((200, 12), (12,)),
    "conv": ((1, 2, 200), (2, 6)),
    "rank1": ((1, 4, 600), (4, 8)),
    "rank1 whole": ((2, 4, 60), (4, 8)),
}
OPTIONS = {"Stochastic-DDL": {"epoch_length": 1}, "Block-AM": {"epoch_length": 1}}


def objective(benchmark, kind):
    shape, atom_shape = SHAPES[kind]
    found = benchmark.get_benchmark_objective().get_instance(positive=True)
    RunContext().set_run_context(found, "dataset", "solver", 0, "0")
    X = np.random.default_rng(0).standard_normal(shape)
    model = kind.split()[0]
    found.set_data(X, model=model, n_atoms=3, atom_shape=atom_shape)
    return found


@contextmanager
def compilations():
    """Names of functions that are compiled meanwhile, or were, and are read from disk.

    Those that numba kept on disk in an earlier run are compiled where it has not.
    """
    names, compile_ = set(), Dispatcher.compile

    def noted(dispatcher, types):
        n_known = len(dispatcher.overloads)
        code = compile_(dispatcher, types)
        if len(dispatcher.overloads) > n_known:
            names.add(dispatcher.py_func.__name__)
        return code

    Dispatcher.compile = noted
    try:
        yield names
    finally:
        Dispatcher.compile = compile_


def compiled_in_a_run(solver_class, judge):
    """What first steps and evaluations compile, or None if the solver is skipped."""
    solver = solver_class.get_instance(**OPTIONS.get(solver_class.name, {}))
    RunContext().set_run_context("objective", "dataset", solver, 0, "0")
    skipped, _ = solver._set_objective(judge)
    if skipped:
        return None
    calls = []

    def cb():
        calls.append(judge.evaluate_result(**solver.get_result()))
        return len(calls) <= STEPS

    with compilations() as names:
        solver._warm_up()
        solver.run(cb)
    return sorted(names)


def main():
    warnings.simplefilter("ignore")
    benchmark, found = Benchmark(ROOT), {}
    benchmark.check_solver_patterns(["Block-AM"], class_only=True)
    has_loops = "benchmark_utils.compiled.dense" in sys.modules
    for kind in SHAPES:
        judge = objective(benchmark, kind)
        for solver_class in benchmark.get_solvers():
            if sys.argv[1:] and solver_class.name not in sys.argv[1:]:
                continue
            if solver_class.missing():
                continue
            names = compiled_in_a_run(solver_class, judge)
            if names is not None:
                found[f"{solver_class.name}, {kind}"] = names
    with compilations() as names:  # sees what there is to see
        numba.njit(lambda x: x + 1)(1)
    result = {"cases": found, "control": sorted(names), "has_loops": has_loops}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
