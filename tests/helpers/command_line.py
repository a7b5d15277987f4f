"""A copy of the benchmark to run in, so that no test writes into the checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    """Call the command line; a process of its own, as a user's.

    Returns
    -------
    subprocess.CompletedProcess
        With standard output and errors in one text, ``stdout``.
    """
    # `benchopt test` calls the `python` that it finds.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "benchopt", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **QUIET, "PATH": path, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(folder, name, *arguments):
    """Results of `benchopt run`, which has to succeed, as a table."""
    done = benchopt(folder, "run", ".", "--output", name, *SETTINGS, *arguments)
    assert done.returncode == 0, done.stdout
    return read_results(folder / "outputs" / f"{name}.parquet")
