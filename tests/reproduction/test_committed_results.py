"""The committed results: small, judged by today's rules, and those of the report."""

import json
import shutil
import subprocess

import pytest
from documents import ROOT, text

from reporting import blocks
from reproduction import __main__ as command_line
from reproduction import details, readme, report, tables
from reproduction.documents import DOCUMENTS, PAPER
from reproduction.findings import BESIDE
from reproduction.verdict import UNTESTED

MOST, MOST_A_RECORD = 3_000_000, 50_000  # bytes
LEADERBOARD = ROOT / "results" / "leaderboard.json"  # has tests of its own
FIGURES = {k: v for document in DOCUMENTS for k, v in document.figures.items()}
RECORDS = sorted(set(ROOT.glob("results/*.json")) - {LEADERBOARD})


def test_results_are_small():
    files = [path for path in ROOT.glob("results/**/*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MOST
    assert {path.suffix for path in files} == {".json", ".png"}
    assert max(path.stat().st_size for path in RECORDS) < MOST_A_RECORD


def test_no_table_of_runs_is_committed():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip(f"no git repository to list the files of: {listed.stderr.strip()}")
    names = listed.stdout.splitlines()
    assert "README.md" in names
    assert [name for name in names if name.endswith(".parquet")] == []


def test_every_figure_has_a_record_and_a_picture():
    names = {f"{name}_small" for name in PAPER.figures}
    assert names <= {path.stem for path in RECORDS}
    assert {path.stem for path in RECORDS} == {
        p.stem for p in ROOT.glob("results/*.png")
    }


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_says_who_measured_it_and_its_verdicts_follow(path):
    record = json.loads(path.read_text("utf-8"))
    assert record["commit"] and record["date"] and record["machine"]["cpu"]
    follows(record, record["claims"], record.get("tables"))
    if BESIDE["tables"] in record:
        follows(record, record[BESIDE["claims"]], record[BESIDE["tables"]])


def follows(record, claims, kept):
    """Assert that the rules of a figure find what is told, in the tables kept."""
    rules = FIGURES[record["figure"]].claims
    assert [told["claim"] for told in claims] == [rule.claim for rule in rules]
    for rule, told in zip(rules, claims, strict=True):
        verdict = tables.judged(rule, kept)
        assert verdict.verdict == told["verdict"]
        assert verdict.measured.keys() == told["measured"].keys()
        for key, value in verdict.measured.items():
            assert details.number(value) == details.number(told["measured"][key])


def test_most_claims_are_tested_with_one_of_the_noises():
    found = []
    for path in RECORDS:
        record = json.loads(path.read_text("utf-8"))
        kinds = record["claims"], record.get(BESIDE["claims"], record["claims"])
        found += zip(
            *([told["verdict"] for told in kind] for kind in kinds), strict=True
        )
    untested = [both for both in found if set(both) == {UNTESTED}]
    assert len(untested) < len(found) / 4


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.report)
def test_the_report_is_that_of_the_records(document, tmp_path):
    for folder in ("configs", "results"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    found = command_line.findings(tmp_path, root=tmp_path, document=document)
    assert report.text(found, document) == text(document.report)
    assert details.text(found, document) == text(document.details)
    told = blocks.marked(document.report, readme.lines(found, document))
    assert told in text("README.md")
    for path in RECORDS:
        assert (tmp_path / "results" / path.name).read_bytes() == path.read_bytes()
