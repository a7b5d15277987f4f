"""The command line: `python -m leaderboard --help`."""

import argparse
import sys

from benchmark_utils.pages import frozen
from leaderboard import readme, runner, summary
from leaderboard.answer import answered
from leaderboard.parts import NAMES, Part
from leaderboard.support import with_unsupported
from reporting import records
from reporting.checks import environment_threads, n_jobs, parallel_config


def main(arguments=None):
    """Run the chosen parts, write what they found, and return the exit status."""
    options, more = parse(arguments)
    parts = [] if options.only_summary else [Part(name) for name in options.parts]
    failed = [part for part in parts if not runner.run(part, more, options.note)]
    try:
        report(options.freeze)
    except (OSError, ValueError) as error:
        print(error)
        return 1
    return 1 if failed else 0


def report(freeze):
    """Write the summary, the README's block and the picture. Print better losses.

    Where there are no runs, the numbers are those of the summary that was written last.
    """
    try:
        made = summary.summarise(_judged(freeze))
    except FileNotFoundError as error:
        if freeze or not summary.PATH.is_file():
            raise
        print(f"{error} The numbers of {summary.PATH.name} are kept.")
        made = answered(records.read(summary.PATH))
    made = with_unsupported(made)
    records.write(summary.PATH, made)
    readme.write(made)
    print(f"{made['answer']} ({made['basis']})")


def _judged(freeze):
    """Return the runs. Better losses than the known ones are frozen or printed."""
    df = summary.read()
    best = summary.best_losses(df)
    if freeze:
        changes = frozen.freeze(best)
        print("\n".join(changes) or "No loss is new or better: nothing to freeze.")
    else:
        for line in frozen.better(best):
            print(f"{line}. `python -m leaderboard --only-summary --freeze` takes it.")
    return df


def parse(arguments):
    """Return the options, and those that `benchopt run` gets."""
    parser = _parser()
    options = parser.parse_args(arguments)
    spread = {"-j": options.j, "--parallel-config": options.parallel_config}
    more = [str(word) for pair in spread.items() if pair[1] for word in pair]
    unknown = [name for name in options.parts if name not in NAMES]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}. Known: {', '.join(NAMES)}.")
    try:
        environment_threads()
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    options.parts = options.parts or list(NAMES)
    return options, more


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m leaderboard",
        description="Run the leaderboard, then write its summary, table and picture.",
        epilog="After an interruption, the same command continues. No run is lost.",
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"all by default: {', '.join(NAMES)}"
    )
    parser.add_argument(
        "--only-summary",
        action="store_true",
        help="run nothing; summarise the runs that were made or, without them, write "
        "the table and the picture anew from results/leaderboard.json",
    )
    parser.add_argument(
        "--freeze", action="store_true",
        help="make new or better losses the targets, in a file of a new version",
    )  # fmt: skip
    kinds = {"-j": ("N", n_jobs), "--parallel-config": ("FILE", parallel_config)}
    for name, (value, kind) in kinds.items():
        told = "as of `benchopt run`"
        parser.add_argument(name, metavar=value, type=kind, help=told)
    parser.add_argument(
        "--note",
        metavar="TEXT",
        help="for the summary, such as other work on the machine",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
