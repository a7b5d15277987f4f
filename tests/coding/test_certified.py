"""The certified coder against independent Lasso solvers."""

import time

import numpy as np
import pytest
import spams
import torch
from problems import dense_problem
from sklearn.linear_model import Lasso

from benchmark_utils.coding import splitting
from benchmark_utils.coding.certificate import duality_gap
from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.supports import solve_signs
from benchmark_utils.dictionaries import Dense
from benchmark_utils.dictionaries.unit_norm import unit_atoms


def values(X, D, Z, lmbd):
    return ((X - Z @ D) ** 2).sum(1) / 2 + lmbd * np.abs(Z).sum(1)


def sklearn_codes(X, D, lmbd, positive):
    options = {"fit_intercept": False, "positive": positive, "max_iter": 100_000}
    lasso = Lasso(lmbd / X.shape[1], tol=1e-12, **options)
    return lasso.fit(D.T, X.T).coef_


def spams_codes(X, D, lmbd, positive):
    codes = spams.lasso(
        np.asfortranarray(X.T),
        np.asfortranarray(D.T),
        lambda1=lmbd,
        mode=2,
        pos=positive,
    )
    return codes.toarray().T


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("lmbd", [0.1, 0.5])
@pytest.mark.parametrize("reference", [sklearn_codes, spams_codes])
def test_objective_of_independent_solvers(reference, lmbd, positive):
    X, _, D = dense_problem(n_signals=100)
    found = certified_codes(
        Dense.from_array(D), torch.as_tensor(X), lmbd, positive, tol=1e-12
    )
    expected = values(X, D, reference(X, D, lmbd, positive), lmbd)
    assert found.values.sum().item() == pytest.approx(expected.sum(), rel=1e-8)
    # What is certified holds for each signal: nothing is better than value - gap.
    assert (expected >= (found.values - found.gaps).numpy() - 1e-12).all()
    assert found.relative_gap <= 1e-12
    np.testing.assert_allclose(values(X, D, found.Z.numpy(), lmbd), found.values)
    if positive:
        assert (found.Z >= 0).all()


def test_gap_bounds_any_codes_from_below():
    X, _, D = dense_problem()
    dictionary, signals = Dense.from_array(D), torch.as_tensor(X)
    best = certified_codes(dictionary, signals, 0.2, tol=1e-12).values
    rng = np.random.default_rng(0)
    for scale in (0, 1e-3, 1):
        Z = torch.as_tensor(scale * rng.standard_normal((len(X), len(D))))
        value, gap = duality_gap(dictionary, signals, Z, 0.2)
        assert (value - gap <= best + 1e-12).all()


def test_warm_start_gives_the_same_and_a_solution_costs_nothing(monkeypatch):
    X, _, D = dense_problem()
    dictionary, signals = Dense.from_array(D), torch.as_tensor(X)
    cold = certified_codes(dictionary, signals, 0.1, tol=1e-10)
    rng = np.random.default_rng(0)
    near = Dense.from_array(unit_atoms(D + 0.01 * rng.standard_normal(D.shape)))
    warm = certified_codes(near, signals, 0.1, tol=1e-10, Z_init=cold.Z)
    again = certified_codes(near, signals, 0.1, tol=1e-10)
    torch.testing.assert_close(warm.values, again.values, rtol=1e-9, atol=0)
    monkeypatch.setattr(type(dictionary.gram()), "descend", None)
    same = certified_codes(dictionary, signals, 0.1, tol=1e-10, Z_init=cold.Z)
    torch.testing.assert_close(same.Z, cold.Z)


