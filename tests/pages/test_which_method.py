"""Which method? Times to targets, their ratios, profiles and the sentence, by hand."""

import fake_results as fake
import numpy as np
import pytest
from conv_peers import solver_class
from page_plots import load_plot

from benchmark_utils.pages import answers, matrix, targets

LOSS, RECOVERY = "loss within 1 % of the best", "recovery 0.95"
SECONDS = [0.0, 1.0, 2.0, 4.0]


def run(solver, losses, rep=0, dataset="gaussian"):
    return fake.run(solver, SECONDS, rep, dataset, value=losses)


@pytest.fixture
def one_problem():
    """The best is 100, so the target is 101: after 1, 3 and never."""
    return fake.table(
        run("fast", [200, 101, 100, 100]),
        run("slow", [200, 150, 102, 100]),
        run("poor", [200, 150, 130, 120]),
    )


def test_a_target_is_above_the_best_of_all_methods(one_problem):
    times = targets.reached(one_problem, LOSS).set_index("solver")["time"]
    assert times["fast"] == 1 and times["slow"] == pytest.approx(3)
    assert np.isinf(times["poor"])
    table = targets.ratios(targets.reached(one_problem, LOSS))
    assert table.index.tolist() == ["fast", "slow", "poor"]
    np.testing.assert_allclose(table.iloc[:, 0], [1, 3, np.inf])


def test_each_repetition_has_a_target_of_its_own():
    times = targets.reached(
        fake.table(
            run("A", [9, 1.0, 1, 1]),
            run("A", [9, 8, 7.0, 7], rep=1),
            run("B", [9, 9, 9, 1], rep=0),
            run("B", [9, 9, 9, 7], rep=1),
        ),
        LOSS,
    )
    assert np.isfinite(times["time"]).all()


def test_a_loss_below_zero_has_its_target_above(one_problem):
    one_problem["objective_value"] -= 300
    times = targets.reached(one_problem, LOSS).set_index("solver")["time"]
    assert 0 < times["fast"] <= 1 < times["slow"] < 4


@pytest.mark.parametrize(
    "losses, says",
    [
        (
            {"A": [9, 1, 1, 1], "B": [9, 9, 9, 1]},
            "Best here: A. B takes 4 times as long",
        ),
        ({"A": [9, 1, 1, 1], "B": [9, 1, 1, 1]}, "A and B are equally fast"),
        ({"A": [9, 1, 1, 1], "B": [9, 9, 9, 9]}, "Only A reached the target"),
        ({"A": [9, 1, 1, 1]}, "A reached the target"),
    ],
)
def test_the_answer_is_computed(losses, says):
    table = fake.table(*(run(name, values) for name, values in losses.items()))
    assert answers.answer(targets.reached(table, LOSS)) == says


def test_the_answer_over_several_problems():
    table = fake.table(
        run("A", [9, 1, 1, 1]), run("B", [9, 9, 9, 1]),
        run("A", [9, 9, 9, 1], dataset="meg"), run("B", [9, 9, 1, 1], dataset="meg"),
    )  # fmt: skip
    says = answers.answer(targets.reached(table, LOSS))
    assert says == (
        "Best: A. It is fastest on 1 of 2 problems: the next method takes 4 times as "
        "long. On 1 it takes 2 times as long as the fastest"
    )


def test_the_answer_says_where_the_best_method_fails_or_was_not_run():
    table = fake.table(
        run("A", [9, 1, 1, 1]), run("B", [9, 9, 9, 1]), run("C", [9, 9, 1, 1]),
        run("A", [9, 9, 1, 1], dataset="p"), run("B", [9, 9, 9, 1], dataset="p"),
        run("A", [9, 8, 8, 8], dataset="q"), run("C", [9, 9, 9, 1], dataset="q"),
        run("C", [9, 9, 9, 1], dataset="r"), run("A", [9, 9, 9, 1], dataset="s"),
        run("A", [9, 9, 9, 1], dataset="t"),
    )  # fmt: skip
    says = answers.answer(targets.reached(table, LOSS))
    assert says == (
        "Best: A. It is fastest on 4 of 6 problems: the next method takes 2 times as "
        "long. On 1 it does not reach the target. On 1 it was not run"
    )


def test_the_answer_says_where_no_other_method_arrives():
    rows = [
        run("A", [9, 1, 1, 1]), run("B", [9, 9, 9, 1]),
        run("A", [9, 1, 1, 1], dataset="p"), run("B", [9, 8, 8, 8], dataset="p"),
    ]  # fmt: skip
    says = answers.answer(targets.reached(fake.table(*rows), LOSS))
    assert says == (
        "Best: A. It is fastest on 2 of 2 problems: on 1 of them the next method takes "
        "4 times as long, and on 1 no other one reaches the target"
    )
    rows[1] = run("B", [9, 8, 8, 8])
    says = answers.answer(targets.reached(fake.table(*rows), LOSS))
    assert says.endswith("on 2 of 2 problems: no other method reaches the target")


