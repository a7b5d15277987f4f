"""PUDLE: the outer loss, and λ that decays. Its atoms are less biased."""

import numpy as np
import pytest
import torch
from problems import dense_problem, tape_loss
from torch_solvers import PROBLEM, make, run

from benchmark_utils.coding.decaying import LEAST, Decaying
from benchmark_utils.coding.growing import Growing
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense
from benchmark_utils.problem.initial import unit_atoms
from benchmark_utils.scoring.scores import correlations, recovery_score

X, _, D_INIT = dense_problem()
SIGNALS, LMBD = torch.as_tensor(X), 0.2


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("depth", [0, 2, 5])
def test_the_gradient_of_the_data_term_is_that_of_autograd(depth, positive):
    dictionary = Dense.from_array(D_INIT)
    network = Unrolled(
        5, LMBD, backprop_depth=depth, positive=positive, outer_loss="ls"
    )
    D = torch.tensor(D_INIT, requires_grad=True)
    norm = dictionary.gram().norm()
    loss = tape_loss(D, SIGNALS, network, network.factors, norm)
    loss.backward()
    found = network.gradient(dictionary, SIGNALS)
    torch.testing.assert_close(found.params[0], D.grad)
    Z = network.codes(dictionary, SIGNALS)
    data = 0.5 * ((SIGNALS - Z @ dictionary.params[0]) ** 2).sum().item()
    assert found.loss == pytest.approx(data)
    assert network.loss(dictionary, SIGNALS) == pytest.approx(data)
    whole = data + LMBD * Z.abs().sum().item()
    assert network.lasso(dictionary, SIGNALS, LMBD) == pytest.approx(whole)


def test_lambda_falls_by_step_and_not_below_its_least():
    network = Unrolled(6, LMBD)
    decaying = Decaying(network, 0.5)
    found = [decaying.at(step).lmbd for step in (0, 1, 2, 100)]
    np.testing.assert_allclose(found, LMBD * np.array([1, 0.5, 0.25, LEAST]))
    assert decaying.at(1).outer_lmbd == LMBD / 2 and network.lmbd == LMBD
    growing = Decaying(Growing(network, 2, 4), 0.5)
    assert [growing.at(step).n_layers for step in (0, 4)] == [2, 6]
    codes = growing.codes(Dense.from_array(D_INIT), SIGNALS, 4)
    expected = Unrolled(6, LMBD / 16).codes(Dense.from_array(D_INIT), SIGNALS)
    torch.testing.assert_close(codes, expected)


def test_what_cannot_be_is_said():
    with pytest.raises(ValueError, match="lmbd_decay must be in"):
        Decaying(Unrolled(2, LMBD), 0)
    with pytest.raises(ValueError, match="outer_loss must be one of"):
        Unrolled(2, LMBD, outer_loss="mse")
    solver = make("DDL", lmbd_decay=0.9, learn_steps=True)
    skipped, reason = solver.skip(**PROBLEM)
    assert skipped and "use lmbd_decay=1" in reason


def error_at_the_end(name, n_steps=150, **options):
    """1 - recovery on signals without noise, from near the truth."""
    X, D, _ = dense_problem(n_signals=600, n_features=20, sigma=0)
    noise = np.random.default_rng(1).standard_normal(D.shape)
    D_init = unit_atoms(D + 0.1 * noise)
    given = {"X": X, "D_init": D_init, "atom_shape": (20,), "lmbd": 0.3}
    problem = {**PROBLEM, **given, "with_codes": False}
    end = run(make(name, **options), n_steps, problem)[-1]
    return 1 - recovery_score(correlations(end, D))


STOCHASTIC = {"batch_size": 200, "epoch_length": 10}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, options",
    [("DDL", {}), ("Truncated-DDL", {}), ("Stochastic-DDL", STOCHASTIC)],
)
def test_a_decaying_lambda_leaves_atoms_less_biased(name, options):
    lasso = error_at_the_end(name, **options)
    for outer_loss in ("lasso", "ls"):
        pudle = {"outer_loss": outer_loss, "lmbd_decay": 0.97}
        assert error_at_the_end(name, **options, **pudle) < lasso / 4


def test_the_network_loss_is_for_the_lambda_of_the_objective():
    solver = make("DDL", n_layers=5, outer_loss="ls", lmbd_decay=0.9)
    run(solver, 5)
    result = solver.get_result()
    Z, D, X = result["Z"], result["D"], PROBLEM["X"]
    expected = 0.5 * ((X - Z @ D) ** 2).sum() + 0.1 * np.abs(Z).sum()
    assert result["network_loss"] == pytest.approx(expected / len(X), rel=1e-4)
