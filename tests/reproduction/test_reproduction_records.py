"""What is kept and what is run again: a result says which commit measured it."""

import json
import shutil

import little_benchmark as little
import numpy as np
import pandas as pd
import pytest

from reporting import records
from reproduction import details, findings, runner, tables
from reproduction.documents import PAPER
from reproduction.findings import find
from reproduction.parts import Part
from reproduction.verdict import HOLDS, UNTESTED, claim

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A folder with a benchmark of which the first part was run, to be copied."""
    folder = tmp_path_factory.mktemp("ran")
    root = little.write(folder / "root")
    part = Part(little.FIGURES["first"], "small", folder / "out", root)
    assert runner.run_all([part], threads=1) == []
    return folder


@pytest.fixture
def first(ran, tmp_path, part):
    """The first part, after its run."""
    shutil.copytree(ran, tmp_path, dirs_exist_ok=True)
    return part("first")


@pytest.fixture
def clone(first):
    """The first part as in a fresh clone: its record is there, its runs are not."""
    find(first)
    first.runs.table.unlink()
    first.runs.record.unlink()
    return first


def replace(file, old, new):
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new))


# What is run


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("solvers/first.py", "time.sleep(0.02)", "time.sleep(0.1)"),
        ("objective.py", '"value": x', '"value": x + 1'),
        ("configs/first_small.yml", "# Shows first.", "# Shows something."),
        ("configs/first_small.yml", "output: first", "output: other"),
    ],
)
def test_code_and_comments_ask_for_no_new_run(root, clone, file, old, new, capsys):
    replace(root / file, old, new)
    assert runner.run_all([clone], threads=1) == []
    assert little.runs(root) == ["first 1"]
    assert "first_small: kept, measured by commit " in capsys.readouterr().out
    assert find(clone).verdicts[0].verdict == HOLDS


def test_another_run_file_asks_for_a_new_run_and_says_so(root, clone, capsys):
    replace(root / "configs/first_small.yml", "solver: [first]", "solver: [second]")
    assert "The run file has changed since." in details.text([find(clone)], PAPER)
    assert runner.run_all([clone], threads=1) == []
    assert little.runs(root) == ["first 1", "second 1"]
    assert "its run file has changed since commit" in capsys.readouterr().out
    assert "has changed since" not in details.text([find(clone)], PAPER)


def test_again_runs_what_is_finished_and_keeps_the_earlier_runs(root, part, capsys):
    runs = part("first").runs
    runner.run_all([part("first")], threads=1)
    before = runs.table.read_bytes()
    assert runner.run_all([part("first")], threads=1, again=True) == []
    assert runner.run_all([part("first")], threads=1) == []
    assert little.runs(root) == ["first 1", "first 1"]
    (kept,) = runs.table.parent.glob("earlier/*.parquet")
    assert kept.read_bytes() == before and str(kept) in capsys.readouterr().out
    assert records.read(kept.with_suffix(".json"))["sha256"] == records.sha256(kept)


def test_again_goes_on_after_an_interruption(root, part, monkeypatch):
    parts = [part("first"), part("second")]
    runner.run_all(parts, threads=1)
    run = runner.run

    def interrupted(runs, *args):
        if runs.name == "second_small":
            raise KeyboardInterrupt
        return run(runs, *args)

    monkeypatch.setattr(runner, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        runner.run_all(parts, threads=1, again=True)
    monkeypatch.setattr(runner, "run", run)
    runner.run_all(parts, threads=1)
    assert little.runs(root) == ["first 1", "second 1", "first 1", "second 1"]


def test_figures_share_their_runs(root, part):
    parts = [part("second"), part("third")]
    assert runner.run_all(parts, threads=1) == []
    assert little.runs(root) == ["second 1"]
    second, third = (find(p) for p in parts)
    assert second.record["sha256"] == third.record["sha256"]
    assert third.record["run_file"] == "second_small.yml"
    assert "second_small.yml" in details.text([third], PAPER)
    # Either is run by its own name.
    assert runner.run_all([part("third")], threads=1, again=True) == []
    assert little.runs(root) == ["second 1", "second 1"]


# What is judged


def test_a_record_alone_gives_the_same_report_and_picture(first):
    text = details.text([find(first)], PAPER)
    record, picture = (p.read_bytes() for p in (first.record, first.picture))
    first.runs.table.unlink()
    first.runs.record.unlink()
    assert details.text([find(first)], PAPER) == text and "![" in text
    assert first.record.read_bytes() == record
    assert first.picture.read_bytes() == picture


def test_runs_that_are_older_than_the_record_do_not_replace_it(first):
    find(first)
    record = records.read(first.record)
    newer = record | {"date": "2999-01-01T00:00:00+00:00", "commit": "newer"}
    newer["tables"] = {"values": ["value", "0.5"]}
    records.write(first.record, newer)
    assert find(first).verdicts[0].measured == {"the value": 0.5}
    assert records.read(first.record)["commit"] == "newer"
    older = record | {"date": "2000-01-01T00:00:00+00:00", "tables": {}}
    records.write(first.record, older)
    assert find(first).verdicts[0].measured == {"the value": 1.0}


def test_runs_are_looked_at_once_by_the_same_code(first, monkeypatch):
    before, n_looks, look = find(first), [], findings._looked_at
    monkeypatch.setattr(
        findings, "_looked_at", lambda part: n_looks.append(part) or look(part)
    )
    assert find(first).record == before.record
    assert not n_looks
    with monkeypatch.context() as other_code:
        other_code.setattr(findings, "_fingerprint", lambda part: "other")
        assert find(first).verdicts == before.verdicts
    first.picture.unlink()
    find(first)
    assert len(n_looks) == 2 and first.picture.exists()


@claim("The value is large.", lambda df: df)
def value_is_large(table):
    """Holds if the value is large."""


def test_a_rule_with_a_new_table_is_untested_until_a_new_run(clone, monkeypatch):
    figure = little.Figure("first", "first", [value_is_large], little.draw)
    part = Part(figure, "small", clone.output, clone.root)
    verdict = find(part).verdicts[0]
    assert verdict.verdict == UNTESTED
    assert "a new run makes it" in verdict.measured["reason"]
    assert "values" in records.read(part.record)["tables"]  # what is there is kept
    assert part.reason_to_run() == "its rules look at more than its record has"


def test_a_table_without_a_column_of_the_rule_is_untested(clone):
    record = records.read(clone.record)
    record["tables"]["values"][0] = "another"
    records.write(clone.record, record)
    reason = find(clone).verdicts[0].measured["reason"]
    assert reason == "the table `values` has no column 'value'"


def test_tables_come_back_from_a_record_as_they_were(tmp_path):
    table = pd.DataFrame({
        "label": ["AM[N=1,tol=1e-05]", 'a "b"', "λ"],
        "n": [1, 2, 3],
        "time": [np.inf, 0.1 + 0.2, np.nan],
    })  # fmt: skip
    records.write(tmp_path / "r.json", {"table": tables.to_lines(table)})
    read = tables.from_lines(records.read(tmp_path / "r.json")["table"])
    pd.testing.assert_frame_equal(read, table, check_exact=True)


def test_a_record_is_strict_json(first):
    @claim("Nothing is finite.", little.values)
    def rule(table):
        """Never holds."""
        return HOLDS, {"a": np.inf, "b": np.float64(0.5), "c": np.int64(3), "d": "x"}

    figure = little.Figure("first", "first", [rule], little.draw)
    find(Part(figure, "small", first.output, first.root))
    text = first.record.read_text("utf-8")
    claims = json.loads(text, parse_constant=pytest.fail)["claims"]
    assert claims[0]["measured"] == {"a": "inf", "b": 0.5, "c": 3, "d": "x"}
