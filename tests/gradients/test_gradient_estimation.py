"""The second benchmark: benchopt's own tests, its data, its page, bad input."""

import re

import numpy as np
import pytest
import yaml
from benchopt.benchmark import Benchmark
from benchopt.plotting import _check_view
from benchopt.utils.run_context import RunContext
from command_line import benchopt, copy_benchmark
from documents import ROOT
from fake_reproduction import gradients, jacobians
from page_plots import load_plot, page_data
from problems import dense_problem

FOLDER = ROOT / "gradient_estimation"
PLOTS = sorted(path.stem for path in (FOLDER / "plots").glob("*.py"))
HERE = {"dataset": "d", "objective": "o"}


@pytest.mark.slow
def test_benchopt_test_passes(tmp_path):
    folder = copy_benchmark(tmp_path)
    done = benchopt(folder, "test", "gradient_estimation", "--skip-install")
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


# Data


def load(name, repetition=0, **parameters):
    (Dataset,) = Benchmark(FOLDER).check_dataset_patterns([name], class_only=True)
    dataset = Dataset.get_instance(**parameters)
    RunContext().set_run_context("o", dataset, "s", repetition=repetition, base_seed=0)
    return dataset._get_data()


SMALL = {
    "gaussian": {"n_features": 6, "n_atoms": 8, "n_signals": 10},
    "image_patches": {"size": 16, "patch_side": 4, "n_signals": 10, "n_atoms": 8},
    "convolutional": {"n_times": 20, "n_times_atom": 5, "n_atoms": 2, "n_signals": 3},
}
SHAPES = {
    "gaussian": ((10, 6), (8, 6)),
    "image_patches": ((10, 16), (8, 16)),
    "convolutional": ((3, 1, 20), (2, 1, 5)),
}


@pytest.mark.parametrize("name", SMALL)
def test_data_are_reproducible_and_differ_between_repetitions(name):
    first, again, other = (load(name, rep, **SMALL[name]) for rep in (0, 0, 1))
    assert (first["X"].shape, first["D"].shape) == SHAPES[name]
    norms = np.linalg.norm(first["D"].reshape(len(first["D"]), -1), axis=1)
    np.testing.assert_allclose(norms, 1)
    for key in ("X", "D"):
        np.testing.assert_array_equal(first[key], again[key])
        assert not np.allclose(first[key], other[key])


def test_series_are_sums_of_shifted_kernels_in_noise():
    few = {"n_times": 500, "n_times_atom": 5, "n_atoms": 1, "n_signals": 20}
    few["density"] = 0.002
    clean, noisy = (load("convolutional", sigma=s, **few)["X"] for s in (0, 0.5))
    assert (np.abs(clean) > 1e-9).mean() == pytest.approx(5 * 0.002, rel=0.5)
    assert noisy.std() == pytest.approx(0.5, rel=0.05)


