"""Time to a recovery level, of every solver of result files, and ratios to Block-AM.

    benchopt run . --config configs/time_to_recovery.yml
    python benchmarks/time_to_recovery.py [outputs/time_to_recovery.parquet ...]

There is one table for each objective (λ). It has the median over repetitions, with the
least and the most in brackets. The ratio is the time over that of the reference in the
same repetition, which has the same data and initial dictionary. A repetition that did
not reach the level counts as later than all others. A bound (>) is the time that it
ran. `race.py` writes such files too.
"""

import argparse
import math
import statistics
import sys
from pathlib import Path

import options
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from benchmark_utils.pages import levels, results  # noqa: E402
from benchmark_utils.result_files import read_result  # noqa: E402


def newest(pattern):
    """The latest result file of that name (a second run is numbered)."""
    files = sorted(
        (ROOT / "outputs").glob(pattern), key=lambda path: path.stat().st_mtime
    )
    if not files:
        sys.exit(f"outputs/ has no {pattern}: run the config first.")
    return files[-1]


def problems(files):
    """Name, and the runs of each solver, of each problem in result files."""
    try:
        df = pd.concat([read_result(file) for file in files], ignore_index=True)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    for dataset in results.names(df, "dataset"):
        for objective in results.names(df, "objective"):
            rows = results.select(df, dataset, objective)
            yield f"{dataset}  {objective}", dict(list(rows.groupby("solver")))


def times_of(runs, level):
    """Seconds to the level of each repetition of one solver, infinite if never."""
    return {rep: levels.time_to(run, level) for rep, run in runs.groupby("rep")}


def spread(values, bound=0.0, digits=2):
    """Median, least and most of a list as text; ``bound`` is for what is infinite."""

    def shown(value):
        sign, value = ("", value) if math.isfinite(value) else ("> ", bound)
        return f"{sign}{value:.{digits}f}"

    median = shown(statistics.median_high(values))
    if len(values) == 1:
        return median
    return f"{median} [{shown(min(values))}, {shown(max(values))}]"


def row(runs, times, reference):
    """Times, ratios to those of the reference, and where the runs ended, in a line."""
    tried, ratios = runs["time"].max(), "-"
    both = [rep for rep in times if math.isfinite(reference.get(rep, math.inf))]
    if both:
        found = [times[rep] / reference[rep] for rep in both]
        least = min(tried / reference[rep] for rep in both)
        ratios = spread(found, least, 1)
    reached = sum(map(math.isfinite, times.values()))
    ends = statistics.median(results.last(runs, "recovery_score"))
    return (
        f"{spread([*times.values()], tried):28} s  {ratios:26} x  "
        f"{reached} of {len(times)}, ends at {ends:.3f}"
    )


def reference_of(times, name):
    """Times of the solver of that name, in its shortest form: with its defaults."""
    found = sorted((one for one in times if one.startswith(name)), key=len)
    return times[found[0]] if found else {}


def in_order(times):
    """Names of solvers, the one with the least median first."""
    return sorted(times, key=lambda name: statistics.median_high(times[name].values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="result files")
    parser.add_argument("--level", type=options.number(), default=0.95)
    parser.add_argument("--reference", default="Block-AM", help="start of its name")
    args = parser.parse_args()
    files = args.files or [newest("time_to_recovery*.parquet")]
    for problem, runs in problems(files):
        times = {name: times_of(run, args.level) for name, run in runs.items()}
        reference = reference_of(times, args.reference)
        print(f"\n{problem}")
        for name in in_order(times):
            print(f"{name:70} {row(runs[name], times[name], reference)}")


if __name__ == "__main__":
    main()
