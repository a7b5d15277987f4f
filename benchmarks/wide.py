"""Thousands of atoms: times of Block-AM, of its peers and of certified evaluations.

    OMP_NUM_THREADS=1 python benchmarks/wide.py outputs/wide.json --parts atoms signals

The data are those of the dataset `superposition`. The initial atoms are signals, and
codes are z >= 0 unless said. The time is that of the method alone. A run ends at a
share of recovered atoms, or at a limit of seconds. Each finished run is written at
once. After an interruption, or after `--minutes`, the same command continues. Without
`--parts`, all parts are run. `--show` prints the content of a file. On a machine with
other work, `--cpu` counts the processor time of all threads instead of seconds.

Parts: `atoms` (growth with n_atoms), `signals` (with signals an atom), `zipf` (with the
exponent of Zipf's law), `switch` (candidates against dense statistics), `methods`
(every solver), `peers` (Block-AM against SPAMS in ten times the time), `evaluation`
(certified codes against `spams.lasso`).
"""

import argparse
import json
import subprocess
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import given
import measure
import options
import wide_runs

ATOMS = [(100, 0.1), (300, 0.1), (1000, 0.1), (3000, 0.1), (10_000, 0.2), (16_384, 0.2)]
PER_ATOM = [2.5, 5, 10, 25, 50, 100, 250, 1000]
EXPONENTS = [0.25, 0.5, 0.75]  # from 1 on, k = 10 of 1000 cannot be
SWITCH = [200, 500, 1000, 2000]
SOLVERS = [
    "Block-AM",
    "Stochastic-DDL",
    "Stochastic-DDL[backprop_depth=0]",
    "AM",
    "DDL",
    "Truncated-DDL",
    "Online-SPAMS",
    "Online-sklearn",
    "Batch-sklearn",
    "K-SVD",
]
HARDER = [
    {"codes": "gaussian"},
    {"sigma": 0.1},
    {"n_nonzero": 5},
    {"n_nonzero": 20},
    {"n_learned": 2000},
]
EVALUATED = [(1000, 93), (5000, 125), (16_384, 768)]
# Firing of atoms as in SynthSAEBench, for the widest of them.
RARE = {"n_nonzero": 34, "firing": "zipf", "zipf_exponent": 0.806, "max_frequency": 0.4}
TINY = {"n_atoms": 20, "n_nonzero": 2, "n_signals": 200, "n_test": 20}


@dataclass(frozen=True)
class Run:
    """One solver on one dataset, until ``level`` of the atoms or ``limit`` seconds."""

    dataset: dict
    reg: float = 0.1
    solver: str = "Block-AM"
    level: float = 0.98
    limit: float = 60.0
    positive: bool = True
    start: str = field(default="data")

    def names(self):
        """Dataset, objective and solver as on benchopt's command line."""
        options = ",".join(f"{name}={value}" for name, value in self.dataset.items())
        objective = f"*[reg={self.reg},init={self.start},positive={self.positive}]"
        return f"superposition[{options}]", objective, self.solver

    def measured(self, clock):
        return wide_runs.learned(*self.names(), self.level, self.limit, clock)


@dataclass(frozen=True)
class Evaluation:
    """Certified codes of signals at the true and at the initial dictionary."""

    dataset: dict
    n_signals: int = 1000
    lmbd: float = 0.1
    peer: bool = True

    def names(self):
        what = ",".join(f"{name}={value}" for name, value in self.dataset.items())
        return f"superposition[{what}]", f"λ={self.lmbd}", f"{self.n_signals} signals"

    def measured(self, clock):
        return wide_runs.evaluated(self.dataset, self.n_signals, self.lmbd, self.peer)


def parts():
    """All runs, by the name of their part."""
    grown = {n: {"n_atoms": n, "n_signals": 50 * n} for n, _ in ATOMS}
    wide = {"n_atoms": 1000, "n_signals": 50_000}
    few = {n: {"n_atoms": n, "n_signals": max(20_000, 50 * n)} for n in SWITCH}
    coders = ("greedy", "fista", "candidates")
    zipf = {"n_atoms": 1000, "n_signals": 100_000, "firing": "zipf"}
    return {
        "atoms": [Run(grown[n], reg, limit=150) for n, reg in ATOMS],
        "signals": [
            Run(wide | {"n_signals": round(1000 * n)}, level=2, limit=8)
            for n in PER_ATOM
        ],
        "zipf": [
            Run(zipf | {"zipf_exponent": e}, reg, level=2, limit=15)
            for e in EXPONENTS
            for reg in (0.1, 0.3)
        ],
        "switch": [
            Run(data | dense, solver=f"Block-AM[coder={coder}]", level=0.9, limit=15)
            for dense in ({}, {"n_features": 100, "n_nonzero": 30})
            for data in few.values()
            for coder in coders
        ],
        "methods": [
            Run(wide, solver=name, limit=20)
            for name in SOLVERS
        ],
        "peers": [
            Run(
                wide | harder, solver=name, level=2, limit=limit,
                positive="codes" not in harder,
            )
            for harder in HARDER
            for name, limit in (("Block-AM", 4), ("Online-SPAMS", 40))
        ],
        "evaluation": [
            Evaluation(
                {"n_atoms": n, "n_features": m, **(RARE if m == 768 else {})},
                peer=m != 768,
            )
            for n, m in EVALUATED
        ],
    }  # fmt: skip


def tiny(one):
    """The same run, to see that it runs."""
    if isinstance(one, Evaluation):
        n_features = one.dataset["n_features"]
        dataset = {"n_atoms": 20, "n_features": n_features, "n_nonzero": 2}
        return replace(one, dataset=dataset, n_signals=20)
    irrelevant = ("n_learned", "n_features")
    kept = {k: v for k, v in one.dataset.items() if k not in irrelevant}
    return replace(one, dataset=kept | TINY, limit=0.02)


def line(key, row):
    """A run as a line of text."""
    shown = " ".join(f"{k}={v:.4g}" for k, v in row.items() if isinstance(v, float))
    return f"{key}: {row.get('skipped') or shown}"


def written(file, rows):
    """Write all rows: an interruption leaves the old file or the new one."""
    draft = file.with_suffix(".part")
    draft.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    draft.replace(file)


def commit():
    """The commit that is measured."""
    command = ["git", "-C", str(measure.ROOT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path, help="a JSON file, written and gone on with")
    parser.add_argument("--parts", nargs="+", choices=parts(), default=list(parts()))
    parser.add_argument(
        "--minutes", type=options.number(), default=60, help="of this command"
    )
    parser.add_argument("--cpu", action="store_true", help="count processor time")
    parser.add_argument("--show", action="store_true", help="only print the file")
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    args = parser.parse_args()
    rows = given.own_rows(args.file)
    options.make_folder(args.file)
    measured = commit()  # now, for the code is loaded once
    end = time.monotonic() + 60 * args.minutes
    clock = time.process_time if args.cpu else time.perf_counter
    for part in args.parts:
        for one in parts()[part]:
            one = tiny(one) if args.quick else one
            key = " ".join([part, *one.names()])
            if key not in rows and (args.show or time.monotonic() > end):
                continue
            if key not in rows:
                found = one.measured(clock)
                about = {"commit": measured, "machine": measure.machine()}
                rows[key] = {**found, **about, "clock": clock.__name__}
                written(args.file, rows)
            print(line(key, rows[key]), flush=True)


if __name__ == "__main__":
    main()
