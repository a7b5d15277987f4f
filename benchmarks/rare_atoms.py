"""Atoms by how often they fire: Block-AM at the sizes of SynthSAEBench.

    python benchmarks/rare_atoms.py outputs/rare_atoms --minutes 30

16 384 atoms in 768 dimensions fire with probabilities from 0.4 to 5e-4, by Zipf's law,
34 a signal on average. Atoms of the same group fire together, and most atoms have a
parent without which they never fire (D. Chanin and A. Garriga-Alonso, SynthSAEBench,
arXiv 2602.14687). The 10⁶ signals are kept in a file of 3 GB in benchopt's data folder.
The initial atoms are signals.

Once a minute of the method's time, the script writes the atoms to OUTPUT.npy, and what
they are like to OUTPUT.json. After an interruption, the same command continues at these
atoms; the statistics of past batches start anew. At the end it draws OUTPUT.png, with
the mean correlation of a true atom and its nearest learned one against the frequency of
the atom. `--small` has 2048 atoms in 256 dimensions: it serves to choose `--reg`.
`--independent` has Zipf's law alone.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import given
import measure
import numpy as np
import race
import wide_runs

from benchmark_utils.scoring.scores import atom_scores, correlations, match

LARGE = {"n_atoms": 16_384, "n_features": 768, "n_nonzero": 34, "n_signals": 10**6}
SMALL = {"n_atoms": 2048, "n_features": 256, "n_nonzero": 15, "n_signals": 200_000}
TINY = {"n_atoms": 64, "n_features": 32, "n_nonzero": 3, "n_signals": 500}
TINY |= {"n_test": 20}
FIRING = {"firing": "zipf", "zipf_exponent": 0.806, "max_frequency": 0.4}
DEPENDENT = {"correlation": 0.1, "hierarchy": 3, "branching": 4}
PERIOD = 60  # seconds of the method between two scores
N_BINS = 10  # of frequencies
ENDINGS = "json", "npy", "png"


def problem(args):
    """Dataset, objective and solver, set for a run, and the true atoms."""
    size = TINY if args.quick else SMALL if args.small else LARGE
    groups = {"n_groups": 5} if args.quick else {}
    data = FIRING | ({} if args.independent else DEPENDENT | groups) | size
    options = ",".join(f"{key}={value}" for key, value in data.items())
    names = {
        "dataset": [f"superposition[{options},codes=near_one]"],
        "objective": [f"*[reg={args.reg},init=data,positive=True]"],
        "solver": [args.solver],
    }
    dataset, objective, solver = (found[0] for found in race.components(names))
    method, D_true = race.prepared(
        (dataset, objective, solver, 0), wide_runs.SEED, None
    )
    name = " ".join([names["dataset"][0], names["objective"][0], args.solver])
    return name, method, D_true, objective.info


def by_frequency(nearest, frequency):
    """Mean correlation in bins of as many atoms each, from frequent to rare.

    Parameters
    ----------
    nearest : ndarray, shape (n_atoms,)
        Correlation of each true atom with its nearest learned one.
    frequency : ndarray, shape (n_atoms,)
        Probability that the atom fires.

    Returns
    -------
    rows : list of dict
        ``frequency``, the median of the bin, and ``correlation``, its mean.
    """
    order = np.argsort(-frequency, kind="stable")
    return [
        {
            "frequency": float(np.median(frequency[bin_])),
            "correlation": float(nearest[bin_].mean()),
        }
        for bin_ in np.array_split(order, N_BINS)
    ]


def by_place(nearest, parent):
    """Mean correlation of atoms by their place in the hierarchy."""
    is_parent = np.isin(np.arange(len(parent)), parent)
    places = {
        "with a parent": parent >= 0,
        "parents": is_parent & (parent < 0),
        "without parent or child": ~is_parent & (parent < 0),
    }
    return {name: float(nearest[at].mean()) for name, at in places.items() if at.any()}


def score(D, D_true, info):
    """What a dictionary is like, in numbers."""
    nearest = wide_runs.nearest(D, D_true)
    return {
        "mean correlation": float(nearest.mean()),
        "found": float((nearest > wide_runs.RECOVERED).mean()),
        "by place": by_place(nearest, info["parent"]),
        "by frequency": by_frequency(nearest, info["frequency"]),
    }


def learn(method, seconds, before, keep, clock):
    """Run a method for some seconds of its own time; keep its atoms each minute."""
    spent, due, start = before, before, clock()

    def callback():
        nonlocal spent, due, start
        spent += clock() - start
        if spent >= due or spent >= seconds:
            due = spent + PERIOD
            keep(method.get_result()["D"], spent)
        start = clock()
        return spent < seconds

    method.run(callback)


def picture(row, file):
    """Draw the mean correlation against frequency, at the start and at the end."""
    import matplotlib.pyplot as plt
    from matplotlib.ticker import NullFormatter

    figure, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    for when, at in (("initial atoms", 0), ("learned atoms", -1)):
        bins = row["curve"][at]["by frequency"]
        x, y = ([b[key] for b in bins] for key in ("frequency", "correlation"))
        axes.plot(x, y, "o-", label=when)
    axes.set(
        xscale="log",
        ylim=(0, 1),
        xlabel="probability that a true atom fires in a signal",
        ylabel="correlation with the nearest learned atom",
    )
    axes.xaxis.set_minor_formatter(NullFormatter())  # its labels would overlap
    axes.legend()
    figure.savefig(file, dpi=120)


def options(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("output", type=Path, help="start of the names of the files")
    parser.add_argument("--minutes", type=float, default=30, help="of the method")
    parser.add_argument("--reg", type=float, default=0.3, help="λ")
    parser.add_argument("--solver", default="Block-AM[n_candidates=64]")
    parser.add_argument("--small", action="store_true", help="2048 atoms")
    parser.add_argument("--independent", action="store_true", help="no dependences")
    parser.add_argument("--cpu", action="store_true", help="count processor time")
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    args = parser.parse_args(arguments)
    if not args.minutes > 0:
        parser.error(f"--minutes must be positive, got {args.minutes}")
    return args


def main():
    args = options()
    output, atoms, drawn = (Path(f"{args.output}.{end}") for end in ENDINGS)
    output.parent.mkdir(parents=True, exist_ok=True)
    rows = given.own_rows(output)
    name, method, D_true, info = problem(args)
    if set(rows) - {name}:
        sys.exit(f"'{output}' is of another problem: give another output.")
    row = rows.setdefault(name, {"curve": [], "machine": measure.machine()})
    before = row["curve"][-1]["seconds"] if row["curve"] else 0.0
    if row["curve"] and atoms.exists():
        method.D_init = np.load(atoms).astype(method.D_init.dtype)

    def keep(D, spent):
        if spent > before or not row["curve"]:
            np.save(atoms, D.astype(np.float32))
            point = {"seconds": spent} | score(D, D_true, info)
            row["curve"].append(point | {"peak MiB": measure.resident()})
            output.write_text(json.dumps(rows, indent=1, ensure_ascii=False), "utf-8")
            print(f"{spent:.0f} s: {point['mean correlation']:.4f}", point["by place"])

    clock = time.process_time if args.cpu else time.perf_counter
    learn(method, 60 * args.minutes, before, keep, clock)
    D = np.load(atoms)
    C = correlations(D, D_true)
    row["one to one"] = {k: float(v) for k, v in atom_scores(C, match(C)).items()}
    output.write_text(json.dumps(rows, indent=1, ensure_ascii=False), "utf-8")
    picture(row, drawn)
    print(row["one to one"])


if __name__ == "__main__":
    main()
