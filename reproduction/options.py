"""The options of the command line: what is run, how, and where results are."""

import argparse
from pathlib import Path

from reporting import checks
from reproduction.budget import OF_THE_PAPER, OF_THE_STUDY
from reproduction.documents import PAPER, STUDY
from reproduction.parts import ROOT
from reproduction.runs import FOLDER


def parse(arguments=None):
    """Return the options; wrong ones end the program with a message."""
    parser = argparse.ArgumentParser(
        prog="python -m reproduction",
        description="Run the figures and tables of the paper, and judge its claims.",
        epilog="Finished figures are kept, whichever commit measured them, until their "
        "run file changes. Interrupted, it goes on where it was.",
    )
    _add_what(parser)
    _add_how(parser)
    options = parser.parse_args(arguments)
    known = options.document.figures
    unknown = [name for name in options.figures if name not in known]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}. Known: {', '.join(known)}.")
    options.figures = [known[name] for name in options.figures or known]
    if options.threads is None:
        try:
            options.threads = checks.environment_threads()
        except argparse.ArgumentTypeError as error:
            parser.error(str(error))
    return options


def check(output, threads, spread):
    """Raise an ArgumentTypeError for options that would fail in the middle of a run."""
    checks.folder(output)
    if threads < 1:
        raise argparse.ArgumentTypeError(f"--threads must be 1 or more; got {threads}")
    if spread:
        checks.parallel_config(spread)


def _add_what(parser):
    """Add the options that say what is run."""
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
        help=f"at the paper's scale: {sum(OF_THE_PAPER.values()):g} hours at most, "
        "repetition by repetition; with --study, at its full scale: "
        f"{sum(OF_THE_STUDY.values())} hours at most",
    )  # fmt: skip
    parser.add_argument(
        "--again", action="store_true", help="run finished ones as well: results of "
        "this commit; if interrupted, go on by the same command without --again",
    )  # fmt: skip
    parser.add_argument(
        "--only-report", action="store_true", help="run nothing, write the report"
    )


def _add_how(parser):
    """Add the options that say how it is run, and where results are."""
    parser.add_argument(
        "--output", type=Path, default=ROOT, metavar="DIR",
        help="where REPRODUCTION.md, results/ and the tables of runs "
        f"({FOLDER}) are, by default the repository",
    )  # fmt: skip
    parser.add_argument(
        "--threads", type=int,
        help="OMP_NUM_THREADS of the runs, by default that of the environment, or 1",
    )  # fmt: skip
    parser.add_argument(
        "--parallel-config", type=Path, metavar="FILE",
        help="spread the runs of each part, as configs/slurm.yml or configs/dask.yml "
        "says; by default they run one after the other",
    )  # fmt: skip
