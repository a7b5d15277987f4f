"""What the README says about a document of claims is computed from its verdicts."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from reproduction import readme
from reproduction.documents import DOCUMENTS, PAPER
from reproduction.findings import Finding
from reproduction.parts import Part
from reproduction.verdict import FAILS, HOLDS, UNTESTED, Verdict

NAME = "figure_3"  # two claims; the README tells the first
FIGURE = PAPER.figures[NAME]
ONE = replace(PAPER, figures={NAME: FIGURE})


def finding(scale, *verdicts, beside=()):
    def judged(found):
        pairs = zip(FIGURE.claims, found, strict=True)
        return [Verdict(rule.claim, rule.rule, verdict) for rule, verdict in pairs]

    part = Part(FIGURE, scale, Path())
    return Finding(part, {}, judged(verdicts), judged(beside) if beside else [])


def test_each_claim_is_counted_once_at_the_largest_scale_that_tested_it():
    found = [finding("small", HOLDS, HOLDS), finding("paper", FAILS, UNTESTED)]
    (line,) = readme.lines(found, ONE)
    told = "judges 2 claims: **1 holds, 1 does not hold**. Judged: 1 at the paper"
    assert told in line
    assert "1 at the small scale." in line and "published code" not in line


def test_the_noise_of_the_published_code_counts_where_that_of_the_text_tests_nothing():
    beside = (FAILS, HOLDS)
    found = [finding("paper", HOLDS, UNTESTED, beside=beside)]
    (line,) = readme.lines(found, ONE)
    assert "**2 hold**. Judged: 2 at the paper scale. 1 can be tested only with" in line


def test_what_could_not_be_tested_is_counted_as_such():
    (line,) = readme.lines([finding("small", HOLDS, UNTESTED)], ONE)
    assert "**1 holds, 1 could not be tested**. Judged: 1 at the small scale." in line


@pytest.mark.parametrize(
    "at_paper, told", [(FAILS, FAILS), (HOLDS, HOLDS), (UNTESTED, HOLDS)]
)
def test_a_claim_is_told_at_the_largest_scale_that_tested_it(at_paper, told):
    small, paper = finding("small", HOLDS, FAILS), finding("paper", at_paper, FAILS)
    (line,) = readme.lines([small, paper], ONE)
    assert line.endswith(f"**{told.capitalize()}**: “{FIGURE.claims[0].claim}”")


def test_the_picture_is_that_of_the_largest_scale(monkeypatch):
    monkeypatch.setitem(readme.SHOWN, ONE.report, NAME)
    found = [finding(scale, HOLDS, HOLDS) for scale in ("small", "paper")]
    *_, picture = readme.lines(found, ONE)
    assert picture.startswith("![Angle of")
    assert picture.endswith("(results/figure_3.png)")
    *_, picture = readme.lines(found[:1], ONE)
    assert picture.endswith("(results/figure_3_small.png)")


def test_what_was_not_run_is_said():
    found = [replace(finding("small", HOLDS, HOLDS), record=None)]
    (line,) = readme.lines(found, ONE)
    assert line.endswith("judges 2 claims. They have not been measured yet.")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.report)
def test_claims_that_the_readme_tells_exist(document):
    rules = [rule for figure in document.figures.values() for rule in figure.claims]
    assert set(readme.TOLD[document.report]) <= {rule.__name__ for rule in rules}


def test_a_folder_without_a_readme_needs_none(tmp_path):
    readme.write([], SimpleNamespace(report="x"), tmp_path / "README.md")
    assert list(tmp_path.iterdir()) == []
