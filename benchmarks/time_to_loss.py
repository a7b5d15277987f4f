"""Time to the loss that alphacsc ends at, of every solver, and its share of alphacsc's.

    benchopt run . --config configs/meg_against_alphacsc.yml
    python benchmarks/time_to_loss.py [outputs/meg_against_alphacsc.parquet ...]

Several files are taken together: one may have alphacsc, another more repetitions of the
other solvers. alphacsc's own time is when it first had its lowest loss. Times between
two evaluations are interpolated.
"""

import argparse
import math
import statistics

import pandas as pd
from benchopt.results import read_results
from time_to_recovery import newest  # puts the repository on sys.path

from benchmark_utils.pages import results


def time_below(run, loss):
    """Seconds until the loss of a run is down to `loss`, infinite if never."""
    return results.time_to(run.assign(value=-run["value"]), -loss, "value")


def row(runs, loss, whole):
    """What the repetitions of one solver came to, in a line."""
    times = [time_below(run, loss) for _, run in runs.groupby("rep")]
    median, worst = statistics.median(times), max(times)
    reached = "not reached"
    if math.isfinite(median):
        reached = f"{median:.2f} s  {whole / median:.1f} x sooner"
    ends = statistics.median(run["value"].iloc[-1] for _, run in runs.groupby("rep"))
    return (
        f"{reached:24} (worst of {len(times)}: {worst:.2f} s) "
        f"ends at {ends:.6g} in {runs['time'].max():.1f} s"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="result files of benchopt")
    parser.add_argument("--reference", default="alphacsc", help="start of its name")
    args = parser.parse_args()
    files = args.files or [newest("meg_against_alphacsc*.parquet")]
    df = pd.concat([read_results(file) for file in files], ignore_index=True)
    names = (results.names(df, kind)[0] for kind in ("dataset", "objective"))
    runs = dict(list(results.select(df, *names).groupby("solver")))
    (reference,) = (
        run for name, run in runs.items() if name.startswith(args.reference)
    )
    target = reference["value"].min()
    whole = time_below(reference, target)
    print(f"{args.reference}: loss {target:.6g} in {whole:.1f} s")
    for name, run in runs.items():
        print(f"{name:60} {row(run, target, whole)}")


if __name__ == "__main__":
    main()
