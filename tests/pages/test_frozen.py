"""Frozen targets: known again by their initial loss, refreshed by a command only."""

import fake_results as fake
import numpy as np
import pytest
from page_plots import load_plot

from benchmark_utils.pages import answers, frozen, targets

LOSS = "loss within 1 % of the best"
OBJECTIVE = "dictionary learning"
SECONDS = [0.0, 1.0, 2.0, 4.0]
START = {
    "dataset": "gaussian", "objective": OBJECTIVE, "initial": 200.0, "best": 90.0,
    "solver": "A",
}  # fmt: skip


@pytest.fixture
def frozen_losses(tmp_path, monkeypatch):
    """A folder with one frozen loss, and views that use it."""
    monkeypatch.setattr(frozen, "FOLDER", tmp_path)
    assert len(frozen.freeze([START])) == 1


def best(initial, dataset="gaussian"):
    return frozen.best_known(dataset, OBJECTIVE, initial)


def test_a_problem_is_known_by_its_names_and_its_initial_loss(frozen_losses):
    assert best(200.0) == best(200.0005) == 90
    assert np.isnan(best(200.01))  # other signals, or another start
    assert np.isnan(best(200.0, "image"))


def test_the_file_has_versions_and_changes_only_where_a_loss_is_better(frozen_losses):
    assert frozen.version() == 1
    assert frozen.freeze([START | {"best": 89.9999}]) == []  # not certified
    assert frozen.version() == 1
    (said,) = frozen.freeze([START | {"best": 80.0, "solver": "B"}])
    assert "B has the loss 80, known is 90" in said
    assert frozen.version() == 2 and best(200.0) == 80


def test_a_new_start_leaves_the_others(frozen_losses):
    frozen.freeze([START | {"initial": 300.0, "best": 70.0}])
    assert best(200.0) == 90 and best(300.0) == 70


def table(losses):
    return fake.table(*(fake.run(s, SECONDS, value=v) for s, v in losses.items()))


def test_targets_are_above_the_frozen_loss(frozen_losses):
    df = table({"A": [200, 100, 90.9, 90.5], "B": [200, 150, 100, 95]})
    times = targets.reached(df, LOSS).set_index("solver")
    assert times["time"]["A"] == 2 and np.isinf(times["time"]["B"])
    assert answers.basis(times) == "best loss: frozen in version 1"
    title = load_plot("which_method").get_metadata(df, LOSS)["title"]
    assert "frozen in version 1" in title and "beaten" not in title


def test_other_problems_have_the_best_of_the_runs(frozen_losses):
    df = table({"A": [201, 100, 90, 90]})
    times = targets.reached(df, LOSS)
    assert answers.basis(times) == "best loss: that of these runs"
    both = fake.table(df, fake.run("A", SECONDS, rep=1, value=[200, 95, 90, 90]))
    several = fake.table(
        both, fake.run("A", SECONDS, dataset="meg", value=[9, 1, 1, 1])
    )
    assert "1 of 2 problems" in answers.basis(targets.reached(several, LOSS))


def test_a_run_that_beats_the_best_known_says_so(frozen_losses):
    df = table({"A": [200, 100, 81, 81]})
    title = load_plot("which_method").get_metadata(df, LOSS)["title"]
    assert "beaten on 1 problem, by 10.00% at most" in title
    assert "beaten" not in answers.basis(
        targets.reached(table({"A": [200, 90, 89.9999, 89.9999]}), LOSS)
    )
