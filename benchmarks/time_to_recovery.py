"""Time to a recovery level, of every solver of a result file, and ratios to the best.

    benchopt run . --config configs/time_to_recovery.yml
    python benchmarks/time_to_recovery.py [outputs/time_to_recovery.parquet]

A solver that did not get there is given the time it tried, as a lower bound.
"""

import argparse
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchopt.results import read_results  # noqa: E402

from benchmark_utils import results  # noqa: E402


def newest(pattern):
    """The latest result file of that name (a second run is numbered)."""
    files = sorted(
        (ROOT / "outputs").glob(pattern), key=lambda path: path.stat().st_mtime
    )
    if not files:
        sys.exit(f"outputs/ has no {pattern}: run the config first.")
    return files[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", help="a result file of benchopt")
    parser.add_argument("--level", type=float, default=0.95)
    args = parser.parse_args()
    df = read_results(args.file or newest("time_to_recovery*.parquet"))
    rows = results.select(
        df, *(results.names(df, kind)[0] for kind in ("dataset", "objective"))
    )
    runs = dict(list(rows.groupby("solver")))
    times = {name: results.time_to(run, args.level) for name, run in runs.items()}
    best = min(times.values())
    for name in sorted(times, key=times.get):
        run, reached = runs[name], math.isfinite(times[name])
        seconds = times[name] if reached else run["time"].max()
        print(
            f"{name:45} {'' if reached else '> '}{seconds:7.1f} s  "
            f"{'' if reached else '> '}{seconds / best:6.1f} x  "
            f"final recovery {run['recovery_score'].iloc[-1]:.3f}"
        )


if __name__ == "__main__":
    main()
