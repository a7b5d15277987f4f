"""Command lines in forks of one process, which has imported what takes seconds.

A new Python takes longer to import PyTorch, SciPy, pandas … than a tiny run takes. The
process that is forked imports libraries alone, and nothing of a benchmark.
"""

import multiprocessing
import os
import runpy
import sys
from contextlib import contextmanager

from documents import ROOT

LIBRARIES = [
    "alphacsc",
    "benchopt.cli.main",
    "benchopt.plotting",
    "benchopt.runner",
    "matplotlib.pyplot",
    "mne",
    "numba",
    "scipy.stats",
    "sklearn.decomposition",
    "sporco.cnvrep",
    "torch",
]
CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()


def call_module(module, arguments, folder, environment, log):
    """Do what ``python -m <module> <arguments>`` does in a folder.

    Parameters
    ----------
    module : str
    arguments : list of str
    folder : Path
    environment : dict of str
        All of it. Variables that a library reads on import are those of the first call.
    log : Path
        Is given what the command says, errors included.

    Returns
    -------
    int, the exit status
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)
    call = (module, arguments, str(folder), environment, str(log))
    process = context.Process(target=_main, args=call)
    with _environment(environment):  # of the process that is forked, at first
        process.start()
    process.join()
    return process.exitcode


def _main(module, arguments, folder, environment, log):
    with open(os.devnull) as nothing, open(log, "w") as said:
        os.dup2(nothing.fileno(), 0)
        for stream in (1, 2):
            os.dup2(said.fileno(), stream)
    os.chdir(folder)
    # The benchmark is the one in the folder, and not the one of the tests.
    sys.path[:] = ["", *(p for p in sys.path if not p.startswith(str(ROOT)))]
    sys.argv = [module, *arguments]
    with _environment(environment):
        runpy.run_module(module, run_name="__main__", alter_sys=True)


@contextmanager
def _environment(variables):
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
