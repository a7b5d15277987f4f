"""The command line: `python -m reproduction --help`."""

import argparse
import signal
import sys

from reproduction import readme, report, runner
from reproduction.documents import PAPER
from reproduction.findings import find
from reproduction.options import check, parse
from reproduction.parts import ENDINGS, ROOT, Part
from reproduction.runs import FOLDER


def main(arguments=None):
    """Run what was asked for, write the report, and return the exit status."""
    options = parse(arguments)
    # A polite kill ends as Ctrl-C does: the run under way is stopped as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    output = options.output.resolve()
    try:
        check(output, options.threads, options.parallel_config)
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


if __name__ == "__main__":
    sys.exit(main())
