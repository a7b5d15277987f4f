"""A copy of the benchmark to run in, so that no test writes into the checkout."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import forked
from benchopt.results import read_results
from documents import ROOT

PARTS = (
    "objective.py",
    "config.yml",
    "benchmark_utils",
    "configs",
    "datasets",
    "gradient_estimation",
    "plots",
    "solvers",
)
COMPILED = Path("benchmark_utils/compiled")
# One thread: that is fastest on tiny problems, and sums are in one order everywhere.
QUIET = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "BENCHOPT_RAISE_ON_ERROR": "true"}
STARTING = {"-j", "--parallel-config"}  # options by which a run starts processes
SETTINGS = ["--seed", "0", "--no-cache", "--no-timeout", "--no-display"]


def copy_benchmark(folder):
    """Copy what a run needs into an empty folder, and return the folder.

    Compiled loops are linked: numba keeps them beside their code, and would compile
    them anew for each copy.
    """
    skipped = shutil.ignore_patterns("__pycache__", COMPILED.name)
    for part in map(ROOT.joinpath, PARTS):
        if part.is_dir():
            shutil.copytree(part, folder / part.name, ignore=skipped)
        else:
            shutil.copy(part, folder)
    (folder / COMPILED).symlink_to(ROOT / COMPILED)
    return folder


def benchopt(folder, *arguments, **environment):
    """Call the command line in a process of its own.

    It is a fork, which starts sooner than a new Python, unless the command starts
    processes by itself or has an environment of its own, which libraries read when
    they are imported.

    Returns
    -------
    subprocess.CompletedProcess
        With standard output and errors in one text, ``stdout``.
    """
    arguments = [str(argument) for argument in arguments]
    # `benchopt test` calls the `python` that it finds.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    whole = {**os.environ, **QUIET, "PATH": path, **environment}
    alone = arguments[0] == "run" and not STARTING & set(arguments)
    if alone and not environment and forked.CAN_FORK:
        return _fork(folder, arguments, whole)
    return subprocess.run(
        [sys.executable, "-m", "benchopt", *arguments],
        cwd=folder,
        env=whole,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _fork(folder, arguments, environment):
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "log"
        code = forked.call_module("benchopt", arguments, folder, environment, log)
        said = log.read_text(encoding="utf-8")
    return subprocess.CompletedProcess(["benchopt", *arguments], code, said)


def run(folder, name, *arguments):
    """Results of `benchopt run`, which has to succeed, as a table."""
    done = benchopt(folder, "run", ".", "--output", name, *SETTINGS, *arguments)
    assert done.returncode == 0, done.stdout
    return read_results(folder / "outputs" / f"{name}.parquet")
