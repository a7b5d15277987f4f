"""Time to levels above the best loss known, of every solver of result files.

    benchopt run . --config configs/meg_against_alphacsc.yml
    python benchmarks/time_to_loss.py [outputs/meg_against_alphacsc.parquet ...]

The best known loss is the lowest of all solvers and repetitions in the files. Levels
are fixed fractions above it, so they do not depend on when a peer was stopped. A line
has the median over repetitions, the least and the most in brackets, and the time of the
fastest peer over this median. Times between two evaluations are interpolated. A
repetition that did not reach the level counts as later than all others. A bound (>) is
the time that it ran.
"""

import argparse
import math
import statistics

import options
from time_to_recovery import newest, problems, spread  # puts the repository on sys.path

from benchmark_utils.pages import levels

LEVELS = (1.0, 0.5, 0.1)  # percent above the best loss known


def time_below(run, loss):
    """Seconds until the loss of a run is down to `loss`, infinite if never."""
    return levels.time_to(run.assign(value=-run["value"]), -loss, "value")


def times_below(runs, loss):
    """The seconds of each repetition of one solver."""
    return [time_below(run, loss) for _, run in runs.groupby("rep")]


def against(times, peers):
    """How many times sooner than the soonest peer, as text."""
    median, peer = statistics.median_high(times), min(peers, default=math.inf)
    if math.isinf(median) or math.isinf(peer):
        return "-"
    return f"{peer / median:.1f} x"


def print_level(runs, percent, best, reference):
    """A line for each solver, the soonest first."""
    loss = (1 + percent / 100) * best
    times = {name: times_below(run, loss) for name, run in runs.items()}
    medians = {name: statistics.median_high(t) for name, t in times.items()}
    peers = [t for name, t in medians.items() if name.startswith(reference)]
    print(f"\n+{percent:g} %: {loss:.7g}")
    for name in sorted(medians, key=medians.get):
        tried = runs[name]["time"].max()
        reached = sum(map(math.isfinite, times[name]))
        shown = spread(times[name], tried) if reached else f"not in {tried:.1f}"
        print(
            f"{name:60} {shown:28} s  {against(times[name], peers):8} "
            f"{reached} of {len(times[name])}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="result files of benchopt")
    parser.add_argument("--reference", default="alphacsc", help="start of peers' names")
    parser.add_argument("--levels", type=options.number(), nargs="+", default=LEVELS)
    args = parser.parse_args()
    files = args.files or [newest("meg_against_alphacsc*.parquet")]
    for problem, runs in problems(files):
        best = min(run["value"].min() for run in runs.values())
        print(f"{problem}\nbest loss known: {best:.7g}")
        for percent in args.levels:
            print_level(runs, percent, best, args.reference)


if __name__ == "__main__":
    main()
