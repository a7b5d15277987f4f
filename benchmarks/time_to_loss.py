"""Time to the loss that alphacsc ends at, of every solver, and its share of alphacsc's.

    benchopt run . --config configs/meg_against_alphacsc.yml
    python benchmarks/time_to_loss.py [outputs/meg_against_alphacsc.parquet]

alphacsc's own time is when it first had its lowest loss. Times between two evaluations
are interpolated.
"""

import argparse
import math

from benchopt.results import read_results
from time_to_recovery import newest  # puts the repository on sys.path

from benchmark_utils.pages import results


def time_below(run, loss):
    """Seconds until the loss of a run is down to `loss`, infinite if never."""
    return results.time_to(run.assign(value=-run["value"]), -loss, "value")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", help="a result file of benchopt")
    parser.add_argument("--reference", default="alphacsc", help="start of its name")
    args = parser.parse_args()
    df = read_results(args.file or newest("meg_against_alphacsc*.parquet"))
    names = (results.names(df, kind)[0] for kind in ("dataset", "objective"))
    runs = dict(list(results.select(df, *names).groupby("solver")))
    (reference,) = (
        run for name, run in runs.items() if name.startswith(args.reference)
    )
    target = reference["value"].min()
    whole = time_below(reference, target)
    print(f"{args.reference}: loss {target:.6g} in {whole:.1f} s")
    for name, run in runs.items():
        seconds = time_below(run, target)
        reached = f"{seconds:7.1f} s  {whole / seconds:6.1f} x sooner"
        print(
            f"{name:75} {reached if math.isfinite(seconds) else 'not reached':27} "
            f"ends at {run['value'].iloc[-1]:.6g} in {run['time'].max():.1f} s"
        )


if __name__ == "__main__":
    main()
