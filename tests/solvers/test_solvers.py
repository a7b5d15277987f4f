"""The torch solvers through benchopt: what each name stands for, and its results."""

import warnings

import numpy as np
import pytest
import torch
from torch_solvers import D_INIT, PROBLEM, X, awkward, make, run

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import Dense
from benchmark_utils.learning.updates.step_sizes import StepSizes

FAST = {"learning_rate": 0.05, "n_warm_up": 1}  # of Adam, for a few steps to show
TORCH_SOLVERS = {
    **dict.fromkeys(("AM", "DDL", "Truncated-DDL", "Stochastic-DDL", "Block-AM"), {}),
    "SAE": FAST,
    "LISTA": FAST,
    "MOD": {},
    "ITKrM": {},
    "NOODL": {"first_threshold": 2.0},  # the codes are not at least ten times λ here
}


def problem_of(name):
    """The problem, with codes that the solver can have."""
    return {**PROBLEM, "positive": name == "SAE"}


@pytest.mark.parametrize("name", TORCH_SOLVERS)
def test_starts_at_D_init_and_lowers_the_certified_loss(name):
    seen = run(make(name, **TORCH_SOLVERS[name]), 10, problem_of(name))
    np.testing.assert_allclose(seen[0], D_INIT, atol=1e-7)
    first, last = (
        certified_codes(Dense.from_array(D), torch.as_tensor(X), 0.1).values.mean()
        for D in (seen[0], seen[-1])
    )
    assert last < 0.95 * first
    np.testing.assert_allclose(np.linalg.norm(seen[-1], axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", TORCH_SOLVERS)
def test_same_seed_same_curve_and_a_second_run_starts_anew(name):
    options, problem = TORCH_SOLVERS[name], problem_of(name)
    solver = make(name, **options)
    first, again = run(solver, 5, problem), run(solver, 5, problem)
    np.testing.assert_array_equal(first, again)
    assert (first[0] != first[-1]).any()
    np.testing.assert_array_equal(run(make(name, **options), 5, problem), first)


def test_parameters_reach_the_learner():
    # A default in a base class must not win over a parameter of the same name.
    solver = make(
        "Stochastic-DDL",
        n_layers=12,
        backprop_depth=3,
        algorithm="ista",
        learn_steps=True,
        batch_size=7,
        n_epochs=2,
        epoch_length=4,
        decay=0.5,
    )
    run(solver, 1)
    learner = solver.learner
    assert learner.encoder.n_layers == 12
    assert learner.encoder.backprop_depth == 3
    assert learner.encoder.algorithm == "ista"
    assert learner.encoder.lmbd == 0.1
    assert learner.n_epochs == 2
    assert isinstance(learner.update, StepSizes)
    assert learner.update.search.decay == learner.update.atoms.search.decay == 0.5
    assert learner.batches.draw().shape == (7, 10)
    assert learner.batches.epoch_length == 4


@pytest.mark.parametrize("name, depth", [("AM", 0), ("DDL", 30), ("Truncated-DDL", 10)])
def test_names_stand_for_back_propagation_depths(name, depth):
    solver = make(name)
    run(solver, 1)
    assert solver.learner.encoder.backprop_depth == depth
    assert not solver.learner.batches.stochastic


def test_the_last_step_is_evaluated():
    solver = make("Stochastic-DDL", n_epochs=1, epoch_length=3)
    seen = run(solver, 100)
    assert len(seen) == 4 and solver.n_steps == 3
    np.testing.assert_array_equal(seen[-1], solver.get_result()["D"])


def test_codes_of_the_network_are_given_when_asked_for():
    solver = make("DDL", n_layers=4)
    run(solver, 2)
    Z = solver.get_result()["Z"]
    assert Z.shape == (100, 15)
    loss = ((X - Z @ solver.get_result()["D"]) ** 2).sum() / 2 + 0.1 * np.abs(Z).sum()
    network, dictionary = solver.learner.encoder, solver.learner.dictionary
    expected = network.loss(dictionary, torch.as_tensor(X, dtype=torch.float32))
    assert loss == pytest.approx(expected, rel=1e-4)
    network_loss = solver.get_result()["network_loss"]
    assert network_loss == pytest.approx(loss / len(X), rel=1e-4)
    run(solver, 2, {**PROBLEM, "with_codes": False})
    assert "Z" not in solver.get_result()


def test_nonnegative_codes():
    solver = make("DDL")
    run(solver, 2, {**PROBLEM, "positive": True})
    assert (solver.get_result()["Z"] >= 0).all()


def test_a_device_that_is_not_there_skips_with_the_reason():
    skip, reason = make("DDL", device="cuda:99").skip(**PROBLEM)
    assert skip and "device='cuda:99'" in reason and "device=cpu" in reason


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
def test_cuda_without_cuda_skips_with_the_reason():
    skip, reason = make("AM", device="cuda").skip(**PROBLEM)
    assert skip and "device='cuda'" in reason and "device=cpu" in reason


def test_what_a_solver_cannot_do_is_said():
    skip, reason = make("Truncated-DDL", n_layers=5).skip(**PROBLEM)
    assert skip and "backprop_depth=10" in reason
    skip, reason = make("AM").skip(**{**PROBLEM, "model": "graph"})
    assert skip and "graph" in reason
    assert make("AM").skip(**PROBLEM) == (False, None)


@pytest.mark.parametrize("name", TORCH_SOLVERS)
@pytest.mark.parametrize("case", ["one signal", "one atom", "zero signal", "readonly"])
def test_awkward_problems(name, case):
    signals, D = awkward(case)
    signals.flags.writeable = D.flags.writeable = False
    kept = signals.copy()
    problem = {**problem_of(name), "X": signals, "D_init": D, "n_atoms": len(D)}
    options = TORCH_SOLVERS[name] | (
        {} if name in ("SAE", "ITKrM") else {"n_layers": 12}
    )
    for atoms in run(make(name, **options), 3, problem):
        assert np.isfinite(atoms).all()
        np.testing.assert_allclose(np.linalg.norm(atoms, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(signals, kept)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.parametrize("name", TORCH_SOLVERS)
def test_cuda_gives_the_curve_of_the_cpu(name):
    options, problem = TORCH_SOLVERS[name], problem_of(name)
    on_cpu = run(make(name, **options), 5, problem)
    on_gpu = run(make(name, **options, device="cuda"), 5, problem)
    np.testing.assert_allclose(on_gpu, on_cpu, atol=1e-3)


@pytest.mark.parametrize("accepts", [True, False])
def test_am_says_why_it_is_over_before_its_time(accepts, monkeypatch):
    solver = make("AM", n_layers=4)
    solver.set_objective(**PROBLEM)
    solver.start()
    if not accepts:
        solver.learner.update.search.max_trials = 0
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert solver.step() == accepts
    said = [str(w.message) for w in seen if "is over after" in str(w.message)]
    assert len(said) == (not accepts)
    assert all("4 layers" in text and "fixed_codes=True" in text for text in said)


def test_a_stochastic_method_whose_epochs_are_over_does_not_say_so():
    options = {"settings": "paper", "n_epochs": 1, "epoch_length": 2}
    solver = make("Stochastic-DDL", backprop_depth=0, batch_size=20, **options)
    solver.set_objective(**PROBLEM)
    solver.start()
    solver.learner.update.search.max_trials = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        while solver.step():
            pass
    assert solver.learner.stuck and solver.learner.n_steps == 2
