"""Views: the empty ones come last with the reason, methods keep one look."""

import json

import fake_results as fake
import numpy as np
import pytest
from benchopt.benchmark import Benchmark
from benchopt.plotting.generate_html import STATIC
from documents import ROOT
from page_plots import HERE
from page_plots import load_plot as load

from benchmark_utils.pages import mended, styles, views

EMPTY = {"title": "Nothing to show: no <λ> here<br />Data: d"}
FULL = {"title": "objective<br />Data: d"}
PLOTS = {
    "a": {"a_d_time": EMPTY, "a_e_time": EMPTY, "a_d_steps": FULL},
    "b": {"b_d": EMPTY, "b_e": FULL},
}
CONFIG = {
    "Empty": {"plot_kind": "a", "a_x": "time", "scale": "linear"},
    "Steps": {"plot_kind": "a", "a_x": "steps"},
    "B": {"plot_kind": "b"},
}


def page(config):
    """The lines of benchopt's page that name its views."""
    tabs = "".join(
        f'  <span onclick="setConfig(this)" class="view x">{name}</span>\n'
        for name in config
    )
    menu = "".join(f'  <option value="{name}">{name}</option>\n' for name in config)
    metadata = json.dumps({"plot_configs": config})
    return (
        f'<select><option value="B">B</option>\n</select><select id="tabs">\n{menu}'
        f"</select><nav>\n{tabs}</nav>\nwindow._plots = {json.dumps(PLOTS)};\n"
        f"window.metadata = {metadata};\n"
    )


@pytest.mark.parametrize(
    ("name", "reason"), [("Empty", "no <λ> here"), ("Steps", None), ("B", None)]
)
def test_a_view_is_empty_if_no_choice_of_its_menus_has_anything(name, reason):
    assert views.missing(PLOTS, CONFIG[name]) == reason


def test_empty_views_come_last_and_say_why():
    arranged = views.arrange(page(CONFIG))
    tabs = views.TAB.findall(arranged)
    assert [views._name(tab) for tab in tabs] == ["Steps", "B"]
    last = arranged[arranged.index(tabs[-1]) + len(tabs[-1]) :].split("</nav>")[0]
    assert 'title="Nothing to show: no &lt;λ&gt; here"' in last
    assert f'class="{views.GREYED} x">Empty<' in last
    menu = arranged.split('id="tabs"')[1].split("</select>")[0]
    assert menu.index(">Steps<") < menu.index(">B<") < menu.index(">Empty<")


def test_nothing_is_lost_or_changed_besides():
    assert sorted(views.arrange(page({"B": CONFIG["B"]}))) == sorted(
        page({"B": CONFIG["B"]})
    )


def test_benchopts_page_still_has_the_lines_that_are_mended():
    for old, new in mended.LINES:
        assert old in STATIC["result.js"] and old not in new


def test_every_method_has_its_own_colour_and_marker():
    solvers = {s.name for s, _ in Benchmark(ROOT).check_solver_patterns(["all"])}
    assert solvers <= set(styles.METHODS)
    looks = [styles.METHODS[name] for name in solvers]
    assert len({color for color, _ in looks}) == len(solvers)
    assert len({marker for _, marker in looks}) == len(solvers)


def test_variants_have_the_colour_of_their_method_and_a_dash_of_their_own(monkeypatch):
    monkeypatch.setattr(styles, "_taken", {})
    names = [f"DDL[N={n}]" for n in range(1, 7)]
    looks = [styles.style(name) for name in names]
    assert {look["color"] for look in looks} == {styles.style("DDL")["color"]}
    assert len({look["dash"] for look in looks}) == 6
    assert len({look["marker"] for look in looks}) == 6
    assert styles.style("DDL[N=3] (no step)") == looks[2]
    assert looks[0]["marker"] == 1 and looks[0]["dash"] == "solid"  # a square


def test_an_unknown_method_has_the_same_look_whoever_else_is_there():
    look = styles.style("My-method")
    styles.style("Another")
    assert styles.style("My-method") == look
    assert styles.color("My-method") in styles.OTHERS


def test_pictures_have_the_colours_of_the_page():
    from reproduction.pictures.canvas import COLORS

    assert COLORS["AM"] == styles.color("AM[N=30]") == "#0072B2"
    assert COLORS["DDL + steps"] == styles.color("DDL[N=30,learn_steps=True]")


def test_the_gap_is_to_the_best_of_the_same_repetition():
    table = fake.table(
        fake.run("A", [0.0, 1.0, 2.0], 0, value=[9.0, 4.0, 3.0]),
        fake.run("B", [0.0, 1.0, 2.0], 0, value=[9.0, 5.0, 2.0]),
    )
    choice = {**HERE, "gap": "training loss", "x_axis": "time"}
    plot = load("loss_gap")
    a, b, initial = plot.plot(table, **choice)
    np.testing.assert_allclose(a["y"], [2, 1])
    np.testing.assert_allclose(b["y"], [3, 2e-6])  # the best one, at the precision
    np.testing.assert_allclose(initial["y"], [7, 7])
    assert plot.get_metadata(table, **choice)["scale"] == "loglog"


def test_usage_is_sorted_and_has_every_atom():
    final = {"usage": np.array([0.5, 0.0, 2.0])}
    table = fake.table(
        fake.run("A", [0.0, 1.0], final=final),
        fake.run("B", [0.0, 1.0], final={"usage": np.full(3, np.nan)}),
    )
    (curve,) = load("atom_usage").plot(table, **HERE)
    assert (curve["label"], curve["x"]) == ("A", [1, 2, 3])
    assert curve["y"] == [2.0, 0.5, 0.0]


NAMED = {
    "D": np.eye(3),
    "usage": np.array([0.5, 0.0, 2.0]),
    "atom_names": [[" king", "King"], ["<s>", "**"], ["a_b", "1"]],
}


def test_atoms_have_the_names_of_their_signals_the_most_used_first():
    plot, choice = load("atom_names"), {**HERE, "solver": "A"}
    table = fake.run("A", [0.0, 1.0], final=NAMED)
    assert plot.plot(table, **choice) == [
        [3, 2.0, r"“a\_b”, “1”"],  # or the page would underline, or write in bold
        [1, 0.5, "“ king”, “King”"],
        [2, 0.0, r"“<s>”, “\*\*”"],
    ]
    shown = plot.get_metadata(table, **choice)
    assert "Nothing to show" not in shown["title"]
    assert shown["default_order_column"] == shown["columns"][1]
    assert not shown["default_order_ascending"]


def test_names_without_usage_stand_in_the_order_of_the_atoms():
    plot, choice = load("atom_names"), {**HERE, "solver": "A"}
    for usage in (None, np.full(3, np.nan)):
        table = fake.run("A", [0.0, 1.0], final={**NAMED, "usage": usage})
        assert [row[:2] for row in plot.plot(table, **choice)] == [
            [1, "–"], [2, "–"], [3, "–"],
        ]  # fmt: skip
        shown = plot.get_metadata(table, **choice)
        assert (shown["default_order_column"], shown["default_order_ascending"]) == (
            "atom",
            True,
        )


def test_signals_without_names_are_said():
    plot = load("atom_names")
    table = fake.dense()
    shown = plot.get_metadata(table, **HERE, solver="Online-SPAMS")
    assert "Nothing to show: no names of signals" in shown["title"]
    assert plot.plot(table, **HERE, solver="not there") == []
