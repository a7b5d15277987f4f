"""Block-AM on wide dictionaries: when codes are on candidates, and what comes of it."""

import numpy as np
import pytest
from conv_peers import events, make
from problems import wide_problem

from benchmark_utils.coding.candidates import CandidateDescent
from benchmark_utils.coding.watched import Watched
from benchmark_utils.learning.updates.block import BlockUpdate
from benchmark_utils.learning.updates.residual import ResidualUpdate

DENSE = {"model": "dense", "positive": True, "device": "cpu"}


def run(solver, n_steps):
    solver.run(lambda: solver.n_steps < n_steps)
    return solver.get_result()


def recovered(D, D_true):
    return np.mean(np.abs(D_true @ D.T).max(1) > 0.9)


def test_a_small_wide_dictionary_is_recovered():
    X, D_true, D_init = wide_problem(n_signals=6000, n_atoms=200)
    assert recovered(D_init, D_true) < 0.5
    solver, _ = make("Block-AM", X, D_init, coder="candidates", **DENSE)
    result = run(solver, 100)
    assert recovered(result["D"], D_true) > 0.95
    assert result["n_candidates"] == 32


@pytest.mark.parametrize(
    "n_atoms, reg, coder, wide",
    [
        (100, 0.1, None, False),  # few atoms
        (500, 0.1, None, True),
        (500, 0.1, "fista", False),
        (500, 0.1, "greedy", False),
        (100, 0.1, "candidates", True),
    ],
)
def test_size_and_density_choose_the_regime(n_atoms, reg, coder, wide):
    X, _, D = wide_problem(n_signals=500, n_atoms=n_atoms)
    solver, _ = make("Block-AM", X, D, reg=reg, coder=coder, **DENSE)
    solver.start()
    kinds = CandidateDescent, ResidualUpdate
    if not wide:
        kinds = Watched, BlockUpdate
    learner = solver.learner
    assert (type(learner.encoder), type(learner.update)) == kinds
    assert (solver.extra_results()["n_candidates"] > 0) == wide


def test_dense_codes_of_many_atoms_are_not_on_candidates():
    rng = np.random.default_rng(0)
    X, D = rng.standard_normal((300, 200)), rng.standard_normal((500, 200))
    D /= np.linalg.norm(D, axis=1, keepdims=True)
    solver, _ = make("Block-AM", X, D, reg=0.05, **DENSE)
    assert not solver.wide()


def test_so_many_atoms_are_always_on_candidates():
    rng = np.random.default_rng(0)
    X, D = rng.standard_normal((300, 200)), rng.standard_normal((1000, 200))
    D /= np.linalg.norm(D, axis=1, keepdims=True)
    found = []
    for n_atoms in (999, 1000):
        solver, _ = make("Block-AM", X, D[:n_atoms], reg=0.05, **DENSE)
        found.append(solver.wide())
    assert found == [False, True]


@pytest.mark.parametrize("replace", [True, False])
def test_replace_unused_is_renewal_here(replace):
    X, _, D = wide_problem(n_signals=300, n_atoms=100)
    options = {**DENSE, "coder": "candidates", "replace_unused": replace}
    solver, _ = make("Block-AM", X, D, **options)
    solver.start()
    assert bool(solver.learner.update.renewal) == replace
    assert solver.learner.replacement is None


@pytest.mark.parametrize("n_atoms, every", [(100, 25), (2500, 25), (10_000, 100)])
def test_the_more_atoms_the_more_rarely_duplicates_are_sought(n_atoms, every):
    X, _, D = wide_problem(n_signals=300, n_atoms=100)
    solver, _ = make("Block-AM", X, D, coder="candidates", **DENSE)
    solver.n_atoms = n_atoms
    assert solver.renewal().every == every


def test_candidates_of_recordings_are_refused_with_the_remedy():
    X, _, D = events()
    with pytest.raises(AssertionError, match="dense data, not rank1: use coder=fista"):
        make("Block-AM", X, D, coder="candidates")
