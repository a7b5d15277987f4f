"""Calls of benchopt for a run file, and what is told of one that failed."""

import os
import re
import subprocess
import sys

LAST_LINES = 3
COLORS = re.compile(r"\x1b\[[0-9;]*m")


def benchopt(runs, threads, verb, *options, config=None, timeout=None, **variables):
    """Call benchopt, what it prints going to the log; return its status.

    That is None where it was stopped after `timeout` seconds.
    """
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "BENCHOPT_RAISE_ON_ERROR": "true",
        "PYTHONUNBUFFERED": "1",
        **variables,
    }
    command = [
        *(sys.executable, "-m", "benchopt", verb, runs.benchmark),
        *("--config", config or runs.config, *options),
    ]
    with open(runs.log, "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            list(map(str, command)), cwd=runs.root, env=environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:  # also on Ctrl-C: nothing goes on by itself
            if process.poll() is None:
                process.terminate()
                process.wait()


def last_words(runs):
    """Return the end of what benchopt printed: why it failed."""
    text = runs.log.read_text(encoding="utf-8", errors="replace")
    # A record is to be shared: it names no folder of this machine.
    text = text.replace(str(runs.root), ".").replace(str(runs.output), ".")
    lines = [COLORS.sub("", line).strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    return " / ".join(lines[-LAST_LINES:])
