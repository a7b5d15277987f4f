"""The report of the reproduction is computed, and its command line does as told."""

import re
from pathlib import Path

import fake_reproduction as fake
import little_benchmark as little
import pandas as pd
import pytest
from benchopt.results import save_results
from claim_cases import CASES, LOSSES
from documents import ROOT
from matplotlib.figure import Figure
from run_files import BENCHMARKS

from reporting import machine, records
from reproduction import __main__ as command_line
from reproduction import details, report, runner, tables
from reproduction.documents import PAPER
from reproduction.findings import find
from reproduction.parts import ENDINGS, Part
from reproduction.pictures.stochastic import draw_lmbd
from reproduction.reasons import KEYS, NOISE, why
from reproduction.verdict import FAILS, HOLDS, UNTESTED, Verdict


@pytest.fixture
def root(tmp_path):
    return little.write(tmp_path / "root")


@pytest.fixture
def part(root, tmp_path):
    """A part of the little benchmark, by its name."""
    return lambda name: Part(little.FIGURES[name], "small", tmp_path / "out", root)


def finished(part, df, gpu=None):
    """Put runs into place as the runner does."""
    runs = part.runs
    runs.table.parent.mkdir(parents=True, exist_ok=True)
    save_results(df, runs.table)
    described = {**machine.describe(1), "gpu": gpu}
    records.write(runs.record, {
        "run_file": runs.config.name, "version": runs.version(), "seconds": 754.0,
        "sha256": records.sha256(runs.table), "date": "2026-01-02T03:04:05+00:00",
        "commit": "abc", "machine": described,
    })  # fmt: skip


def frame(value):
    return pd.DataFrame({
        "objective_name": ["o"], "dataset_name": ["d"], "solver_name": ["s"],
        "idx_rep": [0], "objective_value": [value],
    })  # fmt: skip


def test_the_report_is_written_from_result_files(part, root, tmp_path):
    finished(part("first"), frame(0.5), gpu="A GPU")
    findings = [find(part(name)) for name in little.FIGURES]
    text = report.write(findings, tmp_path / "out", PAPER).read_text(encoding="utf-8")
    assert "| The value is one. | – | **holds in part** |" in text
    assert "| The value is one. | – | – |" in text
    assert "**1 holds in part, 1 could not be tested**. Judged: 1 at" in text
    text = (tmp_path / "out" / PAPER.details).read_text(encoding="utf-8")
    assert "Rule: Holds if the value is 1, in part if it is above 0." in text
    assert "Measured: the value: 0.5." in text
    assert "Shows first." in text and "benchopt run" not in text
    assert "12.6 min on machine A (GPU: A GPU), commit abc, 2026-01-02" in text
    assert "[`first_small.json`](../results/first_small.json)" in text
    assert "has changed" not in text
    assert "![first](../results/first_small.png)" in text
    assert (tmp_path / "out/results/first_small.png").stat().st_size > 1000
    assert not (tmp_path / "out/results/second_small.png").exists()
    written = {path.name for path in (tmp_path / "out").glob("*")}
    assert written == {"outputs", "results", "docs", PAPER.report}

    config = part("first").runs.config
    config.write_text(config.read_text() + "seed: 1\n")
    assert "The run file has changed since." in details.text(
        [find(part("first"))], PAPER
    )


def noisy(values):
    """Runs of which each has a value and a standard deviation of the noise."""
    runs = [frame(v).assign(dataset_name=f"d{s}", p_dataset_sigma=s) for v, s in values]
    return pd.concat(runs)


def test_the_noise_of_the_text_is_judged_and_that_of_the_code_stands_beside(part):
    finished(part("first"), noisy([(0.5, 0.316), (1.0, 0.1)]))
    text = report.text([find(part("first"))], PAPER)
    assert "| The value is one. | – | **holds in part** |" in text
    assert "as in the published code | – | **holds** |" in text
    told = details.text([find(part("first"))], PAPER)
    assert "- The value is one. *holds*: the value: 1." in told
    kept = part("first").record.read_text(encoding="utf-8")
    part("first").runs.table.unlink()  # judged from the record now
    assert report.text([find(part("first"))], PAPER) == text
    assert part("first").record.read_text(encoding="utf-8") == kept


