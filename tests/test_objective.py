"""The objective through benchopt's own classes: λ, D_init, checks, bad input."""

import re
import warnings

import numpy as np
import pytest
from benchopt.benchmark import Benchmark
from benchopt.utils.run_context import RunContext
from documents import ROOT, text
from problems import dense_problem
from scipy.sparse import csr_array

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.problem.initial import initial_dictionary
from benchmark_utils.problem.regularization import absolute_lmbd
from benchmark_utils.scoring import subsets

X, D_TRUE, D_INIT = dense_problem(n_signals=60)
# What methods add to the objective's metrics (see docs/metrics.md).
OF_METHODS = {"network_loss", "n_candidates", "n_threads", "k"}
SCORES = ("mcc", "recovery_score", "recovered_atoms", "l0", "explained_variance")
SUPPORTS = ("support_precision", "support_recall", "support_f1")


def documented_metrics():
    """Names in the first column of the table of metrics."""
    table = text("docs/metrics.md").split("## Metrics")[1]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall("`(\\w+)`", row)}


def make(data=None, seed="0", **parameters):
    objective = Benchmark(ROOT).get_benchmark_objective().get_instance(**parameters)
    RunContext().set_run_context(objective, "dataset", "solver", 0, seed)
    problem = {"X": X, "model": "dense", "n_atoms": 15, "atom_shape": (10,)}
    objective.set_data(**{**problem, "D_true": D_TRUE, **(data or {})})
    return objective


def test_metrics_of_the_truth():
    objective = make({"X_test": X[:7]})
    objective.get_objective()
    metrics = objective.evaluate_result(D=D_TRUE, n_steps=3)
    assert set(metrics) | OF_METHODS == documented_metrics()
    assert metrics["recovery_score"] == pytest.approx(1)
    assert metrics["recovered_atoms"] == 1
    assert metrics["n_steps"] == 3
    assert 0 < metrics["density"] < 1
    assert metrics["duality_gap"] <= 1e-6
    assert np.isfinite(metrics["test_loss"])
    assert np.isnan(metrics["psnr"])
    assert all(np.ndim(value) == 0 for value in metrics.values())


@pytest.mark.parametrize("n_learned", [6, 15, 30])
def test_scores_do_not_depend_on_the_scale_of_the_signals(n_learned):
    rng = np.random.default_rng(0)
    D = unit_atoms(rng.standard_normal((n_learned, 10)))
    true = csr_array(rng.random((len(X), 15)) * (rng.random((len(X), 15)) < 0.2))
    signals, found = true @ D_TRUE, []
    for scale in (1, 1e-12, 1e9):
        held_out = {"X_test": scale * signals, "info": {"codes_test": scale * true}}
        data = {"X": scale * X, "n_atoms": n_learned, **held_out}
        objective = make(data, scaled_reg=True)
        objective.get_objective()
        metrics = objective.evaluate_result(D=D)
        found.append([metrics[name] for name in SCORES + SUPPORTS])
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[1:], found[:1] * 2, rtol=1e-6)


def test_perturbed_atoms_are_as_many_as_the_true_ones():
    with pytest.raises(ValueError, match="15 true atoms"):
        make({"n_atoms": 30}, init="perturbed")


def test_value_is_the_mean_loss_of_an_independent_solver():
    from sklearn.decomposition import sparse_encode

    codes = sparse_encode(X, D_INIT, algorithm="lasso_cd", alpha=0.1, max_iter=10_000)
    loss = ((X - codes @ D_INIT) ** 2).sum() / 2 + 0.1 * np.abs(codes).sum()
    objective = make()
    objective.get_objective()
    value = objective.evaluate_result(D=D_INIT)["value"]
    assert value == pytest.approx(loss / len(X), rel=2e-6)


