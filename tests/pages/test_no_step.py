"""Views say how long methods ran, and which of them took no step."""

import fake_results as fake
import numpy as np
import pytest
from documents import ROOT
from page_plots import load_plot, page_data

from benchmark_utils.naming import shortened
from benchmark_utils.pages import columns, results
from benchmark_utils.pages.minima import find

# The title of "choose" is a recommendation: tests/pages/test_choose.py.
NAMES = sorted({path.stem for path in (ROOT / "plots").glob("*.py")} - {"choose"})
REPS = 2


def idle(table):
    """The same runs, each over at its first evaluation."""
    finals = table.groupby(["solver_name", "idx_rep"])["final_results"].transform(
        "last"
    )
    return table[table["stop_val"] == 0].assign(
        final_results=finals, objective_n_steps=0
    )


def rank_one():
    """Rank-1 atoms are not learned in one step either: `n_steps` as it would be."""
    table = fake.recordings(REPS)
    return table.assign(objective_n_steps=table["stop_val"])


def landscapes():
    """Minima on the same data, layers and several λ and SNR, for the other plots."""
    X = np.random.default_rng(0).standard_normal((6, 12))
    problem = {"X": X, "lmbd": 0.1, "positive": False}
    runs = [
        fake.run(
            "DDL[N=5]",
            [0.0, 1.0],
            rep,
            "image[snr=1]",
            {**fake._final(fake.dictionary(4, 12, rep)), "problem": problem},
            psnr=10.0,
            explained_variance=[0.5, 0.9],
            l0=3.0,
            psnr_network=9.0,
            network_loss=1.0,
            recovery_score=[0.2, 0.97],
            n_steps=[0, 5],
        ).assign(objective_name=f"o[reg={reg}]", p_obj_reg=reg)
        for rep in range(REPS)
        for reg in (0.1, 0.2)
    ]
    return fake.table(*runs).assign(
        p_solver_n_layers=5, p_dataset_image="flower", p_dataset_snr=1.0
    )


def named():
    """Atoms whose signals have names."""
    names = [[f"token {k}"] for k in range(4)]
    final = {**fake._final(fake.dictionary(4, 12)), "atom_names": names}
    return fake.run("AM", [0.0, 1.0], final=final, n_steps=[0, 5])


LANDSCAPES = (
    "quality_by_density",
    "loss_line",
    "loss_plane",
    "robustness",
    "layers",
    "time_by_lmbd",
)
OTHERS = {
    "activations": rank_one, "agreement": rank_one, "topographies": rank_one,
    "denoising": fake.patches, "atom_names": named,
}  # fmt: skip


def table_for(name):
    """Results of which this plot has something to show."""
    return (landscapes if name in LANDSCAPES else OTHERS.get(name, fake.dense))()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_view_says_how_long_methods_ran_and_which_took_no_step(name):
    for table, idles in ((table_for(name), False), (idle(table_for(name)), True)):
        figures = page_data(load_plot(name), name, table)
        shown = [f for f in figures if "Nothing to show" not in f["title"]]
        # By time or λ, initial atoms may be nothing to show.
        assert shown
        for figure in shown:
            assert "methods ran " in figure["title"]
            assert ("(no step)" in str(figure)) == idles


def test_seconds_are_those_of_what_is_shown():
    table = fake.table(
        fake.run("A", [0.0, 1.0, 9.81]), fake.run("B", [0.0, 0.25]),
        fake.run("B", [0.0, 70.0], dataset="another"),
    )  # fmt: skip
    here = {"dataset": "gaussian", "objective": "dictionary learning"}
    title = load_plot("summary_table").get_metadata(table, **here)["title"]
    assert "methods ran 0.25 to 9.81 s" in title
    there = {**here, "dataset": "another"}
    title = load_plot("summary_table").get_metadata(table, **there)["title"]
    assert "methods ran 70 s" in title


def test_initial_atoms_are_not_called_learned():
    table = idle(fake.dense(1))
    here = {"dataset": "gaussian", "objective": "dictionary learning"}
    cards = load_plot("atoms").plot(table, **here, frames="final")
    assert all("(no step)\ninitial: " in card["label"] for card in cards)
    cards = load_plot("atoms").plot(fake.dense(1), **here, frames="final")
    assert not any("initial" in card["label"] for card in cards)


def test_a_solver_some_of_whose_runs_took_no_step():
    table = fake.dense(2)
    first = table["idx_rep"] == 0
    mixed = fake.table(idle(table[first]), table[~first])
    names = results.names(mixed, "solver")
    assert names == [n + columns.SOME_NO_STEP for n in results.names(table, "solver")]


def test_marks_stay_with_shortened_names():
    names = ["DDL[N=30,window=600] (no step)", "DDL[N=30,window=300]", "AM (no step)"]
    assert list(shortened(names).values()) == [
        "DDL[window=600] (no step)", "DDL[window=300]", "AM (no step)",
    ]  # fmt: skip


def test_minima_are_found_by_the_name_that_menus_show():
    table = idle(landscapes())
    (name,) = results.names(table, "solver")
    assert name.endswith(columns.NO_STEP)
    assert find(table, "image[snr=1]", "o[reg=0.1]", name)
