"""Alternating minimisation by fixed codes: its gradient, its loss, its learner."""

import numpy as np
import pytest
import torch
from coded_problems import CASES, loss, problem
from problems import dense_problem
from torch_solvers import PROBLEM
from torch_solvers import make as make_solver

from benchmark_utils.coding.fixed_codes import FixedCodes
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense, make_dictionary, statistics
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.sampling import FullBatch, MiniBatches
from benchmark_utils.learning.updates.gradient import GradientUpdate

LMBD = 0.2
cases = pytest.mark.parametrize("model, channels, support, atom", CASES)


def other(dictionary):
    """A dictionary of other atoms, of unit norm."""
    generator = torch.Generator().manual_seed(1)
    grads = [torch.randn(p.shape, generator=generator) for p in dictionary.params]
    return dictionary.moved([g.to(dictionary.params[0]) for g in grads], 0.2)


@cases
@pytest.mark.parametrize("positive", [False, True])
def test_gradient_is_that_of_no_layers(model, channels, support, atom, positive):
    dictionary, X, _ = problem(model, channels, support, atom)
    options = {"backprop_depth": 0, "positive": positive}
    found = FixedCodes(8, LMBD, **options).gradient(dictionary, X)
    expected = Unrolled(8, LMBD, **options).gradient(dictionary, X)
    assert found.loss == pytest.approx(expected.loss, rel=1e-9)
    assert torch.equal(found.usage, expected.usage) and found.usage.any()
    for one, peer in zip(found.params, expected.params, strict=True):
        torch.testing.assert_close(one, peer)


@cases
def test_loss_near_is_that_of_the_same_codes(model, channels, support, atom):
    dictionary, X, _ = problem(model, channels, support, atom)
    network, moved = FixedCodes(8, LMBD, backprop_depth=0), other(dictionary)
    Z = network.codes(dictionary, X)
    if model == "dense":
        residual = (X - Z @ moved.params[0]).square().sum() / 2
    else:
        residual = loss(torch.as_tensor(moved.to_array()), X, Z)
    expected = (residual + LMBD * Z.abs().sum()).item()
    found = network.gradient(dictionary, X)
    assert found.loss_near(moved) == pytest.approx(expected, rel=1e-9)
    assert found.loss_near(moved) != pytest.approx(found.loss, rel=1e-3)


def test_blocks_of_signals_and_windows_of_waveforms(monkeypatch):
    dictionary, X, _ = problem("rank1", 5, (23,), (6,), n_signals=7)
    dictionary = make_dictionary("rank1", dictionary.to_array(), window=True)
    network = FixedCodes(8, LMBD, backprop_depth=0)
    whole = network.gradient(dictionary, X)
    monkeypatch.setattr(type(dictionary), "block_size", lambda self, X: 3)
    parts = network.gradient(dictionary, X)
    moved = other(dictionary)
    assert parts.loss_near(moved) == pytest.approx(whole.loss_near(moved), rel=1e-12)
    tape = Unrolled(8, LMBD, backprop_depth=0).gradient(dictionary, X)
    for one, peer in zip(parts.params, tape.params, strict=True):
        torch.testing.assert_close(one, peer)


def test_single_precision_tells_small_steps_apart():
    dictionary, X, _ = problem("dense", 7, (), (), n_signals=500)
    network = FixedCodes(8, LMBD, backprop_depth=0)
    single = make_dictionary("dense", dictionary.to_array(), dtype=torch.float32)
    found = network.gradient(single, X.float())
    assert found.params[0].dtype == torch.float32
    tangent = single.tangent(found.params)
    near = single.moved(tangent, 1e-5 / tangent[0].norm())
    moved = near.params[0].double() - single.params[0].double()
    predicted = (tangent[0].double() * moved).sum().item()
    assert found.loss_near(near) - found.loss == pytest.approx(predicted, rel=1e-2)


def test_sparse_codes_do_without_numba(monkeypatch):
    dictionary, X, _ = problem("dense", 7, (), (), n_signals=100)
    network = FixedCodes(8, 1.5, backprop_depth=0)
    expected = network.gradient(dictionary, X)
    assert 0 < expected.usage.sum() < 0.2 * 100 * dictionary.n_atoms
    monkeypatch.setattr(statistics, "has_numba", lambda: False)
    monkeypatch.setattr(statistics, "_sparse_statistics", None)
    found = network.gradient(dictionary, X)
    assert found.loss == pytest.approx(expected.loss)
    torch.testing.assert_close(found.params, expected.params)


def test_layers_to_go_back_through_are_an_error():
    with pytest.raises(ValueError, match="backprop_depth=0, got 3"):
        FixedCodes(5, LMBD, backprop_depth=3)
    with pytest.raises(ValueError, match="backprop_depth=0"):
        FixedCodes(5, LMBD)


@pytest.mark.slow
def test_learner_takes_one_pass_a_step_and_gets_as_far():
    X, _, D_init = dense_problem(n_signals=200)
    found, signals = {}, torch.as_tensor(X)
    for kind in (Unrolled, FixedCodes):
        network = kind(20, 0.1, backprop_depth=0)
        start, batches = Dense.from_array(D_init), FullBatch(X)
        learner = Learner(start, network, GradientUpdate(), batches, tol=1e-6)
        while learner.step():
            assert learner.n_steps < 5000
        found[kind] = learner
    fixed, plain = found[FixedCodes], found[Unrolled]
    assert fixed.n_evaluations == fixed.n_steps < plain.n_evaluations
    losses = [x.encoder.loss(x.dictionary, signals) for x in (fixed, plain)]
    assert losses[0] == pytest.approx(losses[1], rel=2e-2)
    assert losses[0] < 0.9 * plain.encoder.loss(start, signals)


def test_a_loss_that_is_not_finite_is_no_step():
    X, _, D_init = dense_problem(n_signals=50)
    X[3, 2] = np.nan
    batches = MiniBatches(X, 50, np.random.default_rng(0))
    network = FixedCodes(5, 0.1, backprop_depth=0)
    learner = Learner(Dense.from_array(D_init), network, GradientUpdate(), batches)
    learner.step()
    np.testing.assert_array_equal(learner.learned.to_array(), D_init)


@pytest.mark.parametrize("name", ["AM", "Stochastic-DDL"])
def test_solvers_have_it_for_alternating_minimisation(name):
    depth = {} if name == "AM" else {"backprop_depth": 0, "line_search": True}
    solver = make_solver(name, fixed_codes=True, **depth)
    assert solver.skip(**PROBLEM) == (False, None)
    solver.set_objective(**PROBLEM)
    solver.warm_up()
    solver.start()
    assert isinstance(solver.learner.encoder.at(0), FixedCodes)
    for _ in range(3):
        solver.step()
    assert solver.learner.n_evaluations == 3
    assert np.isfinite(solver.learner.loss)


def test_ddl_by_fixed_codes_is_skipped_with_the_reason():
    solver = make_solver("Stochastic-DDL", fixed_codes=True, line_search=True)
    skip, reason = solver.skip(**PROBLEM)
    assert skip and "fixed_codes" in reason and "backprop_depth=0" in reason


def test_fixed_codes_without_a_line_search_are_skipped_with_the_reason():
    solver = make_solver("Stochastic-DDL", fixed_codes=True, backprop_depth=0)
    skip, reason = solver.skip(**PROBLEM)
    assert skip and "line_search=True" in reason