def test_what_cannot_be_reached_is_reported_not_claimed():
    X, _, D = dense_problem()
    found = certified_codes(
        Dense.from_array(D), torch.as_tensor(X), 0.01, tol=1e-12, max_iter=20
    )
    assert found.relative_gap > 1e-12


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("lmbd", [0.03, 0.3])
def test_equal_atoms_do_no_harm(lmbd, positive):
    # G_SS is singular wherever both copies are used, and supports exceed features.
    X, _, D = dense_problem()
    signals, doubled = torch.as_tensor(X), np.concatenate([D, D[:5], -D[5:8]])
    twice = certified_codes(Dense.from_array(doubled), signals, lmbd, positive)
    kept = np.concatenate([D, -D[5:8]]) if positive else D
    once = certified_codes(Dense.from_array(kept), signals, lmbd, positive, tol=1e-12)
    assert twice.relative_gap <= 1e-6
    torch.testing.assert_close(twice.values, once.values, rtol=2e-6, atol=0)


def test_zero_signals_and_large_lmbd_have_zero_codes_and_no_gap():
    X, _, D = dense_problem()
    X[3] = 0
    found = certified_codes(Dense.from_array(D), torch.as_tensor(X), 1e3)
    assert not found.Z.any()
    assert found.gaps[3] == 0 and found.values[3] == 0
    np.testing.assert_allclose(found.values, (X**2).sum(1) / 2)


def test_blocks_do_not_matter(monkeypatch):
    X, _, D = dense_problem()
    dictionary, signals = Dense.from_array(D), torch.as_tensor(X)
    whole = certified_codes(dictionary, signals, 0.1, tol=1e-10)
    monkeypatch.setattr(Dense, "block_size", lambda self, X: 7)
    parts = certified_codes(dictionary, signals, 0.1, tol=1e-10, Z_init=whole.Z * 0)
    torch.testing.assert_close(parts.values, whole.values, rtol=1e-9, atol=0)


def test_cost_of_an_evaluation():
    # The issue asks for 0.3 s (1000 signals, 30 x 50); ten times that is allowed
    # here. It is the processor's time: the machine may do other things too.
    X, _, D = dense_problem(1000, 30, 50)
    start = time.process_time()
    found = certified_codes(Dense.from_array(D), torch.as_tensor(X), 0.1)
    assert time.process_time() - start < 3
    assert found.relative_gap <= 1e-6


def test_supports_that_settle_are_solved_and_certified_sooner(monkeypatch):
    X, _, D = dense_problem(200, 30, 50)
    problem = Dense.from_array(D), torch.as_tensor(X), 0.3
    assert certified_codes(*problem, tol=1e-9, max_iter=300).relative_gap <= 1e-9
    monkeypatch.setattr(splitting, "STEPS", 0)
    assert certified_codes(*problem, tol=1e-9, max_iter=300).relative_gap > 1e-9


def test_the_system_of_the_signs_is_solved_unless_it_is_singular():
    _, _, D = dense_problem()
    D[1], rng = D[0], np.random.default_rng(0)
    G, b = torch.as_tensor(D @ D.T), torch.as_tensor(rng.standard_normal((4, 15)))
    signs = torch.zeros_like(b)
    signs[0, [2, 5, 7]], signs[1, 9], signs[2, [0, 1]] = 1, -1, 1
    Z = solve_signs(G, b, signs, 0.1)
    wrong = (Z @ G - b + 0.1 * signs) * signs
    assert wrong[[0, 1]].abs().max() < 1e-10
    assert (Z[:2].ne(0) == signs[:2].ne(0)).all()
    assert Z.isfinite().all() and not Z[2:].any()


@pytest.mark.parametrize("n_atoms", [30, 300])
def test_codes_that_are_not_numbers_prove_nothing(n_atoms):
    rng = np.random.default_rng(0)
    D = unit_atoms(rng.standard_normal((n_atoms, 20)))
    X = torch.as_tensor(rng.standard_normal((5, 20)))
    X[2, 3] = torch.nan
    codes = certified_codes(Dense.from_array(D), X, 0.1, max_iter=50)
    assert codes.relative_gap == torch.inf
    with pytest.warns(UserWarning, match="codes of the new signals stopped at .* inf"):
        codes.warn_above(1e-6, "new")