@pytest.mark.parametrize("values", [[(1.0, 0.316), (1.0, 0.1)], [(1.0, 0.1)]])
def test_a_noise_that_makes_no_difference_has_no_row(part, values):
    finished(part("first"), noisy(values))
    text = report.text([find(part("first"))], PAPER)
    assert "| The value is one. | – | **holds** |" in text
    assert "the same, with" not in text


def test_both_scales_stand_side_by_side_with_a_reason_where_they_differ(
    part, root, tmp_path
):
    finished(part("first"), frame(0.5))
    large = Part(little.FIGURES["first"], "paper", tmp_path / "out", root)
    large.runs.config.write_text(part("first").runs.config.read_text())
    finished(large, frame(1.0))
    both = [find(part("first")), find(large)]
    why_ = "Paper: the value: 1. Small: the value: 0.5."
    row = f"| The value is one. | **holds** | **holds in part** | {why_} |"
    assert row in report.text(both, PAPER)
    large.runs.table.unlink()
    finished(large, frame(0.5))
    both = [find(part("first")), find(large)]
    assert "Paper: the value" not in report.text(both, PAPER)


def told(verdict, **measured):
    return Verdict("claim", "rule", verdict, measured)


def test_what_could_not_be_tested_is_told_rather_than_numbers():
    lacking = told(UNTESTED, reason="none got there")
    found = {"paper": lacking, "small": told(HOLDS, ratio=3.0)}
    assert why("several_times_sooner", found, {}) == ("Paper: none got there.", "")
    found, code = {"paper": lacking, "small": lacking}, {"small": told(FAILS, ratio=1)}
    reasons = "Paper and small: none got there.", "Small: ratio: 1."
    assert why("ten_times_sooner", found, code) == reasons
    reasons = "Small: none got there.", ""
    assert why("ten_times_sooner", {"small": lacking}, {}) == reasons
    assert why("ten_times_sooner", {"small": told(HOLDS, ratio=3.0)}, {}) == ("", "")


def test_a_rule_that_stopped_early_tells_why():
    found = {"paper": told(FAILS, settings="none"), "small": told(HOLDS, ratio=12.0)}
    reasons = "Paper: settings: none. Small: ratio: 12.", ""
    assert why("ten_times_sooner", found, {}) == reasons


def test_of_many_texts_the_first_and_the_last_are_told():
    times = {f"batch {n}": f"{n} s" for n in range(3)}
    found = {"paper": told(FAILS, **times), "small": told(HOLDS, **{"batch 9": "9 s"})}
    told_ = "Paper: batch 0: 0 s; batch 2: 2 s. Small: batch 9: 9 s."
    assert why("intermediate_is_best", found, {})[0] == told_
    found["paper"] = told(FAILS, **times, **{"batch 3": "never"})
    told_ = "Paper: batch 0: 0 s; batch 3: never. Small: batch 9: 9 s."
    assert why("intermediate_is_best", found, {})[0] == told_


def test_the_noise_is_told_where_it_decides():
    found, code = {"small": told(FAILS, ratio=1.5)}, {"small": told(HOLDS, ratio=3.0)}
    first, second = "Small: ratio: 1.5.", "Small: ratio: 3."
    assert why("several_times_sooner", found, code) == (f"{first} {NOISE}", second)
    assert why("ten_times_sooner", found, code) == (first, second)
    both = {"paper": told(FAILS, ratio=1.5), "small": told(HOLDS, ratio=3.0)}
    assert NOISE not in why("several_times_sooner", both, {})[0]


def test_every_rule_has_numbers_that_its_verdict_turns_on():
    cases = {**CASES, **LOSSES}
    for figure in PAPER.figures.values():
        for rule in figure.claims:
            case = cases[rule][HOLDS][0]
            verdict = rule(case) if rule in LOSSES else judged(rule, case)
            for start in KEYS[rule.__name__]:
                assert any(key.startswith(start) for key in verdict.measured), start