def test_lmbd_and_D_init_are_fixed_once():
    scaled = make(reg=0.3, scaled_reg=True).get_objective()
    expected = 0.3 * np.abs(scaled["X"] @ scaled["D_init"].T).max()
    assert scaled["lmbd"] == pytest.approx(expected)
    positive = make(reg=0.3, scaled_reg=True, positive=True).get_objective()
    assert positive["lmbd"] == pytest.approx(
        0.3 * (scaled["X"] @ scaled["D_init"].T).max()
    )
    absolute = make(reg=0.3)
    absolute.get_objective()
    assert absolute.evaluate_result(D=D_INIT)["lmbd"] == pytest.approx(0.3)
    again = make(reg=0.3, scaled_reg=True).get_objective()
    np.testing.assert_array_equal(again["D_init"], scaled["D_init"])
    assert np.any(make(seed="1").get_objective()["D_init"] != scaled["D_init"])


def test_inits():
    random = make().get_objective()["D_init"]
    np.testing.assert_allclose(np.linalg.norm(random, axis=1), 1)
    data = make(init="data").get_objective()["D_init"]
    pieces = X / np.linalg.norm(X, axis=1, keepdims=True)
    assert np.abs(data @ pieces.T).max(axis=1) == pytest.approx(np.ones(15))
    near = make(init="perturbed").get_objective()["D_init"]
    assert 0.8 < np.einsum("ij,ij->i", near, D_TRUE).mean() < 0.95


def test_random_init_is_not_drawn_with_the_numbers_of_the_truth():
    benchmark = Benchmark(ROOT)
    (Dataset,) = benchmark.check_dataset_patterns(["gaussian"], class_only=True)
    dataset = Dataset.get_instance(n_features=10, n_atoms=15, n_signals=60)
    objective = benchmark.get_benchmark_objective().get_instance()
    RunContext().set_run_context(objective, dataset, "solver", 0, "0")
    data = dataset.get_data()
    objective.set_data(**data)
    D_init = objective.get_objective()["D_init"]
    assert np.abs(D_init @ data["D_true"].T).max() < 0.999


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_signals_that_are_not_finite(bad):
    broken = X.copy()
    broken[4, 2] = bad
    with pytest.raises(ValueError, match=r"X has NaN or infinite.*number 4"):
        make({"X": broken})
    with pytest.raises(ValueError, match="X_test has NaN"):
        make({"X_test": broken})


@pytest.mark.parametrize("reg", [0, -1, np.nan, np.inf])
def test_reg_must_be_positive(reg):
    with pytest.raises(ValueError, match="reg must be a positive number"):
        absolute_lmbd(reg, False, "dense", D_INIT, X)


def test_bad_problems_are_named():
    with pytest.raises(ValueError, match="init=data needs .* n_atoms=15"):
        make({"X": X[:14]}, init="data")
    with pytest.raises(ValueError, match="scaled_reg"):
        make({"X": 0 * X}, scaled_reg=True)
    with pytest.raises(ValueError, match="do not fit"):
        make({"X": X[:, :9]})
    with pytest.raises(ValueError, match="n_atoms"):
        make({"n_atoms": 0, "D_true": None})
    with pytest.raises(ValueError, match="at least one signal"):
        make({"X": X[:0]})
    with pytest.raises(ValueError, match="Unknown model"):
        make({"model": "wavelet", "atom_shape": (10,)})
    skip, reason = make().skip(**{"X": X}), None
    assert skip == (False, None)
    skip, reason = make(init="perturbed").skip(X=X)
    assert skip and "D_true" in reason


def test_unknown_and_impossible_inits():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="Unknown init 'svd'"):
        initial_dictionary("svd", 3, (10,), rng, X, "dense")
    with pytest.raises(ValueError, match="perturbed needs"):
        initial_dictionary("perturbed", 3, (10,), rng, X, "dense")


