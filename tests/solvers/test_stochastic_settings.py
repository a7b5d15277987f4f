"""Stochastic-DDL: what its settings stand for, and whether its search does anything."""

import pytest
import yaml
from conv_peers import BENCHMARK, events, why_skipped
from documents import ROOT
from problems import dense_problem
from torch_solvers import make

from benchmark_utils.coding.growing import Growing
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.learning.line_search import LineSearch, NormalisedSteps

SIGNALS, _, D_INIT = dense_problem(n_features=30, n_atoms=50, n_signals=1000)


def started(problem=None, **parameters):
    """The solver at its start, on dense signals or on another problem."""
    solver = make("Stochastic-DDL", **parameters)
    (X, D, model) = problem or (SIGNALS, D_INIT, "dense")
    objective = {
        "X": X, "D_init": D, "model": model, "n_atoms": len(D), "lmbd": 0.5,
        "atom_shape": D.shape[1:], "positive": False,
    }  # fmt: skip
    assert solver.skip(**objective) == (False, None)
    solver.set_objective(**objective)
    solver.start()
    return solver


def after(n_steps, **parameters):
    """The learner after some steps of batches of 200 signals."""
    solver = started(batch_size=200, **parameters)
    for _ in range(n_steps):
        solver.step()
    return solver.learner


def test_a_default_step_is_one_pass_and_nothing_is_tried():
    learner = after(20)
    assert isinstance(learner.update.search, NormalisedSteps)
    assert learner.n_evaluations == learner.n_steps == 20
    assert learner.inertia.momentum > 0 and learner.inertia.averaging > 0
    assert isinstance(learner.encoder, Growing)


def test_the_search_of_the_paper_s_settings_rejects_next_to_nothing():
    # What the docstring says: two passes a step, the second of them for nothing.
    learner = after(60, settings="paper")
    search = learner.update.search
    assert isinstance(search, LineSearch)
    assert search.n_searches == 60 and search.n_rejections <= 1
    assert learner.n_evaluations == 120 + search.n_rejections
    assert not learner.inertia.momentum and not learner.inertia.averaging
    assert isinstance(learner.encoder, Unrolled)


def test_a_search_of_long_turns_rejects():
    search = after(60, settings="paper", max_turn=3.0).update.search
    assert 6 <= search.n_rejections <= 60


def test_a_value_that_is_given_replaces_that_of_the_settings():
    learner = after(1, settings="paper", momentum=0.3, line_search=False, decay=0.5)
    assert learner.inertia.momentum == 0.3 and learner.inertia.averaging == 0
    assert isinstance(learner.update.search, NormalisedSteps)
    assert learner.update.search.decay == 0.5


def test_layers_are_not_added_where_their_steps_are_learned():
    assert isinstance(started(learn_steps=True).learner.encoder, Unrolled)
    both = make("Stochastic-DDL", learn_steps=True, growth_steps=10)
    skipped, reason = both.skip(model="dense", positive=False)
    assert skipped and reason.endswith("use growth_steps=0")


def test_windows_have_settings_of_their_own():
    X, D = SIGNALS[:2, None], D_INIT[:3, None, :6]
    solver = started((X, D, "conv"), n_windows=2, window=20)
    learner = solver.learner
    assert isinstance(learner.encoder, Unrolled) and learner.inertia.momentum == 0


def test_unknown_settings_are_an_error_with_those_that_are_known():
    with pytest.raises(ValueError, match="settings must be .*tuned.*paper.*'best'"):
        make("Stochastic-DDL", settings="best")


PAPER = sorted(
    path.stem
    for name in ("figure_*.yml", "table_*.yml")
    for path in (ROOT / "configs").glob(name)
    if "Stochastic-DDL" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", PAPER)
def test_figures_and_tables_of_the_paper_have_its_settings(name):
    config = yaml.safe_load((ROOT / f"configs/{name}.yml").read_text(encoding="utf-8"))
    chosen = BENCHMARK.check_solver_patterns(config["solver"])
    found = [p for solver, p in chosen if solver.name == "Stochastic-DDL"]
    assert found
    assert all(parameters["settings"] in ("paper", ["paper"]) for parameters in found)


@pytest.mark.parametrize("method", ["Block-AM", "Stochastic-DDL"])
def test_a_window_has_the_sides_of_the_signals(method):
    X = events()[0]
    reason = why_skipped(method, X, (3, 12), window=(20, 20))
    assert "has 2 sides, and signals have 1" in reason
    assert why_skipped(method, X, (3, 12), window=(20,)) is None
    assert why_skipped(method, X, (3, 12), window=20) is None
