"""Trimming: which patches are outliers, and what learning gains by it."""

import numpy as np
import pytest
import torch
from benchopt.utils.run_context import RunContext
from conv_peers import BENCHMARK, events, make
from problems import dense_problem
from torch_solvers import make as make_solver

from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.learning.trimming import Trimming, patch_losses, threshold
from benchmark_utils.scoring.scores import atom_scores, correlations, match

METHODS = ["Block-AM", "Stochastic-DDL"]
SIGNALS, D_TRUE, D_INIT = events(n_signals=2, n_times=400, n_activations=15)
NETWORK = Unrolled(20, 0.1, positive=True)


def spoiled(X=SIGNALS, start=200, length=12):
    X = X.copy()
    X[1, :, start : start + length] += 10
    return torch.as_tensor(X)


def trimming(rule, X, D=D_TRUE):
    """Signals without outliers, and the mask of all signals."""
    found, dictionary = Trimming(rule), make_dictionary("conv", D)
    X = torch.as_tensor(X)
    trimmed = found.trimmed(dictionary, NETWORK, X)
    return trimmed.numpy(), found.outliers(dictionary, NETWORK, X).numpy()


def test_the_loss_of_a_patch_is_that_of_its_samples():
    X, dictionary = torch.as_tensor(SIGNALS), make_dictionary("conv", D_TRUE)
    Z = NETWORK.codes(dictionary, X).numpy()
    residual = (dictionary.reconstruct(torch.as_tensor(Z)) - X).numpy()
    samples = (residual**2).sum(1) / 2
    samples[:, 6:-5] += 0.1 * Z.sum(1)  # centre of an atom of 12 samples
    losses = patch_losses(dictionary, NETWORK, X)
    for t in (0, 3, 100, 397, 399):  # at an edge, of the samples that are there
        around = samples[:, max(0, t - 6) : t + 6]
        np.testing.assert_allclose(losses[:, t], around.mean(1), rtol=1e-6)


def test_patches_of_images_are_smoothed_in_both_dimensions():
    rng = np.random.default_rng(0)
    D = rng.standard_normal((2, 1, 3, 4))
    D /= np.sqrt((D**2).sum((1, 2, 3), keepdims=True))
    X = torch.zeros(1, 1, 20, 20, dtype=torch.float64)
    X[0, 0, 8, 9] = 0.01  # too small for a code
    losses = patch_losses(make_dictionary("conv", D), NETWORK, X)[0]
    rows, columns = (losses > 1e-12).nonzero(as_tuple=True)
    assert set(rows.tolist()) == {7, 8, 9} and set(columns.tolist()) == {8, 9, 10, 11}
    np.testing.assert_allclose(losses[rows, columns], 0.01**2 / 2 / 12)


def test_rules():
    losses = torch.cat([torch.arange(90.0), 1000 + torch.arange(10.0)])
    assert (losses > threshold(losses, 0.1)).sum() == 10
    assert (losses > threshold(losses, 0.25)).sum() == 25
    found = threshold(losses, "mad")
    assert found == pytest.approx(49 + 25 * 3.5 / 0.6745, abs=6)
    assert (losses > found).sum() == 10
    silent = torch.zeros(100)
    silent[:10] = 1
    assert not (silent > threshold(silent, "mad")).any()
    assert not (torch.ones(100) > threshold(torch.ones(100), 0.1)).any()


@pytest.mark.parametrize("rule", ["mad", 0.1])
def test_patches_without_a_signal_do_not_set_the_threshold(rule):
    losses = torch.cat([torch.arange(1, 90.0), 1000 + torch.arange(10.0)])
    rounding = 1e-15 * torch.rand(900, generator=torch.Generator().manual_seed(0))
    padded = torch.cat([losses, rounding])
    assert threshold(padded, rule) == threshold(losses, rule)
    assert threshold(torch.zeros(5), rule) == torch.inf


@pytest.mark.parametrize("method", METHODS)
def test_a_padded_recording_is_learned_from(method):
    X = SIGNALS.copy()
    X[:, :, 150:] = 0
    solver, objective = make(method, X, D_INIT, trim="mad")
    D = []
    solver.run(lambda: D.append(solver.get_result()["D"]) or len(D) < 4)
    before, after = (objective.evaluate_result(D=d)["value"] for d in (D[0], D[-1]))
    assert after < 0.9 * before


@pytest.mark.parametrize("rule", ["mad", 0.05])
def test_an_artefact_is_left_out_and_marked(rule):
    X = spoiled()
    trimmed, outliers = trimming(rule, X)
    assert not trimmed[1, :, 200:212].any()
    changed = (trimmed != X.numpy()).any(1)
    # The codes of an artefact spoil samples beside it, but not all.
    assert not changed[0].any()
    assert not changed[1, :140].any() and not changed[1, 240:].any()
    assert outliers[1, 200:212].all()
    assert outliers.sum() < changed.sum() and changed[outliers].all()


@pytest.mark.parametrize("rule", ["none", 0, 1, -0.1, None])
def test_other_rules_are_refused(rule):
    with pytest.raises(ValueError, match="trim must be a share in .* got"):
        Trimming(rule)


