"""Rules of the study of autoencoders, on tables in which their claims are true, false,
and on runs that have learned nothing."""

import fake_reproduction as fake
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from reproduction import tables
from reproduction.claims import study_codes as codes
from reproduction.claims import study_needs as needs
from reproduction.claims import study_time as in_time
from reproduction.documents import DOCUMENTS, PAPER, STUDY
from reproduction.parts import ENDINGS, ROOT, Part
from reproduction.pictures.canvas import save_picture
from reproduction.pictures.study import draw_sparsity, draw_time
from reproduction.verdict import FAILS, HOLDS, IN_PART, UNTESTED

TIMES = np.array([0.0, 0.1, 0.2, 1.0, 2.0, 10.0, 30.0])


def run(solver, recovered, time=TIMES, rep=0, reg=0.1, n_signals=1000, **changed):
    """Rows of a run of a solver, by name and its parameter: "SAE topk" "LISTA 3"."""
    name, _, value = solver.partition(" ")
    known = {"SAE": "activation", "LISTA": "n_layers"}
    k = changed.pop("k", np.nan)
    parameters = {known[name]: value} if value else {}
    parameters |= {} if np.isnan(k) else {"k": k}
    recovered = np.broadcast_to(recovered, np.shape(time))
    metrics = {
        "recovered_atoms": recovered, "mcc": recovered, "test_loss": 1.0,
        "explained_variance": recovered, "amortisation_gap": 0.1, "f1_own": 0.5,
        "support_f1": 0.8, **changed,
    }  # fmt: skip
    found = fake.run(
        name, rep, f"superposition[{n_signals}]", time=time, reg=reg,
        solver_parameters=parameters,
        **{f"objective_{key}": metric for key, metric in metrics.items()},
    )  # fmt: skip
    return found.assign(p_dataset_n_signals=n_signals, p_dataset_n_atoms=100)


def every(*runs):
    """A table of two alike repetitions of runs; all columns of parameters are there."""
    df = pd.concat([fake.table(runs), fake.table(runs).assign(idx_rep=1)])
    missing = ("p_solver_activation", "p_solver_n_layers", "p_solver_k")
    return df.assign(**{c: np.nan for c in missing if c not in df})


def ways(dictionary, autoencoder):
    return every(run("Block-AM", dictionary), run("SAE topk", autoencoder))


FAST = [0, 0.95, 1, 1, 1, 1, 1]
AFTER_TEN, AFTER_HUNDRED = [0, 0, 0, 0.99, 1, 1, 1], [0, 0, 0, 0, 0, 0.99, 1]
NOTHING = ways(0.0, 0.0)


def four(own_gap, sae_loss, own_f1=0.3, sae_f1=0.8, recovered=1.0):
    """Block-AM at loss 1 and F1 0.8, and an autoencoder."""
    return every(
        run("Block-AM", recovered, amortisation_gap=0.0),
        run(
            "SAE topk", recovered, amortisation_gap=own_gap, test_loss=sae_loss,
            f1_own=own_f1, support_f1=sae_f1,
        ),
    )  # fmt: skip


def gaps(*after, before=0.5):
    way = [np.linspace(before, last, len(TIMES)) for last in after]
    layers = (1, 3, 10)[: len(after)]
    return every(
        *(
            run(f"LISTA {n}", 0.5, amortisation_gap=g)
            for n, g in zip(layers, way, strict=True)
        )
    )


def ranked(variances):
    """Dictionaries that recover 0, 0.2, ..., 1, with these explained variances."""
    shares = np.linspace(0, 1, len(variances))
    named = [f"SAE a{i}" for i in range(len(variances))]
    return every(
        *(
            run(name, share, explained_variance=v)
            for name, share, v in zip(named, shares, variances, strict=True)
        )
    )


def by_signals(dictionary, *autoencoders):
    """Shares recovered from 2.5, 10 and 100 signals an atom."""
    solvers = ["Block-AM", "SAE topk", "SAE relu"]
    return every(
        *(
            run(name, share, n_signals=n)
            for name, shares in zip(solvers, (dictionary, *autoencoders), strict=False)
            for n, share in zip((250, 1000, 10_000), shares, strict=True)
        )
    )


def by_sparsity(block, relu, topk):
    """Shares recovered for three λ, and by topk for three k."""
    found = [
        run(name, share, reg=reg)
        for name, shares in (("Block-AM", block), ("SAE relu", relu))
        for reg, share in zip((0.02, 0.1, 0.3), shares, strict=True)
    ]
    found += [
        run("SAE topk", share, k=k) for k, share in zip((3, 10, 30), topk, strict=True)
    ]
    df = every(*found)  # benchopt's names of objectives tell λ
    return df.assign(objective_name=df["p_obj_reg"].astype(str))