def test_zero_atoms_are_replaced_or_named():
    # Fault 9 of the paper's code: a zero atom left atom 0 unnormalised.
    D = 3 * D_INIT
    D[5] = 0
    with pytest.raises(ValueError, match="1 of 15 atoms are zero"):
        unit_atoms(D)
    fixed = unit_atoms(D, fallback=D_TRUE)
    np.testing.assert_allclose(np.linalg.norm(fixed, axis=1), 1)
    np.testing.assert_allclose(fixed[5], D_TRUE[5])
    np.testing.assert_allclose(fixed[0], D_INIT[0])


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda D: D[:-1], "shape"),
        (lambda D: D.T, "shape"),
        (lambda D: np.where(np.arange(10) == 3, np.nan, D), "NaN or infinite"),
        (lambda D: np.where(np.arange(10) == 3, np.inf, D), "NaN or infinite"),
        (lambda D: 2 * D, "unit norm"),
        (lambda D: D * (np.arange(15) != 4)[:, None], "atom 4 has norm 0"),
    ],
)
def test_an_invalid_D_gets_no_score(spoil, message):
    objective = make()
    objective.get_objective()
    with pytest.raises(ValueError, match=f"MySolver.*{message}"):
        objective.evaluate_result(D=spoil(D_INIT), solver="MySolver")


@pytest.mark.parametrize("form", ["float32", "fortran", "readonly", "list"])
def test_forms_of_X(form):
    data = {
        "float32": X.astype(np.float32),
        "fortran": np.asfortranarray(X),
        "readonly": X.copy(),
        "list": X.tolist(),
    }[form]
    if form == "readonly":
        data.flags.writeable = False
    objective = make({"X": data})
    problem = objective.get_objective()
    assert problem["X"].dtype == np.float64 and problem["X"].flags.c_contiguous
    value = objective.evaluate_result(D=D_INIT)["value"]
    reference = make()
    reference.get_objective()
    expected = reference.evaluate_result(D=D_INIT)["value"]
    assert value == pytest.approx(expected, rel=1e-5)


def test_one_signal_one_atom_and_a_zero_signal():
    one = make({"X": X[:1], "n_atoms": 1, "D_true": None})
    problem = one.get_objective()
    assert one.evaluate_result(D=problem["D_init"])["value"] > 0
    zeros = X.copy()
    zeros[:3] = 0
    objective = make({"X": zeros})
    objective.get_objective()
    assert np.isfinite(objective.evaluate_result(D=D_INIT)["value"])


def test_many_signals_are_evaluated_on_a_seeded_subset_and_it_says_so(monkeypatch):
    monkeypatch.setattr(subsets, "MAX_SIGNALS", 50)
    with pytest.warns(UserWarning, match="60 training signals.*subset of 50"):
        objective = make()
    objective.get_objective()
    metrics = objective.evaluate_result(D=D_INIT)
    assert metrics["n_evaluated"] == 50
    with pytest.warns(UserWarning):
        twin = make()
    twin.get_objective()
    assert twin.evaluate_result(D=D_INIT)["value"] == metrics["value"]
    monkeypatch.setattr(subsets, "MAX_SIGNALS", 60)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make()


def test_runs_do_not_warm_start_each_other():
    objective = make()
    objective.get_objective()
    first = objective.evaluate_result(D=D_INIT)
    objective.evaluate_result(D=D_TRUE)
    objective.get_objective()
    again = objective.evaluate_result(D=D_INIT)
    assert {k: v for k, v in again.items() if v == v} == {
        k: v for k, v in first.items() if v == v
    }


def test_final_results_have_what_the_plots_need():
    objective = make()
    objective.get_objective()
    for _ in range(30):
        objective.evaluate_result(D=D_INIT)
    objective.evaluate_result(D=D_TRUE)
    final = objective.save_final_results(D=D_TRUE, n_steps=3, solver="s")
    np.testing.assert_array_equal(final["D"], D_TRUE)
    np.testing.assert_array_equal(final["D_true"], D_TRUE)
    assert len(final["D_history"]) == 12
    np.testing.assert_array_equal(final["D_history"][-1], D_TRUE.astype(np.float32))
    np.testing.assert_array_equal(final["D_history"][0], D_INIT.astype(np.float32))
    assert final["usage"].shape == (15,) and (final["usage"] >= 0).all()
    assert final["denoised"] is None


