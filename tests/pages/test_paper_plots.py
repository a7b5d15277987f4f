"""Plots of the paper's figures against N and against λ: worked cases come out exact."""

import fake_results as fake
import numpy as np
import pytest
from page_plots import HERE
from page_plots import load_plot as load

from benchmark_utils.pages import bands, results


def depth(solver, n_layers, rep=0, learn_steps=None, **metrics):
    """Return a run of two evaluations of a network with so many layers."""
    name = f"{solver}[N={n_layers},learn={learn_steps}]"
    rows = fake.run(name, [0.0, 1.0], rep, **metrics)
    return rows.assign(p_solver_n_layers=n_layers, p_solver_learn_steps=learn_steps)


LAYERS = fake.table(*(
    depth(
        solver, n, rep, learns, network_loss=[9.0, loss + rep / n],
        recovery_score=[0.5, 0.9 - 1 / n], n_steps=[0, 10 * n + rep],
        psnr_network=[1.0, 20.0 + n],
    )
    for rep in (0, 1, 2)
    for solver, n, learns, loss in (
        ("AM", 5, None, 2.0), ("AM", 100, None, 1.0), ("DDL", 5, False, 1.5),
        ("DDL", 10, False, 1.2), ("DDL", 5, True, 1.1),
    )
))  # fmt: skip


def layers(metric):
    shown = load("layers").plot(LAYERS, **HERE, metric=metric)
    return {curve["label"]: curve for curve in shown}


def test_methods_are_told_apart_by_the_learning_of_step_sizes():
    assert list(layers("gradient steps")) == [
        "AM", "DDL", "DDL + steps", "oracle: AM, N = 100",
    ]  # fmt: skip


def test_the_end_of_each_run_is_shown_against_its_layers():
    curve = layers("gradient steps")["DDL"]
    assert (curve["x"], curve["y"]) == ([5, 10], [51, 101])
    np.testing.assert_allclose(curve["y_low"], [50.2, 100.2])
    np.testing.assert_allclose(curve["y_high"], [51.8, 101.8])


def test_losses_are_above_the_best_of_the_repetition():
    # In repetition r the best is AM with N = 100: 1 + r / 100.
    expected = [1.2 + 1 / 10 - (1 + 1 / 100) + 1e-3]
    np.testing.assert_allclose(layers("loss")["DDL"]["y"][1:], expected)
    # So are recoveries below it, 0.9 - 1 / 100.
    expected = [1 / 5 - 1 / 100 + 1e-3, 1 / 10 - 1 / 100 + 1e-3]
    np.testing.assert_allclose(layers("recovery")["DDL"]["y"], expected)


def test_the_deepest_network_of_one_method_is_a_line():
    line = layers("PSNR")["oracle: AM, N = 100"]
    assert (line["x"], line["y"]) == ([5, 10], [120, 120])
    both = fake.table(LAYERS, depth("DDL", 100, psnr_network=[1.0, 2.0]))
    labels = [c["label"] for c in load("layers").plot(both, **HERE, metric="PSNR")]
    assert labels == ["AM", "DDL", "DDL + steps"]


LMBD = fake.table(*(
    fake.run(solver, [0.0, 1.0, 4.0 + rep], rep, recovery_score=[0.5, 0.9, last])
    .assign(p_obj_reg=reg, objective_name=f"o[reg={reg}]")
    for rep in (0, 1, 2)
    for solver, reg, last in (
        ("A", 0.1, 0.91), ("A", 0.5, 1.0), ("B", 0.1, 1.0 - 0.09 * (rep == 2)),
    )
))  # fmt: skip


def test_time_against_lmbd_says_where_the_level_is_missed():
    plot = load("time_by_lmbd")
    a, b = plot.plot(LMBD, dataset="gaussian", level=0.95)
    assert a["label"] == "A (not reached at λ = 0.1)"
    assert (a["x"], b["x"]) == ([0.1, 0.5], [0.1])
    np.testing.assert_allclose(a["y"], [5, 1 + 4 / 2])  # all of the run, then half-way
    assert b["label"] == "B"
    np.testing.assert_allclose(b["y"], [1 + 4 / 2])  # of 2.5, 3 and 6
    assert plot.get_metadata(LMBD, "gaussian", 0.95)["xlabel"] == "λ (reg)"


def test_one_lmbd_is_no_curve():
    one = LMBD[LMBD["p_obj_reg"] == 0.1]
    assert load("time_by_lmbd").plot(one, dataset="gaussian", level=0.95) == []


def test_solvers_come_in_the_order_of_their_numbers():
    names = ["S[b=100]", "S[b=500]", "S[b=2000]", "S[b=10000,rho=0.5]", "T"]
    df = fake.table(*(fake.run(name, [0.0, 1.0]) for name in reversed(names)))
    found = results.by_solver(results.select(df, **HERE))
    assert [name for name, _ in found] == names


def test_what_is_no_number_is_left_out_of_a_band():
    df = fake.run("A", [0.0, 1.0, 2.0, 3.0], value=[1.0, np.nan, 3.0, 7.0])
    table = bands.spread(df["objective_value"], df["time"].clip(upper=2))
    assert table["x"].tolist() == [0, 2]
    assert table["y"].tolist() == pytest.approx([1, 5])