CASES = {
    in_time.fewer_in_equal_time: {
        HOLDS: [ways(FAST, AFTER_TEN), ways(FAST, 0.0)],
        FAILS: [ways(FAST, FAST), ways(AFTER_TEN, FAST), NOTHING],
    },
    in_time.catch_up: {
        HOLDS: [ways(FAST, AFTER_TEN), ways(FAST, FAST)],
        IN_PART: [ways(FAST, AFTER_HUNDRED)],
        FAILS: [ways(FAST, 0.0), ways(FAST, 0.9), NOTHING],
    },
    needs.more_signals: {
        HOLDS: [by_signals([0, 1, 1], [0, 0, 1], [0, 0, 0])],
        IN_PART: [by_signals([0, 1, 1], [0, 0, 1], [0, 1, 1])],
        FAILS: [
            by_signals([0, 1, 1], [0, 1, 1]),
            by_signals([0, 0, 1], [0, 1, 1]),
            by_signals([0, 0, 0], [0, 0, 0]),
        ],
    },
    needs.wrong_sparsity: {
        HOLDS: [by_sparsity([0.9, 1, 0.9], [0, 1, 0], [0, 1, 0.5])],
        IN_PART: [by_sparsity([0.9, 1, 0.9], [0.9, 1, 1], [0, 1, 0.5])],
        FAILS: [
            by_sparsity([0, 1, 0], [0.9, 1, 0.9], [0.9, 1, 1]),
            by_sparsity([0, 0, 0], [0, 0, 0], [0, 0, 0]),
        ],
    },
    codes.encoder_is_what_lacks: {
        HOLDS: [four(0.5, 1.01)],
        IN_PART: [four(0.5, 1.01, sae_f1=0.4), four(0.1, 2.0)],
        FAILS: [
            four(0.1, 2.0, sae_f1=0.4),
            four(0.0, 1.0),
            four(0.5, 1.01, recovered=0.0),
        ],
    },
    codes.few_layers_close_the_gap: {
        HOLDS: [gaps(0.3, 0.1, 0.005)],
        IN_PART: [gaps(0.3, 0.1, 0.05)],
        FAILS: [gaps(0.3, 0.3, 0.2), gaps(0.5, 0.5, 0.5), gaps(0.0, 0.0, before=0.0)],
    },
    codes.variance_ranks: {
        HOLDS: [ranked([1, 2, 3, 4, 5, 6])],
        IN_PART: [ranked([1, 2, 6, 3, 4, 5])],
        FAILS: [ranked([6, 5, 4, 3, 2, 1]), ranked([2, 1, 6, 5, 1, 2]), NOTHING],
    },
}


def judged(rule, df):
    return tables.judged(rule, tables.of_runs([rule], df))


@pytest.mark.parametrize(
    ("rule", "expected", "df"),
    [
        pytest.param(rule, verdict, df, id=f"{rule.__name__}: {verdict} {i}")
        for rule, by_verdict in CASES.items()
        for verdict, found in by_verdict.items()
        for i, df in enumerate(found)
    ],
)
def test_verdicts(rule, expected, df):
    verdict = judged(rule, df)
    assert verdict.verdict == expected, verdict.measured


def test_every_rule_can_hold_and_fail():
    rules = {rule for figure in STUDY.figures.values() for rule in figure.claims}
    assert rules == CASES.keys()
    assert all({HOLDS, FAILS} <= found.keys() for found in CASES.values())


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.__name__)
def test_nothing_measured_is_no_verdict(rule):
    df = CASES[rule][HOLDS][0]
    measured = [c for c in df if c.startswith("objective_") and c != "objective_name"]
    for lacking in (df[:0], df.drop(columns=measured), df.assign(**dict.fromkeys(
        measured, np.nan
    ))):  # fmt: skip
        assert judged(rule, lacking).verdict == UNTESTED


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.__name__)
def test_a_kept_table_without_numbers_is_no_verdict(rule):
    table = rule.looks_at(CASES[rule][HOLDS][0])
    given = {"factor", "n_atoms", "per_atom", "n_layers", "reg", "k"}
    measured = table.select_dtypes("number").columns.difference(given)
    lacking = table.assign(**dict.fromkeys(measured, np.nan))
    assert rule(table).verdict == HOLDS
    assert rule(lacking).verdict == UNTESTED


def test_times_are_those_of_the_runs():
    table = in_time.recovery_in_time(ways(FAST, AFTER_TEN))
    assert table["seconds"].tolist() == pytest.approx([0.1, 1, 10])
    assert table["classical"].tolist() == [0.95, 1, 1]
    assert table["autoencoder"].tolist() == [0, 0.99, 1]
    rule = in_time.fewer_in_equal_time
    short = ways(FAST, 0.0)
    early = short["solver_name"].str.startswith("Block-AM") | (short["time"] < 0.05)
    assert judged(rule, short).verdict == HOLDS
    assert judged(rule, short[early]).verdict == UNTESTED  # not taken for a 0
    short = ways(FAST, AFTER_TEN)
    short = short[short["time"] < 5]
    assert np.isnan(in_time.recovery_in_time(short)["autoencoder"].iloc[-1])