def test_of_two_methods_without_a_score_the_one_that_arrives_comes_first():
    seconds = [0.0, 1.0, 500.0]
    table = fake.table(*(
        fake.run(name, seconds, 0, "gaussian", value=values)
        for name, values in {"A": [9, 1, 1], "B": [9, 8, 8], "C": [9, 8, 1]}.items()
    ))  # fmt: skip
    found = targets.ratios(targets.reached(table, LOSS))
    assert list(found.index) == ["A", "C", "B"]
    assert found.loc["C"].item() > 100


def test_where_no_run_recovers_the_dictionary_there_is_no_answer():
    table = fake.dense()
    table["objective_recovery_score"] = 0.5
    assert "--timeout" in answers.answer(targets.reached(table, RECOVERY))


def test_scores_are_integrals_of_the_profile(one_problem):
    scores = targets.scores(targets.reached(one_problem, LOSS))
    np.testing.assert_allclose(scores, [1, 1 - np.log(3) / np.log(100), 0])


def test_a_method_that_was_not_run_on_a_problem_does_not_solve_it(one_problem):
    table = fake.table(one_problem, run("fast", [9, 9, 1, 1], dataset="meg"))
    times = targets.reached(table, LOSS)
    assert np.isnan(targets.ratios(times).loc["slow"].iloc[1])
    assert targets.scores(times)["slow"] < 0.5


@pytest.mark.parametrize(
    "ratio, words",
    [
        (1, "1×"),
        (3.21, "3.2×"),
        (123.4, "123×"),
        (np.inf, "never"),
        (np.nan, "not run"),
    ],
)
def test_cells_are_words(ratio, words):
    assert matrix.words(ratio) == words
    assert matrix.words(ratio, "–") == ("–" if np.isnan(ratio) else words)


def test_what_cells_mean_stands_above_the_matrix(one_problem):
    table = targets.ratios(targets.reached(one_problem, LOSS))
    bare, told = matrix.matrix(table), matrix.matrix(table, said="word " * 40)
    extra = len(told) - len(bare)
    assert extra > 30 and told[: extra // 2, :300].min() < 0.5
    assert bare[: extra // 2, :300].min() == 1
    told = load_plot("which_method").plot(one_problem, LOSS)[0]["image"]
    assert len(told) > len(bare)


def test_the_picture_has_a_row_a_method_and_colours_tell_them_apart(one_problem):
    (card,) = load_plot("which_method").plot(one_problem, LOSS)
    height, _, channels = card["image"].shape
    assert channels == 3 and height > 3 * 68
    assert card["image"].min() >= 0 and card["image"].max() <= 1
    right = card["image"][:, -10]  # inside of the last column: green, then redder, gray
    fast, slow, poor = (right[height - 15 - 68 * k - 8] for k in (2, 1, 0))
    assert fast[1] > fast[0] and np.ptp(poor) < 0.01 and not np.allclose(fast, slow)


def test_the_profile_rises_to_the_share_that_is_solved(one_problem):
    traces = {
        trace["label"]: trace
        for trace in load_plot("performance_profile").plot(one_problem, "all", LOSS)
    }
    assert traces.keys() == {"fast", "slow"}
    assert traces["fast"]["x"][:3] == [1, 1, 1] and traces["fast"]["y"][-1] == 1
    slow = traces["slow"]
    assert slow["y"][slow["x"].index(pytest.approx(3))] == 0 and slow["y"][-1] == 1


@pytest.mark.parametrize(
    "name, parameters, shown",
    [
        ("Stochastic-DDL", {}, "Stochastic-DDL[N=30,K=N,batch=1000]"),
        (
            "Stochastic-DDL",
            {"backprop_depth": 0},
            "Stochastic-DDL[N=30,K=0,batch=1000]",
        ),
        ("K-SVD", {}, "K-SVD"),
        ("K-SVD", {"n_nonzero": 4}, "K-SVD[n_nonzero=4]"),
    ],
)
def test_names_have_no_code_in_them(name, parameters, shown):
    assert str(solver_class(name).get_instance(**parameters)) == shown


def test_the_profile_of_a_dataset_says_how_long_its_own_runs_took(one_problem):
    longer = fake.run("fast", [0.0, 90.0], dataset="meg", value=[9, 1])
    plot, table = load_plot("performance_profile"), fake.table(one_problem, longer)
    titles = {
        name: plot.get_metadata(table, name, LOSS)["title"]
        for name in ("all", "gaussian", "meg")
    }
    assert "methods ran 4 s" in titles["gaussian"]
    assert "methods ran 90 s" in titles["meg"] and "4 to 90 s" in titles["all"]