def judged(rule, df):
    return tables.judged(rule, tables.of_runs([rule], df))


def test_the_same_results_give_the_same_report(part, tmp_path):
    finished(part("first"), frame(1.0))
    texts, pictures = [], []
    for _ in range(2):
        finding = find(part("first"))
        texts.append(report.text([finding], PAPER) + details.text([finding], PAPER))
        pictures.append(part("first").picture.read_bytes())
    assert texts[0] == texts[1] and pictures[0] == pictures[1]
    assert "**holds**" in texts[0]


def test_a_table_without_what_is_drawn_leaves_no_picture(part):
    finished(part("first"), frame(1.0).drop(columns="objective_value"))
    finding = find(part("first"))
    assert not part("first").picture.exists()
    assert "![" not in details.text([finding], PAPER)
    assert finding.verdicts[0].measured == {"reason": "there is no value"}


def test_marks_of_two_methods_at_one_lmbd_stand_apart():
    inf = float("inf")
    picture = Figure()
    draw_lmbd(picture, fake.lmbds({0.1: (4, 40), 0.3: (inf, inf), 0.6: (inf, 3)}))
    marks = [line for line in picture.axes[0].lines if line.get_marker() == "^"]
    first, second = (set(zip(*line.get_data(), strict=True)) for line in marks)
    assert {x for x, _ in first} == {0.3, 0.6} and {x for x, _ in second} == {0.3}
    assert not first & second


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (0.12345, "0.123"), ("a", "a"), (1.5e-7, "1.5e-07"), (12345, "12345")],
)
def test_numbers_are_short(value, text):
    assert details.number(value) == text


# The command line


def test_only_report_runs_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(runner, "run_all", lambda *_: pytest.fail("runs"))
    assert command_line.main(["--only-report", "--output", str(tmp_path / "new")]) == 0
    text = Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8")
    for figure in PAPER.figures.values():
        assert figure.label in text
        assert all(judge.claim in text for judge in figure.claims)


def test_options_choose_figures_and_scale(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(runner, "run_all", lambda *args: seen.append(args) or ["x"])
    arguments = ["figure_4", "--paper", "--threads", "2", "--output", str(tmp_path)]
    dask = ROOT / "configs/dask.yml"
    assert command_line.main(arguments) == 1  # a part failed
    assert command_line.main([*arguments, "--parallel-config", str(dask)]) == 1
    assert command_line.main([*arguments, "--again"]) == 1
    (parts, *options), *others = seen
    assert [part.name for part in parts] == ["figure_4"]
    assert parts[0].runs.config == ROOT / "configs/figure_4.yml"
    assert options == [2, None, False]
    assert [other[1:] for other in others] == [(2, dask, False), (2, None, True)]


def test_an_unknown_figure_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit):
        command_line.parse(["figure_99"])
    assert "unknown: figure_99. Known: figure_1" in capsys.readouterr().err


@pytest.mark.parametrize("name", PAPER.figures)
def test_every_figure_has_a_run_file_at_each_scale(name):
    figure = PAPER.figures[name]
    for scale in ENDINGS:
        config = Part(figure, scale, ROOT).runs.config
        assert config.is_file(), config.name
        assert f"benchopt run {figure.benchmark} " in config.read_text("utf-8")
    assert len(figure.claims) >= 1


def test_every_run_file_of_the_paper_is_that_of_a_figure():
    known = {
        Part(figure, scale, ROOT).runs.config
        for figure in PAPER.figures.values() for scale in ENDINGS
    }  # fmt: skip
    assert known == {p for p in BENCHMARKS if p.stem.startswith(("figure", "table"))}


def test_run_files_say_which_figures_they_are_for():
    for figure in PAPER.figures.values():
        config = Part(figure, "small", ROOT).runs.config.read_text("utf-8")
        head = " ".join(config.replace("# ", "").split("no-cache")[0].split())
        kind, number = figure.label.replace("center", "centre").split(" ", 1)
        cited = re.search(rf"\(paper, {kind}s? ([^;)]*)", head).group(1)
        assert set(number.split()) <= set(re.findall(r"\w+", cited)), figure.name