@pytest.mark.parametrize(
    "autoencoder, expected",
    [(AFTER_HUNDRED, IN_PART), (AFTER_TEN, HOLDS), (0.5, UNTESTED)],
)
def test_runs_shorter_than_100_t_tell_what_they_reached(autoencoder, expected):
    late = [0, 0, 0, 0.5, 0.99, 0.99, 0.99]  # T is 0.1, and 100 T is 10
    runs = ways(FAST, late if autoencoder is AFTER_HUNDRED else autoencoder)
    assert judged(in_time.catch_up, runs[runs["time"] < 5]).verdict == expected


def test_dictionary_learning_has_90_percent_of_its_most_at_t():
    early, late = [0, 0.5, 1, 1, 1, 1, 1], [0, 0.1, 0.2, 0.3, 1, 1, 1]
    runs = [run("Block-AM", early), run("Block-AM", late, rep=1), run("SAE topk", late)]
    first = in_time.recovery_in_time(pd.concat(runs)).iloc[0]
    assert first["seconds"] == 2.0 and first["classical"] == 1.0


@pytest.mark.parametrize("name", STUDY.figures)
def test_pictures_are_drawn(name, tmp_path):
    figure, path = STUDY.figures[name], tmp_path / "picture.png"
    assert save_picture(figure.draw, CASES[figure.claims[0]][HOLDS][0], path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_lines_against_time_rise_at_evaluations_only_and_say_what_they_are():
    names = ["SAE relu", "SAE topk", "SAE jumprelu", "LISTA 1", "Block-AM", "MOD"]
    figure = Figure()
    draw_time(figure, every(*(run(name, FAST) for name in names)))
    (axes,) = figure.axes
    assert len(axes.lines) == 2 * len(names)  # a line a repetition
    for line in axes.lines:
        assert line.get_drawstyle() == "steps-post"
        np.testing.assert_array_equal(line.get_xdata(), TIMES[1:])
    markers = {line.get_color(): line.get_marker() for line in axes.lines}
    assert len(set(markers.values())) == len(names)
    said = figure.get_suptitle()
    assert "best setting of each method" in said and "Dashed: autoencoders" in said


def test_each_dataset_has_a_panel_of_its_own():
    df, figure = every(run("Block-AM", FAST), run("SAE topk", FAST)), Figure()
    names = [f"superposition[n_atoms={n},k=10]" for n in (5000, 100, 1000)]
    draw_time(figure, pd.concat([df.assign(dataset_name=name) for name in names]))
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["100 atoms", "1000 atoms", "5000 atoms"]
    assert all(len(axes.lines) == 2 * 2 for axes in figure.axes)


def test_lmbd_and_k_of_each_dataset_have_panels_of_their_own():
    df = CASES[needs.wrong_sparsity][HOLDS][0]
    names = [f"superposition[n_atoms={n},k=10]" for n in (1000, 100)]
    figure = Figure()
    draw_sparsity(figure, pd.concat([df.assign(dataset_name=name) for name in names]))
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["100 atoms", "1000 atoms", "", ""]
    n_lines = [len(axes.lines) for axes in figure.axes]
    assert n_lines[0] == n_lines[1] > 0 and n_lines[2] == n_lines[3] > 0


def test_the_numbers_of_each_dataset_are_told():
    df = every(run("Block-AM", FAST), run("SAE topk", FAST))
    names = [f"superposition[n_atoms={n},k=10]" for n in (1000, 100)]
    both = pd.concat([df.assign(dataset_name=name) for name in names])
    rule = in_time.fewer_in_equal_time
    measured = rule(in_time.recovery_in_time(both)).measured
    assert [key for key in measured if key.endswith("T (s)")] == [
        "100 atoms: T (s)", "1000 atoms: T (s)",
    ]  # fmt: skip
    assert "T (s)" in rule(in_time.recovery_in_time(df)).measured


@pytest.mark.parametrize("name", STUDY.figures)
def test_every_figure_has_a_run_file_at_each_scale(name):
    for scale in ENDINGS:
        config = Part(STUDY.figures[name], scale, ROOT).runs.config
        assert "python -m reproduction --study" in config.read_text("utf-8")


def test_documents_share_no_figure_and_no_file():
    assert not PAPER.figures.keys() & STUDY.figures.keys()
    assert len({document.report for document in DOCUMENTS}) == len(DOCUMENTS)
