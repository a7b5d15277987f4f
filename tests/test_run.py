"""Runs end to end, as a user starts them."""

import numpy as np
import pandas as pd
import pytest
import yaml
from command_line import benchopt, copy_benchmark, run
from documents import text

SOLVERS = {
    "AM": {"n_layers": 5},
    "Stochastic-DDL": {"n_layers": 5, "batch_size": 50, "epoch_length": 3},
    "Online-SPAMS": {"batch_size": 50, "n_threads": 1},
}
DATASETS = {
    "gaussian": {"n_features, n_atoms, n_signals": [[8, 10, 200]], "n_test": 50},
    "image_patches": {"size": 20, "patch_side": 4, "n_atoms": 12},
    "from_file": {"path": "my.npy", "n_atoms": 10},  # which workers open by themselves
}
TINY = {
    "n-repetitions": 2,
    "max-runs": 3,
    "dataset": [DATASETS],
    "solver": [SOLVERS],
}
RUN = ["dataset_name", "objective_name", "solver_name", "idx_rep"]
RAISES = """
from benchmark_utils.solver import DictionarySolver


class Solver(DictionarySolver):
    name = "Raises"

    def start(self):
        raise RuntimeError("made to fail")

    def step(self):
        pass

    def atoms(self):
        pass
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = copy_benchmark(tmp_path_factory.mktemp("benchmark"))
    (folder / "tiny.yml").write_text(yaml.safe_dump(TINY))
    one_worker = text("configs/dask.yml").replace("workers: 2", "workers: 1")
    (folder / "dask.yml").write_text(one_worker)
    np.save(folder / "my.npy", np.random.default_rng(0).standard_normal((300, 8)))
    return folder


@pytest.fixture(scope="module")
def results(folder):
    return run(folder, "reference", "--config", "tiny.yml", "--no-plot")


def metrics(df):
    """All numbers of a table but times, one row for each evaluation of each run."""
    columns = [c for c in df if c.startswith("objective_") and c != "objective_name"]
    return df.set_index([*RUN, "stop_val"])[columns].astype(float).sort_index()


def last(df):
    """What `save_final_results` kept of each run, by (dataset, solver, repetition)."""
    kept = df.dropna(subset=["final_results"])
    return {
        (row.dataset_name.split("[")[0], row.solver_name.split("[")[0], row.idx_rep):
        row.final_results for row in kept.itertuples()
    }  # fmt: skip


def test_every_solver_is_evaluated_on_every_dataset(results):
    assert results.groupby(RUN).size().eq(TINY["max-runs"] + 1).all()
    names = results["solver_name"].str.split("[").str[0]
    data = results["dataset_name"].str.split("[").str[0]
    assert set(zip(data, names, strict=True)) == {
        (dataset, solver) for dataset in DATASETS for solver in SOLVERS
    }


def test_metrics_are_measured_wherever_they_can_be(results):
    measured = results.groupby(results["dataset_name"].str.split("[").str[0]).count()
    n_rows = measured["time"]
    for metric in (
        "value", "duality_gap", "dead_atoms", "density", "n_steps", "n_evaluated",
        "lmbd",
    ):  # fmt: skip
        assert (measured[f"objective_{metric}"] == n_rows).all(), metric
    for metric in ("test_loss", "recovery_score", "recovered_atoms"):
        counts = measured[f"objective_{metric}"]
        assert counts["gaussian"] == n_rows["gaussian"], metric
        assert counts["image_patches"] == 0, metric
    assert measured["objective_psnr"]["image_patches"] == n_rows["image_patches"]
    assert measured["objective_psnr"]["gaussian"] == 0
    assert results["objective_duality_gap"].max() <= 1e-6


def test_solvers_share_their_data_lambda_and_start(results):
    start = results[results["stop_val"] == 0]
    problems = start.groupby(["dataset_name", "idx_rep"])
    assert (problems["objective_lmbd"].nunique() == 1).all()
    values = problems["objective_value"]  # torch solvers round D_init to float32
    assert (values.max() - values.min() < 1e-6 * values.max()).all()


def test_every_solver_learns(results):
    runs = results.sort_values("stop_val").groupby(RUN)["objective_value"]
    assert (runs.last() < runs.first()).all()


def test_repetitions_have_other_data(results):
    finals = last(results)
    for solver in SOLVERS:
        first, second = (finals["gaussian", solver, rep] for rep in (0, 1))
        assert np.abs(first["D_true"] - second["D_true"]).max() > 0.1
        first, second = (finals["image_patches", solver, rep] for rep in (0, 1))
        np.testing.assert_array_equal(first["clean"], second["clean"])
        assert np.abs(first["noisy"] - second["noisy"]).max() > 0.1


def test_no_cache_leaves_no_cache(results, folder):
    assert not (folder / "__cache__").exists()


@pytest.mark.parametrize(
    "how",
    [["-j", "2"], ["--parallel-config", "dask.yml"]],
    ids=["two processes", "dask"],
)
def test_the_same_seed_gives_the_same_curves(results, folder, how):
    others = run(folder, "other", "--config", "tiny.yml", "--no-plot", *how)
    pd.testing.assert_frame_equal(metrics(others), metrics(results), check_exact=True)
    finals, other_finals = last(results), last(others)
    assert finals.keys() == other_finals.keys()
    for key, final in finals.items():
        np.testing.assert_array_equal(final["D"], other_finals[key]["D"])


def test_another_seed_gives_other_data(results, folder):
    # By one solver: all start at the same loss, and another test holds that.
    one_solver = ["-s", "AM[n_layers=5]", "-n", "0", "--no-plot", "--seed", "1"]
    others = run(folder, "seed", "--config", "tiny.yml", *one_solver)
    one = results[results["stop_val"] == 0].set_index(RUN)["objective_value"]
    other = others[others["stop_val"] == 0].set_index(RUN)["objective_value"]
    both = one.to_frame("one").join(other.rename("other"), how="inner")
    assert len(both) == len(other) == 2 * len(DATASETS)
    assert (both["one"] - both["other"]).abs().min() > 1e-3


def test_a_solver_that_raises_fails_the_run(folder):
    (folder / "raises.py").write_text(RAISES)
    arguments = ["run", ".", "-s", "raises.py", "-d", "gaussian", "--no-plot"]
    done = benchopt(folder, *arguments)
    assert done.returncode != 0
    assert "RuntimeError: made to fail" in done.stdout
