"""The command line: `python -m leaderboard --help`."""

import argparse
import sys

from leaderboard import runner
from leaderboard.parts import NAMES, Part


def main(arguments=None):
    """Run the parts that were asked for, and write what they say; return the status."""
    options, more = parse(arguments)
    parts = [] if options.only_summary else [Part(name) for name in options.parts]
    failed = [part for part in parts if not runner.run(part, more, options.note)]
    return 1 if failed else 0


def parse(arguments):
    """Return the options, and those that `benchopt run` gets."""
    parser = argparse.ArgumentParser(
        prog="python -m leaderboard",
        description="Run the leaderboard, then write its summary, table and picture.",
        epilog="Stopped, it goes on where it was: finished runs are in benchopt's cache.",
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"all by default: {', '.join(NAMES)}"
    )
    parser.add_argument(
        "--only-summary",
        action="store_true",
        help="run nothing, summarise what is there",
    )
    for name, value in (("-j", "N"), ("--parallel-config", "FILE")):
        parser.add_argument(name, metavar=value, help="as of `benchopt run`")
    parser.add_argument(
        "--note", metavar="TEXT", help="for the summary, such as other work there was"
    )
    options = parser.parse_args(arguments)
    spread = {"-j": options.j, "--parallel-config": options.parallel_config}
    more = [word for pair in spread.items() if pair[1] for word in pair]
    unknown = [name for name in options.parts if name not in NAMES]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}. Known: {', '.join(NAMES)}.")
    options.parts = options.parts or list(NAMES)
    return options, more


if __name__ == "__main__":
    sys.exit(main())
