"""Solvers that need more memory than there is say so, and take it from nobody."""

import numpy as np
import pytest
from conv_peers import solver_class

from benchmark_utils.dictionaries import dense, make_dictionary

BIG = {"n_atoms": 16_384, "atom_shape": (768,), "lmbd": 0.1, "positive": False}
MANY = np.broadcast_to(0.0, (1_000_000, 768))  # a single number in memory
NEEDS = {"K-SVD": 395, "Batch-sklearn": 397, "Online-sklearn": 6.4, "Online-SPAMS": 4.3}
SOLVERS = [*NEEDS, "AM", "DDL", "Truncated-DDL", "Stochastic-DDL", "Block-AM"]


def skipped(name, free, monkeypatch, **parameters):
    solver = solver_class(name).get_instance(**parameters)
    (base,) = (c for c in type(solver).__mro__ if c.__name__ == "DictionarySolver")
    # Not by its name: benchopt may have loaded it anew.
    monkeypatch.setitem(base.skip.__globals__, "free_memory", lambda: free)
    D_init = np.broadcast_to(0.0, (16_384, 768))
    return solver.skip(X=MANY, model="dense", D_init=D_init, **BIG)


@pytest.mark.parametrize("name", SOLVERS)
def test_what_it_would_need_is_said(name, monkeypatch):
    skip, reason = skipped(name, 4e9, monkeypatch)
    assert skip == (name in NEEDS)
    if skip:
        needed = float(reason.split("would need ")[1].split(" GB")[0])
        assert needed == pytest.approx(NEEDS[name], rel=0.02)
        assert "1000000 signals and 16384 atoms, and 4.0 GB are free" in reason
        assert "use fewer signals or atoms" in reason


@pytest.mark.parametrize("name", NEEDS)
def test_with_enough_memory_it_runs(name, monkeypatch):
    assert not skipped(name, 1e12, monkeypatch)[0]


def test_block_am_without_candidates_needs_products_of_all_atoms(monkeypatch):
    skip, reason = skipped("Block-AM", 4e9, monkeypatch, coder="greedy", device="cpu")
    assert skip and "6.4 GB" in reason


@pytest.mark.parametrize("given", [{"n_layers": 20}, {"rho": 5.0}, {"n_passes": 2}])
def test_what_candidates_do_not_look_at_is_named(given, monkeypatch):
    skip, reason = skipped("Block-AM", 1e12, monkeypatch, coder="candidates", **given)
    ((name, value),) = given.items()
    assert skip and reason.startswith(f"{name}={value} has no effect on candidates")
    assert not skipped("Block-AM", 1e12, monkeypatch, coder="candidates")[0]


def test_layers_of_wide_dictionaries_make_nothing_of_all_atoms_squared():
    rng = np.random.default_rng(0)
    wide, square = (
        make_dictionary("dense", rng.standard_normal((n, 10))).gram()
        for n in (129, 128)
    )
    assert isinstance(wide, dense.WideGram) and isinstance(square, dense.DenseGram)
    assert "matrix" not in vars(wide)
