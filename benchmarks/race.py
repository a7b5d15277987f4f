"""Recovery against time of the solvers of a run file, up to a level.

    python benchmarks/race.py configs/peers_sweep.yml --limit 20
    python benchmarks/time_to_recovery.py outputs/peers_sweep_race.parquet

`benchopt run` codes all signals at each evaluation, and this takes most of its time.
This script computes the recovery score alone, and stops a solver at the level. Data,
initial dictionaries and the clock are the same: the time of callbacks does not count.
Every finished run is written at once. After an interruption, or after `--minutes`, the
same command continues. `--only` selects a part of the run file by the objective
("reg=0.3"). On a machine with other work, `--cpu` counts the processor time of all
threads. This serves to compare methods on one thread (`OMP_NUM_THREADS=1`), and is not
a time in seconds.
"""

import argparse
import itertools
import time
from pathlib import Path

import given
import options
import pandas as pd
from benchopt.benchmark import Benchmark, _list_parametrized_classes
from benchopt.utils.run_context import RunContext
from time_to_recovery import ROOT  # puts the repository on sys.path

from benchmark_utils.scoring.scores import correlations, recovery_score

COLUMNS = ["stop_val", "time", "objective_recovery_score", "objective_n_evaluations"]
KEYS = ["dataset_name", "objective_name", "solver_name", "idx_rep"]
GROWTH = 1.1  # of the steps between two scores


def components(config):
    """Instances of the datasets, objectives and solvers of a run file."""
    benchmark = Benchmark(ROOT)
    with given.told(TypeError, ValueError):  # of names that cannot be read
        classes = (
            benchmark.check_dataset_patterns(config["dataset"]),
            benchmark.check_objective_filters(config["objective"]),
            benchmark.check_solver_patterns(config["solver"]),
        )
        found = [[x for x, _ in _list_parametrized_classes(*c)] for c in classes]
    missing = [x for x in itertools.chain(*found) if isinstance(x, str)]
    if missing:
        raise SystemExit(f"{', '.join(missing)} cannot be used: install its packages.")
    return found


def recovery(D, D_true):
    """The recovery score of a dictionary."""
    return recovery_score(correlations(D, D_true))


def scored(solver, D_true, level, limit, clock=time.perf_counter, score=recovery):
    """Steps, seconds, score and passes through the network of one run.

    Parameters
    ----------
    solver : Solver
        With its objective set.
    D_true : ndarray, shape (n_atoms, n_features)
    level : float
        Score at which the run ends.
    limit : float
        Seconds of the method after which it ends.
    clock : callable
        Gives seconds.
    score : callable, (D, D_true) -> float
    """
    rows, n_calls, due, spent, start = [], 0, 0, 0.0, clock()

    def callback():
        nonlocal n_calls, due, spent, start
        spent += clock() - start
        if n_calls >= due or spent > limit:
            result = solver.get_result()
            row = n_calls, spent, score(result["D"], D_true)
            rows.append((*row, result.get("n_evaluations", 0)))
            due = max(n_calls + 1, round(GROWTH * n_calls))
        n_calls += 1
        start = clock()
        return rows[-1][2] < level and spent <= limit

    solver.run(callback)
    return pd.DataFrame(rows, columns=COLUMNS)


def summary(found):
    """Where a run ended; of unrolled networks, how many passes a step took as well."""
    n_steps, seconds, score, n_evaluations = found[COLUMNS].iloc[-1]
    text = f"{score:.3f} after {seconds:.2f} s, {n_steps:.0f} steps"
    passes = f" of {n_evaluations / n_steps:.3f} passes" if n_evaluations else ""
    return text + passes


def runs(config, only):
    """Yield the key of each run of a file and a function that sets its solver."""
    datasets, objectives, solvers = components(config)
    for rep in range(config.get("n-repetitions", 1)):
        for dataset in datasets:
            for objective in objectives:
                if only not in str(objective):
                    continue
                for solver in solvers:
                    key = [str(dataset), str(objective), str(solver), rep]
                    yield key, (dataset, objective, solver, rep)


def prepared(problem, seed, last):
    """Set a solver on its problem, which is kept where it is the last one's."""
    dataset, objective, solver, rep = problem
    RunContext().set_run_context(objective, dataset, solver, rep, seed)
    if last is None or last[:2] != (dataset, objective) or last[3] != rep:
        objective._dataset_ready = False
        with given.told():
            objective._set_dataset(dataset)
    if objective.D_true is None:
        raise SystemExit(f"{dataset} has no true atoms, so there is no recovery.")
    skipped, reason = solver._set_objective(objective)
    if skipped:
        raise SystemExit(f"{solver} is skipped: {reason}")
    solver.warm_up()
    return solver, objective.D_true


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--level", type=options.number(), default=0.95)
    parser.add_argument(
        "--limit", type=options.number(), default=20, help="seconds of a run"
    )
    parser.add_argument(
        "--minutes", type=options.number(), default=9, help="of this command"
    )
    parser.add_argument("--only", default="", help="part of an objective's name")
    parser.add_argument("--cpu", action="store_true", help="count processor time")
    parser.add_argument("--output", type=Path, help="a parquet file")
    args = parser.parse_args()
    config = given.run_file(args.config)
    output = args.output or ROOT / f"outputs/{args.config.stem}_race.parquet"
    options.make_folder(output)
    table = given.own_table(output, [*COLUMNS, *KEYS])
    done = set(map(tuple, table[KEYS].drop_duplicates().to_numpy().tolist()))
    end, last = time.monotonic() + 60 * args.minutes, None
    asked = list(runs(config, args.only))
    if not asked:
        raise SystemExit(f"'{args.config}' has no objective with '{args.only}'.")
    for key, problem in asked:
        if tuple(key) in done:
            continue
        if time.monotonic() > end:
            print("Out of time: run the same command again.")
            break
        solver, D_true = prepared(problem, config["seed"], last)
        last = problem
        clock = time.process_time if args.cpu else time.perf_counter
        found = scored(solver, D_true, args.level, args.limit, clock)
        found = found.assign(**dict(zip(KEYS, key, strict=True)))
        table = found if table.empty else pd.concat([table, found], ignore_index=True)
        table.to_parquet(output)
        print(*key[1:], summary(found), flush=True)


if __name__ == "__main__":
    main()