@pytest.mark.parametrize("reg, word", [(0.001, "too small"), (3.0, "too large")])
def test_a_lmbd_that_means_nothing_is_said(reg, word):
    objective = make({"D_true": None}, reg=reg, scaled_reg=True)
    D = unit_atoms(D_TRUE + 0.5)
    objective.get_objective()
    objective.evaluate_result(D=D_INIT)  # codes at the start do not count
    metrics = objective.evaluate_result(D=D, solver="MySolver")
    assert metrics["density"] > 0.2 or metrics["density"] == 0
    with pytest.warns(UserWarning, match=f"MySolver.*λ is {word}.*reg"):
        objective.save_final_results(D=D, solver="MySolver")


def test_a_lmbd_that_suits_goes_without_a_word():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for data, reg in (({"D_true": None}, 0.6), ({}, 0.001)):  # the truth is dense
            objective = make(data, reg=reg, scaled_reg=True)
            objective.get_objective()
            assert objective.evaluate_result(D=D_INIT)["density"] > 0
            objective.save_final_results(D=D_INIT, solver="MySolver")


def rank_one_problem(reference=False):
    rng = np.random.default_rng(0)
    u = unit_atoms(rng.standard_normal((4, 6)))
    v = unit_atoms(rng.standard_normal((4, 8)))
    D = u[:, :, None] * v[:, None]
    data = {"X": rng.standard_normal((1, 6, 60)), "model": "rank1", "n_atoms": 4}
    data |= {"atom_shape": (6, 8), "D_true": None if reference else D}
    data["info"] = {"reference": {"u": u[:2], "v": v[:2]}} if reference else None
    objective = make(data)
    objective.get_objective()
    return objective, D


@pytest.mark.parametrize("reference", [False, True])
def test_maps_and_waveforms_are_scored_apart(reference):
    objective, D = rank_one_problem(reference)
    metrics = objective.evaluate_result(D=D)
    scores = [metrics[f"recovery_{name}"] for name in ("u", "v", "uv", "pairs")]
    assert scores == pytest.approx([1, 1, 1, 1])
    assert np.isnan(metrics["recovery_score"]) == reference
    random = objective.get_objective()["D_init"]
    metrics = objective.evaluate_result(D=random)
    assert metrics["recovery_uv"] < 0.75


@pytest.mark.filterwarnings("ignore:.*λ is too small:UserWarning")
@pytest.mark.parametrize("reference", [False, True])
def test_results_of_rank_one_keep_factors_and_no_kernels(reference):
    objective, D = rank_one_problem(reference)
    objective.evaluate_result(D=D)
    final = objective.save_final_results(D=D, n_steps=1, solver="s")
    np.testing.assert_allclose(final["u"][:, :, None] * final["v"][:, None], D)
    initial = objective.get_objective()["D_init"]
    first = final["initial"]
    np.testing.assert_allclose(first["u"][:, :, None] * first["v"][:, None], initial)
    known = final["reference" if reference else "truth"]
    n = len(known["u"])
    np.testing.assert_allclose(known["u"][:, :, None] * known["v"][:, None], D[:n])
    assert not any(np.shape(kept) == D.shape for kept in final.values())
    assert "D_history" not in final


def test_atoms_of_full_rank_get_no_score_in_a_rank_one_model():
    objective, D = rank_one_problem()
    full = unit_atoms(np.random.default_rng(1).standard_normal(D.shape))
    with pytest.raises(ValueError, match="MySolver.*not u vᵀ"):
        objective.evaluate_result(D=full, solver="MySolver")
