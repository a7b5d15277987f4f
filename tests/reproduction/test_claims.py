"""Every rule against result tables made to pass, to pass in part, and to fail it."""

import fake_reproduction as fake
import numpy as np
import pandas as pd
import pytest
from claim_attacks import ATTACKS, TABLES
from claim_cases import CASES, INF, LOSSES, PICTURES

from reproduction import tables
from reproduction.claims import dynamics, gradients, local_minima, stochastic
from reproduction.figures import FIGURES
from reproduction.pictures import landscape as pictures
from reproduction.pictures.canvas import save_picture
from reproduction.verdict import FAILS, HOLDS, IN_PART, UNTESTED

RULES = {judge.__name__: judge for f in FIGURES.values() for judge in f.claims}


def flat(cases):
    """Cases one by one, each with a name."""
    return [
        pytest.param(rule, verdict, case, id=f"{rule.__name__}: {verdict} {number}")
        for rule, by_verdict in cases.items()
        for verdict, tables in by_verdict.items()
        for number, case in enumerate(tables)
    ]


def judged(rule, df):
    """The verdict of a rule on runs: on the table of them that it looks at."""
    return tables.judged(rule, tables.of_runs([rule], df))


@pytest.mark.parametrize(("rule", "expected", "df"), flat(CASES))
def test_verdicts(rule, expected, df):
    verdict = judged(rule, df)
    assert verdict.verdict == expected, verdict.measured
    assert verdict.measured
    assert verdict.claim == rule.claim and verdict.rule == rule.rule


@pytest.mark.parametrize(("rule", "expected", "losses"), flat(LOSSES))
def test_verdicts_on_losses(rule, expected, losses):
    verdict = rule(losses)
    assert verdict.verdict == expected, verdict.measured


def named(attacks):
    """Attacks one by one, each with a name."""
    return [
        pytest.param(rule, *attack, id=f"{rule.__name__}: {what}")
        for rule, by_name in attacks.items()
        for what, attack in by_name.items()
    ]


@pytest.mark.parametrize(("rule", "expected", "df"), named(ATTACKS))
def test_tables_that_look_like_the_claim(rule, expected, df):
    verdict = judged(rule, df)
    assert verdict.verdict == expected, verdict.measured


@pytest.mark.parametrize(("rule", "expected", "table"), named(TABLES))
def test_small_tables_that_look_like_the_claim(rule, expected, table):
    verdict = rule(table)
    assert verdict.verdict == expected, verdict.measured


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_made_to_hold_in_part_and_to_fail(name):
    assert {**CASES, **LOSSES}[RULES[name]].keys() == {HOLDS, IN_PART, FAILS}


NAMES = pd.DataFrame({
    "objective_name": ["o"], "dataset_name": ["d"], "solver_name": ["s[x=1]"],
    "idx_rep": [0], "stop_val": [0], "time": [1.0],
})  # fmt: skip
LACKING = {"metrics": NAMES, "rows": NAMES[:0], "columns": NAMES[[]]}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("lacking", LACKING)
def test_a_table_that_lacks_columns_gives_the_reason(name, lacking):
    verdict = judged(RULES[name], LACKING[lacking])
    assert verdict.verdict == UNTESTED
    assert "has no column" in verdict.measured["reason"]


def with_nan(df):
    """The table with no number left in what was measured, and no final results."""
    measured = [c for c in df if c.startswith("objective_") and c != "objective_name"]
    return df.assign(**dict.fromkeys(measured, np.nan), final_results=None)


@pytest.mark.parametrize("rule", CASES)
def test_a_table_of_nan_cannot_be_tested(rule):
    verdict = judged(rule, with_nan(CASES[rule][HOLDS][0]))
    assert verdict.verdict == UNTESTED
    assert len(verdict.measured["reason"]) > 10


def test_a_table_with_one_method_only_cannot_compare():
    df = CASES[dynamics.fewer_steps][HOLDS][0]
    verdict = judged(dynamics.fewer_steps, df[df["solver_name"].str.startswith("AM")])
    assert verdict.verdict == UNTESTED
    assert "DDL" in verdict.measured["reason"]


