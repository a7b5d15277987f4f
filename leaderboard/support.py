"""Which methods do not support the data of a problem, as the methods themselves say."""

import functools

import numpy as np
from benchopt.benchmark import Benchmark

from leaderboard.parts import ROOT

# Dataset -> model, shape of the signals, shape of an atom. Sizes do not matter here.
DENSE = "dense", (20, 8), (8,)
RANK_1 = "rank1", (1, 4, 100), (4, 10)
DATA = {
    "gaussian": DENSE,
    "superposition": DENSE,
    "image_patches": DENSE,
    "image": ("conv", (1, 1, 30, 30), (1, 5, 5)),
    "simulated_meg": RANK_1,
    "meg_sample": RANK_1,
}
N_ATOMS = 5


def with_unsupported(summary):
    """Return a summary in which each method has the problems that it does not support.

    Parameters
    ----------
    summary : dict, see `leaderboard.summary.summarise`

    Returns
    -------
    dict
        Each method also has ``unsupported``, the labels of these problems. A problem
        without results that is not among them was left out of the runs.
    """
    methods = [
        method | {"unsupported": _unsupported(method, summary["problems"])}
        for method in summary["methods"]
    ]
    return summary | {"methods": methods}


def _unsupported(method, problems):
    without = [p for p in problems if p["label"] not in method["results"]]
    solver = _solvers().get(method["method"].split("[")[0]) if without else None
    return [p["label"] for p in without if solver and skips(solver, p)]


def skips(solver, problem):
    """Whether a solver's class declines small data of the same kind as a problem.

    Parameters
    ----------
    solver : class
    problem : dict
        ``dataset`` and ``objective``, their names in a result table.
    """
    kind = problem["dataset"].split("[")[0]
    if kind not in DATA:
        return False
    model, shape, atom_shape = DATA[kind]
    skipped, _ = solver.get_instance().skip(
        X=np.random.default_rng(0).standard_normal(shape),
        model=model, n_atoms=N_ATOMS, atom_shape=atom_shape,
        D_init=np.ones((N_ATOMS, *atom_shape)), lmbd=0.1, with_codes=False,
        positive="positive=True" in problem["objective"],
    )  # fmt: skip
    return skipped


@functools.cache
def _solvers():
    """Return the solvers' classes by name."""
    return {solver.name: solver for solver in Benchmark(ROOT).get_solvers()}
