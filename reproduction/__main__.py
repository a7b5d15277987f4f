"""The command line: `python -m reproduction --help`."""

import argparse
import os
import signal
import sys
from pathlib import Path

from reproduction import checks, readme, report, runner
from reproduction.budget import HOURS
from reproduction.documents import PAPER, STUDY
from reproduction.findings import find
from reproduction.parts import ENDINGS, ROOT, Part
from reproduction.runs import FOLDER


def main(arguments=None):
    """Run what was asked for, write the report, and return the exit status."""
    options = parse(arguments)
    # A polite kill ends as Ctrl-C does: the run under way is stopped as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    output = options.output.resolve()
    try:
        checks.check(output, options.threads, options.parallel_config)
    except argparse.ArgumentTypeError as error:
        print(error)
        return 2
    failed = []
    if not options.only_report:
        scale = "paper" if options.paper else "small"
        parts = [Part(figure, scale, output) for figure in options.figures]
        spread, again = options.parallel_config, options.again
        failed = runner.run_all(parts, options.threads, spread, again)
    document = options.document
    found = findings(output, document=document)
    print(report.write(found, output, document))
    readme.write(found, document, output / "README.md")
    for name in failed:
        print(f"{name} failed: see {output / FOLDER / name}.log")
    return 1 if failed else 0


def findings(output, root=ROOT, document=PAPER):
    """Return what is known by now of every figure, at each scale it was run at."""
    found = []
    for figure in document.figures.values():
        of_figure = [find(Part(figure, scale, output, root)) for scale in ENDINGS]
        known = [finding for finding in of_figure if finding.record is not None]
        found += known or of_figure[:1]
    return found


def parse(arguments):
    """Return the options; wrong ones end the program with a message."""
    parser = argparse.ArgumentParser(
        prog="python -m reproduction",
        description="Run the figures and tables of the paper, and judge its claims.",
        epilog="Finished figures are kept, whichever commit measured them, until their "
        "run file changes. Interrupted, it goes on where it was.",
    )
    parser.add_argument(
        "figures", nargs="*", metavar="FIGURE",
        help=f"all of them by default: {', '.join(PAPER.figures)}; with --study: "
        f"{', '.join(STUDY.figures)}",
    )  # fmt: skip
    parser.add_argument(
        "--study", dest="document", action="store_const", const=STUDY, default=PAPER,
        help="autoencoders against dictionary learning, instead of the paper: writes "
        f"{STUDY.report}",
    )  # fmt: skip
    parser.add_argument(
        "--paper", action="store_true",
        help=f"at the paper's scale: {sum(HOURS.values()):g} hours at most, repetition "
        "by repetition; with --study, at its full scale: a night",
    )  # fmt: skip
    parser.add_argument(
        "--again", action="store_true", help="run finished ones as well: results of "
        "this commit; if interrupted, go on by the same command without --again",
    )  # fmt: skip
    parser.add_argument(
        "--only-report", action="store_true", help="run nothing, write the report"
    )
    parser.add_argument(
        "--output", type=Path, default=ROOT, metavar="DIR",
        help="where REPRODUCTION.md, results/ and the tables of runs "
        f"({FOLDER}) are, by default the repository",
    )  # fmt: skip
    parser.add_argument(
        "--threads", type=int, default=int(os.environ.get("OMP_NUM_THREADS", 1)),
        help="OMP_NUM_THREADS of the runs, by default that of the environment, or 1",
    )  # fmt: skip
    parser.add_argument(
        "--parallel-config", type=Path, metavar="FILE",
        help="spread the runs of each part, as configs/slurm.yml or configs/dask.yml "
        "says; by default they run one after the other",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    spread = options.parallel_config
    if spread and not spread.is_file():
        parser.error(f"no file {spread}: --parallel-config needs one.")
    known = options.document.figures
    unknown = [name for name in options.figures if name not in known]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}. Known: {', '.join(known)}.")
    options.figures = [known[name] for name in options.figures or known]
    return options


if __name__ == "__main__":
    sys.exit(main())
