"""The code, the packages, the threads and the device of a run."""

import hashlib
import os
import re
import threading
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import joblib
import torch

from benchmark_utils.devices import resolve_device

SOURCES = Path(__file__).resolve().parents[1]
SHOWN_ONLY = "pages"  # this folder shows results and does not change them
# Libraries that have their own variable use OMP_NUM_THREADS if it is not set.
VARIABLES = ("MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_n_jobs = 1


@cache
def code(folder=SOURCES):
    """Hash of the sources that the components share, as they are at the first call.

    Parameters
    ----------
    folder : path

    Returns
    -------
    digest : str
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder)
        if name.parts[0] != SHOWN_ONLY:
            digest.update(f"{name.as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def packages(requirements):
    """Versions of the packages that a component requires.

    Parameters
    ----------
    requirements : list of str, dict of such lists, or None
        In benchopt's format: "pip::torch>=2.4", "conda-forge::numpy", "scipy".

    Returns
    -------
    versions : dict of str to str
        Versions of the installed packages.
    """
    if isinstance(requirements, dict):
        requirements = sum(requirements.values(), [])
    names = [re.match(r"[\w.-]*", x.split("::")[-1])[0] for x in requirements or ()]
    found = {name: _version(name) for name in names}
    return {name: number for name, number in found.items() if number}


@cache
def _version(name):
    try:
        return version(name)
    except (PackageNotFoundError, ValueError):
        return None


def threads():
    """Facts that determine the number of threads of a run.

    They are those of the process that starts the run.

    Runs that benchopt spreads over processes share the cores, unless
    ``OMP_NUM_THREADS`` is set. So the number of processes counts as well.

    Returns
    -------
    facts : dict
    """
    each = os.environ.get("OMP_NUM_THREADS")
    return {
        "threads": torch.get_num_threads(),
        "processes": _processes() if each is None else 1,
        **{name: os.environ.get(name, each) for name in VARIABLES},
    }


def _processes():
    """The number of processes that the runs are spread over.

    joblib knows it only in the main thread, which starts the first runs. The number is
    kept for the other threads, which start the other runs.
    """
    global _n_jobs
    if threading.current_thread() is threading.main_thread():
        _n_jobs = joblib.effective_n_jobs(None)
    return _n_jobs


def device(name):
    """Name of the hardware that a ``device`` parameter means here."""
    try:
        found = resolve_device(name)
    except ValueError:  # a reason to skip the run
        return str(name)
    return torch.cuda.get_device_name(found) if found.type == "cuda" else found.type