BAD = {
    "density": ("gaussian", {"density": 0}),
    "sigma": ("convolutional", {"sigma": -1}),
    "n_times_atom=30": (
        "convolutional",
        SMALL["convolutional"] | {"n_times_atom": 30},
    ),
    "n_features": ("gaussian", SMALL["gaussian"] | {"n_features": 0}),
    "more than the 169": ("image_patches", SMALL["image_patches"] | {"n_atoms": 160}),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_data_are_refused(message):
    name, parameters = BAD[message]
    with pytest.raises(ValueError, match=message):
        load(name, **parameters)


# Objective and solvers


def objective(**parameters):
    Objective = Benchmark(FOLDER).get_benchmark_objective()
    return Objective.get_instance(**parameters)


def test_final_results_hold_the_curves_of_one_run_only():
    X, _, D = dense_problem(n_signals=3)
    judge = objective()
    judge.set_data(X, D, "dense")
    J = judge.exact.jacobian
    for factors in ([0, 3, 1.01], [0, 0.5]):
        judge.get_objective()
        for n_layers, factor in enumerate(factors):
            run = {"n_layers": n_layers, "algorithm": "ista", "jacobian": factor * J}
            scores = judge.evaluate_result(**run)
    final = judge.save_final_results(**run)
    for name in ("jacobian_errors", "jacobian_errors_l1"):
        np.testing.assert_allclose(final[name], np.full((1, 3), 0.5))
    assert final["n_layers"].tolist() == [1]
    assert (scores["unstable"], scores["jacobian_error"]) == (0, pytest.approx(0.5))


def test_a_jacobian_that_was_unstable_once_stays_so():
    X, _, D = dense_problem(n_signals=3)
    judge = objective()
    judge.set_data(X, D, "dense")
    judge.get_objective()
    J = judge.exact.jacobian
    bad = J.copy()
    bad[0] *= 3
    for n_layers, jacobian in ((1, bad), (2, J)):
        scores = judge.evaluate_result(n_layers, "ista", jacobian=jacobian)
    assert scores["unstable"] == pytest.approx(1 / 3)


def test_too_many_jacobians_are_not_asked_for():
    (Solver,) = Benchmark(FOLDER).check_solver_patterns(["Jacobian"], class_only=True)
    solver = Solver.get_instance(backprop_depth=None)
    D = np.zeros((50, 30))
    assert solver.skip(X=np.zeros((50, 30)), D=D) == (False, None)  # the paper's
    assert solver.skip(X=np.zeros((1000, 30)), D=D)[0]  # gaussian, as it comes
    assert solver.skip(X=np.zeros((9000, 1, 99)), D=np.zeros((5, 1, 9)))[0]


@pytest.mark.parametrize("X, D", [((1000, 30), (50, 30)), ((1000, 100), (128, 100))])
def test_as_many_jacobians_as_are_said_fit(X, D):
    (Solver,) = Benchmark(FOLDER).check_solver_patterns(["Jacobian"], class_only=True)
    solver = Solver.get_instance()

    def skipped(n_signals, n_atoms):
        return solver.skip(X=np.zeros((n_signals, X[1])), D=np.zeros((n_atoms, X[1])))

    _, reason = skipped(X[0], D[0])
    least = dict(re.findall(r"(n_\w+)=(\d+)", reason))
    n_signals, n_atoms = int(least["n_signals"]), int(least.get("n_atoms", D[0]))
    assert n_signals >= 20
    assert skipped(n_signals, n_atoms) == (False, None)
    assert skipped(n_signals + 1, n_atoms)[0]


# Page


def plot(name):
    return load_plot(name, FOLDER)


def measured(df):
    """With the columns that the second benchmark has and the made-up tables lack."""
    cosine = df.get("objective_cosine", np.nan)
    return df.assign(objective_angle=1 - cosine, objective_jacobian_error=0.1)


TABLES = {
    "gradients": measured(gradients(few=0.1, deep=-1, truncated=0.1)),
    "jacobians": measured(jacobians(4)),
    "no columns": gradients(0.1, -1, 0.1)[[]],
    "no rows": jacobians(4)[:0],
    "no metrics": gradients(0.1, -1, 0.1)[["objective_name", "dataset_name"]],
    "no curves": jacobians(4).assign(final_results=[{}, {}]),
    "all NaN": gradients(0.1, -1, 0.1).assign(objective_cosine=np.nan),
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", PLOTS)
def test_no_table_breaks_the_page(name, table):
    for figure in page_data(plot(name), name, TABLES[table]):
        labels = [item["label"] for item in figure["data"]]
        assert len(labels) == len(set(labels))
        assert ("Nothing to show" in figure["title"]) == (not figure["data"])


def test_curves_of_gradients_are_cut_where_they_are_twice_as_bad():
    df = TABLES["gradients"].assign(objective_relative_difference=-3.0)
    metric = "relative difference to AM"
    for curve in plot("gradient_curve").plot(df, **HERE, metric=metric):
        assert min(curve["x"]) == 1  # nothing is shown of no layer at all
        assert set(curve["y"]) == {-1}


def test_unstable_signals_are_red():
    solver = "Jacobian[backprop_depth=nan]"
    shown = plot("jacobian_curves")
    curves = shown.plot(TABLES["jacobians"], **HERE, solver=solver)
    red = [curve["color"] for curve in curves if "unstable" in curve["label"]]
    blue = [curve["color"] for curve in curves if "unstable" not in curve["label"]]
    assert (len(red), len(blue)) == (4, 6)
    assert set(red).isdisjoint(blue)
    title = shown.get_metadata(TABLES["jacobians"], **HERE, solver=solver)["title"]
    assert "40% of 10 signals are unstable" in title


@pytest.mark.filterwarnings("error:View:UserWarning")
def test_benchopt_accepts_the_plots_and_the_views():
    benchmark = Benchmark(FOLDER)
    benchmark.check_plots()
    config = yaml.safe_load((FOLDER / "config.yml").read_text(encoding="utf-8"))
    assert set(PLOTS) <= set(config["plots"]) <= set(benchmark.get_plot_names())
    for view, options in config["plot_configs"].items():
        _check_view(view, options, benchmark.get_plots())
        shown = plot(options["plot_kind"])
        for key, value in options.items():
            if key != "plot_kind":
                assert value in shown.options[key.removeprefix(f"{shown.name}_")]
