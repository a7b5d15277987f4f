"""Run the parts one after the other. Finished runs are never lost."""

import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime

from reporting import machine, records
from reporting.checks import environment_threads
from reporting.commits import describe_commit
from reporting.results import is_table

RUN = ("--no-plot", "--no-display")
KEPT = (
    "{name}: not finished. benchopt's cache has the finished runs, and the same "
    "command continues from there. This makes a table of them:\n    {collect}\n"
    "If a dataset raises an error, the command ends. Name the others by `-d`."
)


def run(part, more=(), note=None):
    """Run a part, record its circumstances, and return whether all went well.

    Parameters
    ----------
    part : Part
    more : list of str
        Further options of `benchopt run`, such as ``-j 2``.
    note : str or None
        What else a reader needs to judge the times, such as other work on the machine.
    """
    part.folder.mkdir(parents=True, exist_ok=True)
    part.unfinished.unlink(missing_ok=True)
    record = circumstances(part) | {"note": note}
    prepare = "benchopt prepare" in part.config.read_text(encoding="utf-8")
    steps = [["prepare"]] if prepare else []
    steps.append(["run", "--output", str(part.unfinished), *RUN, *more])
    for verb, *options in steps:
        if _benchopt(part, verb, options):
            print(KEPT.format(name=part.name, collect=shlex.join(collecting(part))))
            return False
    return put_into_place(part, record)


def put_into_place(part, record):
    """Put the table of benchopt into its place, and return whether there is one."""
    if not is_table(part.unfinished):
        print(f"{part.name}: benchopt wrote no table")
        return False
    os.replace(part.unfinished, part.table)
    records.write(part.record, record)
    return True


def collecting(part):
    """Return the command that makes a table of the runs that were finished."""
    config = part.config.relative_to(part.root)
    return ["benchopt", "run", ".", "--config", str(config), "--collect"]


def circumstances(part):
    """Return what a reader needs to judge the times."""
    return {
        "run_file": part.config.name,
        "commit": describe_commit(part.root),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.describe(environment_threads()),
    } | part.asked_for()


def _benchopt(part, verb, options):
    """Call benchopt, and return its status."""
    command = [sys.executable, "-m", "benchopt", verb, ".", "--config", part.config]
    environment = {"OMP_NUM_THREADS": "1"}  # unless the caller has set it
    done = subprocess.run(
        [*map(str, command), *options], cwd=part.root, env=environment | os.environ
    )
    return done.returncode
