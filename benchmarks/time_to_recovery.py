"""Time to a recovery level, of every solver of a result file, and ratios to the best.

    benchopt run . --config configs/time_to_recovery.yml
    python benchmarks/time_to_recovery.py [outputs/time_to_recovery.parquet]

One table for each objective (λ) of the file, and what the best peer takes over what
the best solver of this benchmark does. A solver that did not get there is given the
time it tried, as a lower bound.
"""

import argparse
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchopt.results import read_results  # noqa: E402

from benchmark_utils.pages import results  # noqa: E402

PEERS = ("Online-SPAMS", "Online-sklearn")


def newest(pattern):
    """The latest result file of that name (a second run is numbered)."""
    files = sorted(
        (ROOT / "outputs").glob(pattern), key=lambda path: path.stat().st_mtime
    )
    if not files:
        sys.exit(f"outputs/ has no {pattern}: run the config first.")
    return files[-1]


def times_of(runs, level):
    """Seconds to the level, or tried for it, and whether it was reached, by solver."""
    times = {}
    for name, run in runs.items():
        seconds = results.time_to(run, level)
        reached = math.isfinite(seconds)
        times[name] = (seconds if reached else run["time"].max(), reached)
    return times


def in_order(times):
    """Names of solvers, the soonest first, those that did not get there at the end."""
    return sorted(times, key=lambda name: (not times[name][1], times[name][0]))


def print_table(runs, times):
    best = times[in_order(times)[0]][0]
    for name in in_order(times):
        seconds, reached = times[name]
        bound = "" if reached else "> "
        print(
            f"{name:60} {bound}{seconds:7.2f} s  {bound}{seconds / best:6.1f} x  "
            f"final recovery {runs[name]['recovery_score'].iloc[-1]:.3f}"
        )


def print_lead(times):
    """How much sooner than the best peer the best solver here is there."""
    peers = [name for name in in_order(times) if name.startswith(PEERS)]
    others = [name for name in in_order(times) if name not in peers]
    if peers and others and times[others[0]][1]:
        # A peer that tried for longer may still be the first to get there.
        (seconds, reached), (ours, _) = times[peers[0]], times[others[0]]
        bound = "" if reached else "> "
        print(f"{others[0]}: {bound}{seconds / ours:.1f} times sooner than {peers[0]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", help="a result file of benchopt")
    parser.add_argument("--level", type=float, default=0.95)
    args = parser.parse_args()
    df = read_results(args.file or newest("time_to_recovery*.parquet"))
    dataset = results.names(df, "dataset")[0]
    for objective in results.names(df, "objective"):
        rows = results.select(df, dataset, objective)
        runs = dict(list(rows.groupby("solver")))
        times = times_of(runs, args.level)
        print(f"\n{objective}")
        print_table(runs, times)
        print_lead(times)


if __name__ == "__main__":
    main()
