"""Run the parts that are not finished, one after the other."""

import os
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime

import yaml
from tqdm import tqdm

from reproduction import machine, records
from reproduction.parts import RESULTS, is_table
from reproduction.report import NAME

LAST_LINES = 3
CODE = (".", f":(exclude){RESULTS}", f":(exclude){NAME}")  # pathspecs of git
COLORS = re.compile(r"\x1b\[[0-9;]*m")


def run_all(parts, threads, spread=None):
    """Run parts, with a progress bar; finished ones are left as they are.

    A part that fails is recorded with the reason, and the next one is run.

    Parameters
    ----------
    parts : list of Part
    threads : int
        `OMP_NUM_THREADS` of the runs.
    spread : path or None
        benchopt's file on how to spread the runs of a part; None is one by one.

    Returns
    -------
    list of str
        Names of the parts that failed.
    """
    failed = []
    with tqdm(parts, unit="part") as bar:
        for part in bar:
            bar.set_description(part.name)
            if part.config.is_file() and not part.is_finished():
                if not run(part, threads, spread):
                    failed.append(part.name)
    return failed


def run(part, threads, spread=None):
    """Run one part and record it; return whether it succeeded.

    The results come to their place whole, after the run, and the record after them:
    whatever interrupts this leaves either a finished part or one to run again. A run
    that fails costs no earlier results.
    """
    for folder in (part.fresh.parent, part.result.parent):
        folder.mkdir(parents=True, exist_ok=True)
    part.fresh.unlink(missing_ok=True)
    record = _circumstances(part, threads, spread)  # code may be edited while it runs
    status = _prepare(part, threads) if part.needs_preparing() else 0
    start = time.perf_counter()
    status = status or _run(part, threads, spread)
    record["seconds"] = round(time.perf_counter() - start, 1)
    succeeded = status == 0 and is_table(part.fresh)
    if succeeded:
        os.replace(part.fresh, part.result)
        record["sha256"] = records.sha256(part.result)
    else:
        record |= {"sha256": None, "reason": _last_words(part)}
    if succeeded or not part.is_complete():
        records.write(part.record, record)
    return succeeded


def _circumstances(part, threads, spread):
    return {
        "figure": part.figure,
        "scale": part.scale,
        "fingerprint": part.fingerprint(),
        "commit": describe_commit(part.root),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.describe(threads) | {"spread": _backend(spread)},
    }


def _backend(spread):
    """Name of what spreads the runs, None for one after the other."""
    return spread and yaml.safe_load(spread.read_text(encoding="utf-8"))["backend"]


def _prepare(part, threads):
    """Fetch and prepare the data of a part; return the status of `benchopt prepare`."""
    return _benchopt(part, threads, "prepare")


def _run(part, threads, spread):
    """Return the status of `benchopt run`.

    Pages are left to `benchopt plot`: a plot that fails must not cost the results.
    """
    options = ["--output", part.fresh.resolve(), "--no-plot", "--no-display"]
    if spread:
        options += ["--parallel-config", spread.resolve()]
    return _benchopt(part, threads, "run", *options)


def _benchopt(part, threads, verb, *options):
    """Call benchopt, what it prints going to the part's log; return its status."""
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "BENCHOPT_RAISE_ON_ERROR": "true",
        "PYTHONUNBUFFERED": "1",
    }
    command = [
        *(sys.executable, "-m", "benchopt", verb, part.benchmark),
        *("--config", part.config, *options),
    ]
    with open(part.log, "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            list(map(str, command)), cwd=part.root, env=environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            return process.wait()
        finally:  # also on Ctrl-C: nothing goes on by itself
            if process.poll() is None:
                process.terminate()
                process.wait()


def _last_words(part):
    """Return the end of what benchopt printed: why it failed."""
    text = part.log.read_text(encoding="utf-8", errors="replace")
    # A record is to be shared: it names no folder of this machine.
    text = text.replace(str(part.root), ".").replace(str(part.output), ".")
    lines = [COLORS.sub("", line).strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    return " / ".join(lines[-LAST_LINES:])


def describe_commit(root):
    """Return the commit of the code, "+" after it where files were edited since.

    What the reproduction itself writes is no edit.
    """
    if not shutil.which("git"):
        return None
    commit = _git(root, "rev-parse", "--short", "HEAD")
    edited = _git(root, "status", "--porcelain", "--untracked-files=no", "--", *CODE)
    return f"{commit}{'+' if edited else ''}" if commit else None


def _git(root, *command):
    done = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True)
    return done.stdout.strip()
