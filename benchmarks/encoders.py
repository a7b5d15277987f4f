"""Atoms, losses and own codes of learned encoders, each after the same time.

    OMP_NUM_THREADS=1 python benchmarks/encoders.py --limit 30 --cpu

The data are those of `superposition`, with non-negative codes. The initial atoms are
signals. The time is that of the method alone. The rows are for docs/measured.md.
`--solver`, once or more, names other solvers than those below. `--cpu` counts processor
time, as in `race.py`.
"""

import argparse
import time

import given
import options
from race import components, prepared

OBJECTIVE = "Dictionary learning[reg=0.1,init=data,positive=True]"
FAST = "learning_rate=3e-3,n_warm_up=100,batch_size=200"
SOLVERS = [
    "Block-AM",
    "Online-SPAMS",
    "SAE[activation=relu]",
    f"SAE[activation=relu,{FAST}]",
    "SAE[activation=topk,k=10]",
    f"SAE[activation=topk,k=10,{FAST}]",
    "SAE[activation=batchtopk,k=10]",
    "SAE[activation=matryoshka,k=10]",
    "SAE[activation=jumprelu,k=10]",
    "LISTA[n_layers=1]",
    "LISTA[n_layers=3]",
    "LISTA[n_layers=10]",
]
TINY = "superposition[n_atoms=12,n_nonzero=2,n_signals=60,n_test=20]"
COLUMNS = (
    "recovered_atoms",
    "mcc",
    "test_loss",
    "amortisation_gap",
    "l0",
    "l0_own",
    "f1_own",
)


def problem(dataset, solver):
    """The dataset, the objective and the solver of names on the command line."""
    names = {"dataset": [dataset], "objective": [OBJECTIVE], "solver": [solver]}
    datasets, (objective,), solvers = components(names)
    dataset = given.only("--dataset", datasets)
    return dataset, objective, given.only("--solver", solvers)


def run(solver, limit, clock):
    """Steps of a solver until its own time is over: seconds and steps."""
    spent, n_calls, start = 0.0, 0, clock()

    def callback():
        nonlocal spent, n_calls, start
        spent, n_calls = spent + clock() - start, n_calls + 1
        start = clock()
        return spent < limit

    solver.run(callback)
    return spent, n_calls - 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dataset", default="superposition[n_atoms=1000]")
    parser.add_argument(
        "--limit", type=options.number(), default=30, help="seconds of a run"
    )
    parser.add_argument("--cpu", action="store_true", help="count processor time")
    parser.add_argument("--solver", action="append", help=f"of {', '.join(SOLVERS)}")
    parser.add_argument("--quick", action="store_true", help="a tiny problem, 20 ms")
    args = parser.parse_args()
    if args.quick:
        args.dataset, args.limit = TINY, 0.02
    clock = time.process_time if args.cpu else time.perf_counter
    names = args.solver or SOLVERS
    found = [problem(args.dataset, name) for name in names]  # before the first run
    print("| solver | seconds | steps |", " | ".join(COLUMNS), "|")
    for name, (dataset, objective, solver) in zip(names, found, strict=True):
        prepared((dataset, objective, solver, 0), 0, None)
        seconds, n_steps = run(solver, args.limit, clock)
        scores = objective.evaluate_result(**solver.get_result())
        values = " | ".join(f"{scores[column]:.3f}" for column in COLUMNS)
        print(f"| {name} | {seconds:.1f} | {n_steps} | {values} |", flush=True)


if __name__ == "__main__":
    main()