def test_the_threshold_is_that_of_recent_batches():
    found, dictionary = Trimming(0.05), make_dictionary("conv", D_TRUE)
    artefacts, clean = spoiled(length=60)[1:], torch.as_tensor(SIGNALS[:1])
    alone = Trimming(0.05).trimmed(dictionary, NETWORK, clean)
    found.trimmed(dictionary, NETWORK, artefacts)
    after = found.trimmed(dictionary, NETWORK, clean)
    assert (alone != clean).any() and (after == clean).all()


@pytest.mark.parametrize("name", METHODS)
def test_dense_signals_are_refused(name):
    X, _, D = dense_problem()
    problem = {"X": X, "model": "dense", "n_atoms": len(D), "atom_shape": (10,)}
    problem |= {"lmbd": 0.1, "D_init": D, "positive": False}
    solver = make_solver(name, trim="mad")
    skipped, reason = solver.skip(**problem)
    assert skipped and "trim=None" in reason


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(
    "trim, settings, left",
    [
        (0.98, {}, 8),  # five windows have more samples than the signals
        (0.96, {"n_windows": 3, "window": 60}, 7),
        (0.93, {"n_windows": 3, "window": 60}, 13),  # more than an atom of 12
        (0.9, {}, 40),
        ("mad", {"n_windows": 1, "window": 12}, 12),
    ],
)
def test_a_share_that_leaves_less_than_an_atom_is_told(
    name, trim, settings, left, recwarn
):
    X = SIGNALS[:, :, :200]
    solver, _ = make(name, X, D_INIT, trim=trim, device="cpu", **settings)
    told = [str(w.message) for w in recwarn if "trim=" in str(w.message)]
    told = [message for message in told if "of a step" in message]
    assert len(told) == (left < 12)
    if told:
        n = 3 * 60 if settings else 400
        assert f"trim={trim} leaves {left} of the {n} samples of a step" in told[0]
        assert "fewer than the 12 of one atom" in told[0] and "use trim=mad" in told[0]


@pytest.mark.parametrize("name", [*METHODS, "RoseCDL"])
@pytest.mark.parametrize("trim", [None, "mad", 0.2, 0.5, 0.51, 0.9])
def test_a_share_of_more_than_half_is_told(name, trim, recwarn, monkeypatch):
    (rosecdl,) = BENCHMARK.check_solver_patterns(["RoseCDL"], class_only=True)
    monkeypatch.setattr(rosecdl, "is_installed", lambda **options: True)
    monkeypatch.setattr(rosecdl, "warm_up", lambda self: None)
    make(name, SIGNALS, D_INIT, trim=trim, device="cpu")
    told = [str(w.message) for w in recwarn if "more than half" in str(w.message)]
    assert len(told) == (trim in (0.51, 0.9))
    assert all(f"trim={trim} leaves out" in t and "use trim=mad" in t for t in told)


@pytest.mark.parametrize("name", METHODS)
def test_without_trim_there_is_no_mask_and_no_further_pass(name):
    settings = {"n_windows": 3, "window": 60, "device": "cpu"}
    for trim, passes in ((None, 1), ("mad", 2)):
        solver, objective = make(name, SIGNALS, D_INIT, trim=trim, **settings)
        solver.start()
        solver.n_steps = 3
        for _ in range(3):
            solver.step()
        result = solver.get_result()
        assert result["n_evaluations"] == 3 * passes
        assert ("outliers" in result) == (trim is not None)
        # The truth is not known here.
        assert np.isnan(objective.evaluate_result(**result)["outlier_f1"])


CONTAMINATED = {
    "duration": 40,
    "n_channels": 10,
    "n_atoms": 5,
    "atom_duration": 0.4,
    "rate": 0.3,
    "sigma": 0.05,
    "test_duration": 5,
    "contamination": 0.1,
}


def learned(name, data, trim, n_steps=100):
    """Recovery score of the atoms, mask of the solver, and metrics."""
    (Solver,) = BENCHMARK.check_solver_patterns([name], class_only=True)
    solver = Solver.get_instance(device="cpu", trim=trim)
    objective = BENCHMARK.get_benchmark_objective().get_instance(positive=True)
    RunContext().set_run_context(objective, "dataset", solver, 0, 0)
    objective.set_data(**data)
    problem = objective.get_objective()
    solver.set_objective(**problem)
    solver.start()
    for _ in range(n_steps):
        solver.step()
    C = correlations(solver.atoms(), data["D_true"])
    score = atom_scores(C, match(C))["recovery_score"]
    return score, solver, objective


@pytest.mark.slow
@pytest.mark.parametrize("seed", [10, 11, 12])
@pytest.mark.parametrize("name", METHODS)
def test_trimming_recovers_atoms_and_finds_the_artefacts(load, name, seed):
    data = load("simulated_meg", seed=seed, **CONTAMINATED)
    plain, *_ = learned(name, data, None)
    robust, solver, objective = learned(name, data, "mad")
    assert robust > plain + 0.3
    truth = data["info"]["outliers"]
    found = solver.outliers(objective.X)
    chance = np.random.default_rng(seed).permutation(found.ravel()).reshape(truth.shape)
    f1 = objective._outlier_f1(solver.outliers, "it")
    assert f1 > objective._outlier_f1(lambda X: chance, "chance") + 0.4
    assert f1 == pytest.approx(2 * (found & truth).sum() / (found.sum() + truth.sum()))
