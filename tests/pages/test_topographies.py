"""Which atoms of recordings are shown, beside which, and the table of Table 1."""

import fake_results as fake
import numpy as np
import pytest
from matplotlib.figure import Figure
from page_plots import load_plot as load

from benchmark_utils.naming import shortened
from benchmark_utils.pages import matched_atoms, topographies
from benchmark_utils.pages.results import METRICS
from benchmark_utils.scoring.scores import rank_one_scores
from benchmark_utils.signals.sensors import vectorview

HERE = {"dataset": "meg_sample", "objective": "dictionary learning"}


def final(order, shift=0, known="reference", n_atoms=5):
    """Learned atoms that are the known ones in another order, later and flipped."""
    u, v = fake.dictionary(n_atoms, 20), fake.dictionary(n_atoms, 40, seed=1)
    v[:, 20:] = 0
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    learned = {"u": u[order], "v": -np.roll(v[order], shift, axis=1)}
    return {**learned, known: {"u": u, "v": v}}


@pytest.mark.parametrize("known", ["reference", "truth"])
def test_learned_atoms_stand_beside_the_known_ones_in_their_order(known):
    given = final([3, 0, 4, 1, 2], shift=12, known=known)
    atoms = matched_atoms.in_order(given)[:3]
    assert len(atoms) == 3
    for number, atom in enumerate(atoms):
        np.testing.assert_array_equal(atom.u_known, given[known]["u"][number])
        np.testing.assert_allclose(atom.u, atom.u_known)
        assert atom.lag == 12
        # At that lag, and with the sign of the known one, it is the known one.
        np.testing.assert_allclose(atom.v[12:], atom.v_known[:-12], atol=1e-12)
        assert atom.alike == pytest.approx((1, 1))


def test_the_numbers_beside_the_maps_are_of_the_scores():
    given = final([1, 0])
    given["u"][0] = fake.dictionary(1, 20, seed=7)[0]
    reference = given["reference"] = {k: w[:2] for k, w in given["reference"].items()}
    atoms = matched_atoms.in_order(given)[:2]
    D, known = (x["u"][:, :, None] * x["v"][:, None] for x in (given, reference))
    scores = rank_one_scores(D, known)
    mean_u, mean_v = np.mean([atom.alike for atom in atoms], axis=0)
    assert mean_u == pytest.approx(scores["recovery_u"]) and mean_u < 0.9
    assert mean_v == pytest.approx(scores["recovery_v"]) == pytest.approx(1)


def test_the_most_used_come_first_where_no_others_are_known():
    given = final([0, 1, 2])
    del given["reference"]
    atoms = matched_atoms.in_order({**given, "usage": [0.1, 0.9, 0.5]})
    np.testing.assert_array_equal([a.u for a in atoms], given["u"][[1, 2, 0]])
    assert all(atom.v_known is None for atom in atoms)


def test_atoms_without_a_match_come_last_and_have_no_known_map():
    given = final([4, 1, 3, 0, 2], shift=7)
    given["reference"] = {k: w[:3] for k, w in given["reference"].items()}
    atoms = matched_atoms.in_order(given)
    np.testing.assert_allclose([a.u for a in atoms], given["u"][[3, 1, 4, 0, 2]])
    assert [a.u_known is None for a in atoms] == [False] * 3 + [True] * 2
    places = dict(zip(("ch_names", "ch_loc"), vectorview(20), strict=True))
    figure = Figure()
    topographies.draw_atoms(figure, atoms, {**given, "sfreq": 150.0, **places})
    rows = np.reshape(figure.axes, (5, 4))
    assert [axes.axison for axes in rows[:, 1]] == [True] * 3 + [False] * 2
    assert len({axes.get_xlim() for axes in rows[:, 2]}) == 1


def test_a_menu_has_all_atoms_in_parts():
    parts = matched_atoms.parts(19)
    assert list(parts) == ["1 to 8", "9 to 16", "17 to 19"]
    shown = [k for part in parts.values() for k in range(19)[part]]
    assert shown == list(range(19))
    assert len(matched_atoms.parts(0)) == 1  # a menu is never empty


def test_a_card_says_which_atoms_it_shows():
    given = final(np.arange(5), n_atoms=5)
    first, last = slice(0, 3), slice(3, 8)
    of_reference = "atoms 1 to 3 of 5, in the order of the 5 reference atoms"
    assert matched_atoms.said(given, first) == of_reference
    given["reference"] = {k: w[:3] for k, w in given["reference"].items()}
    mixed = "atoms 1 to 5 of 5, in the order of the 3 reference atoms"
    said = matched_atoms.said(given, slice(0, 8))
    assert said == f"{mixed}; the last 2 match none"
    unmatched = "atoms 4 to 5 of 5, which match none of the 3 reference atoms"
    assert matched_atoms.said(given, last) == unmatched
    del given["reference"]
    assert matched_atoms.said(given, last) == "atoms 4 to 5 of 5"
    used = "atoms 1 to 3 of 5, the most used first"
    assert matched_atoms.said({**given, "usage": 5}, first) == used