def test_figure_c_leaves_convolutional_signals_out():
    rule = gradients.unstable_in_norm
    df, worse = CASES[rule][HOLDS][0], CASES[rule][FAILS][0]
    both = pd.concat([df, worse.assign(dataset_name="convolutional[n_times=50]")])
    assert judged(rule, both) == judged(rule, df)
    both = pd.concat([df, worse.assign(dataset_name="image_patches")])
    assert judged(rule, both).verdict != HOLDS


def test_times_are_measured():
    (df,) = CASES[stochastic.intermediate_is_best][IN_PART]
    measured = judged(stochastic.intermediate_is_best, df).measured
    expected = {"batch 100": "3.01 s", "batch 500": "4.01 s", "batch full": "30.1 s"}
    assert measured == expected


CUT = {
    "intermediate_is_best": fake.batches({100: INF, 500: 9, None: INF}, given=6),
    "faster_than_full_batch": fake.batches({100: INF, None: 9}, given=6),
}


UNREACHED = {
    "intermediate_is_best": fake.batches({100: INF, 500: INF, None: INF}),
    "faster_than_full_batch": fake.batches({100: INF, None: INF}),
    "faster_for_small_lmbd": fake.lmbds({0.1: (INF, INF), 0.3: (INF, INF)}),
    "alike_for_large_lmbd": fake.lmbds({0.1: (INF, INF), 0.3: (INF, INF)}),
}


@pytest.mark.parametrize("name", UNREACHED)
def test_a_level_that_nobody_reached_in_the_time_says_nothing(name):
    verdict = judged(RULES[name], UNREACHED[name])
    assert "the median score is 0.500" in verdict.measured["reason"]


@pytest.mark.parametrize("name", CUT)
def test_what_was_cut_before_the_winner_does_not_count_against_it(name):
    verdict = judged(RULES[name], CUT[name])
    assert verdict.verdict == UNTESTED, verdict.measured


def test_an_oracle_that_was_stopped_is_no_oracle():
    df = fake.denoising(25, 25, 60, 5, cut=1)
    for name in ("few_layers_suffice", "several_times_sooner"):
        assert "when it was stopped" in judged(RULES[name], df).measured["reason"]


def test_an_oracle_that_ends_below_its_initial_dictionary_is_no_oracle():
    df = fake.denoising(10, 15, 60, 5, start=12)
    for name in ("few_layers_suffice", "several_times_sooner"):
        assert "rebuilds the noise" in judged(RULES[name], df).measured["reason"]


def test_batches_need_five_dictionaries():
    df = fake.batches({100: 9, 500: 4, None: 30}, n_draws=4)
    for name in CUT:
        assert "5 dictionaries" in judged(RULES[name], df).measured["reason"]


# Pictures


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_drawn(name, tmp_path):
    path = tmp_path / "picture.png"
    assert save_picture(FIGURES[name].draw, PICTURES[name], path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_every_picture_that_needs_a_table_alone_is_drawn():
    assert FIGURES.keys() - PICTURES.keys() == {"figure_5_right", "figure_B"}


@pytest.mark.parametrize("name", ["figure_5_right", "figure_B"])
def test_pictures_of_losses_are_drawn(name, tmp_path, monkeypatch):
    found = {
        "lines_and_gains": LOSSES[local_minima.alike_in_loss][HOLDS][0],
        "plane": LOSSES[local_minima.locally_convex][HOLDS][0],
    }
    for kind, losses in found.items():
        monkeypatch.setattr(pictures, kind, lambda df, losses=losses: losses)
    assert save_picture(FIGURES[name].draw, None, tmp_path / "picture.png")


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("lacking", LACKING)
def test_no_picture_where_there_is_nothing_to_draw(name, lacking, tmp_path):
    path = tmp_path / "picture.png"
    path.write_text("an older one")
    assert not save_picture(FIGURES[name].draw, LACKING[lacking], path)
    assert not path.exists()