def test_the_page_shows_all_atoms_of_the_largest_dictionary(monkeypatch):
    monkeypatch.setattr(matched_atoms, "AT_ONCE", 3)
    df, plot = fake.recordings(), load("topographies")
    n_atoms = len(next(f for f in df["final_results"] if f)["u"])
    menu = plot.options["atoms"](df)
    assert menu == ["1 to 3", "4 to 4"] and n_atoms == 4
    shown = [plot.plot(df, **HERE, atoms=atoms) for atoms in menu]
    for cards, what in zip(shown, ("1 to 3 of 4", "4 to 4 of 4"), strict=True):
        assert all(f"atoms {what}" in card["label"] for card in cards)
    heights = [cards[0]["image"].shape[0] for cards in shown]
    assert heights[0] > 2 * heights[1]


def test_a_card_a_solver_shows_maps_in_colour():
    cards = load("topographies").plot(fake.recordings(), **HERE, atoms="1 to 4")
    assert [card["label"].split()[0] for card in cards] == [
        "Stochastic-DDL", "alphacsc-greedy",
    ]  # fmt: skip
    for card in cards:
        assert card["image"].min() >= 0 and card["image"].max() <= 1
        red, _, blue = np.moveaxis(card["image"], -1, 0)
        assert (red - blue > 0.3).mean() > 0.001  # maps
        assert (blue - red > 0.3).mean() > 0.001  # waveforms


def test_agreement_is_mean_and_deviation_of_the_ends():
    df = fake.table(
        fake.run("A", [0.0, 2.0], 0, "meg_sample", recovery_u=[0, 0.9],
                 recovery_v=[0, 0.6]),
        fake.run("A", [0.0, 4.0], 1, "meg_sample", recovery_u=[0, 0.7],
                 recovery_v=[0, 0.6]),
        fake.run("B", [0.0, 9.0], 0, "meg_sample", recovery_u=[0, 0.5],
                 recovery_v=[0, 0.25]),
        fake.run("C", [0.0, 9.0], 0, "meg_sample"),
    )  # fmt: skip
    assert load("agreement").plot(df, **HERE) == [
        ["A", "0.8 ± 0.1", "0.6 ± 0", "0.7 ± 0.05", "3 ± 1"],
        ["B", "0.5", "0.25", "0.375", "9"],
    ]


@pytest.mark.parametrize("metric", ["u", "v", "uv"])
def test_recovery_of_maps_and_waveforms_is_drawn_against_time(metric):
    scores = {f"recovery_{metric}": [0.1, 0.4, 0.8]}
    df = fake.run("A", [0.0, 1.0, 2.0], dataset="meg_sample", **scores)
    choice = {**HERE, "metric": METRICS[f"recovery_{metric}"], "x_axis": "time"}
    assert choice["metric"] in load("recovery_curve").options["metric"]
    curve, _ = load("recovery_curve").plot(df, **choice)
    assert (curve["x"], curve["y"]) == ([1.0, 2.0], [0.4, 0.8])


def test_names_keep_the_parameters_in_which_settings_differ():
    names = ["DDL[N=30,window=600,at=(1, 2)]", "DDL[N=30,window=300,at=(1, 2)]"]
    names += ["DDL[N=30,at=(1, 2),learn_steps=True]", "AM[N=30]", "K-SVD"]
    assert list(shortened(names).values()) == [
        "DDL[window=600]", "DDL[window=300]", "DDL[learn_steps=True]", "AM", "K-SVD",
    ]  # fmt: skip
    assert list(shortened(names)) == names


def test_each_type_of_sensors_has_maps():
    names, places = vectorview(20)  # pairs of gradiometers at one place each
    one_a_place = [0, 1, 2, 3, *range(4, 20, 2)]
    names, places = np.asarray(names)[one_a_place], places[one_a_place]
    rng = np.random.default_rng(0)
    types = ["grad"] * 4 + ["mag"] * 4 + ["eeg"] * 4
    given = {
        "u": rng.standard_normal((2, 12)), "v": rng.standard_normal((2, 30)),
        "sfreq": 150.0, "ch_names": names, "ch_loc": places, "ch_types": types,
    }  # fmt: skip
    figure = Figure()
    topographies.draw_atoms(figure, matched_atoms.in_order(given)[:2], given)
    titles = [axes.get_title() for axes in figure.axes[:5]]
    assert titles[:3] == ["map\ngradiometers", "map\nmagnetometers", "map\nEEG"]
    assert titles[3:] == ["waveform", "spectrum"]
    without = {**given, "ch_types": types[:8] + ["misc"] * 4}
    figure = Figure()
    topographies.draw_atoms(figure, matched_atoms.in_order(given)[:2], without)
    assert len(figure.axes) == 2 * 4
