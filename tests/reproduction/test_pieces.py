"""Runs at the paper's scale go on repetition by repetition, within their hours."""

import little_benchmark as little
import pytest
import yaml
from benchopt.results import read_results

from reporting import records
from reproduction import details, pieces, runner
from reproduction.budget import HOURS, OF_THE_PAPER, OF_THE_STUDY
from reproduction.documents import PAPER, STUDY
from reproduction.findings import find
from reproduction.parts import Part
from reproduction.pieces import Pieces

pytestmark = pytest.mark.slow


@pytest.fixture
def large(root, part, monkeypatch):
    """The first part at the paper's scale, three repetitions, an hour."""
    found = Part(little.FIGURES["first"], "paper", part("first").output, root)
    text = part("first").runs.config.read_text()
    found.runs.config.write_text(f"{text}n-repetitions: 3\n")
    monkeypatch.setitem(HOURS, "first", 1)
    return found


def interrupt_at(monkeypatch, call):
    """Make the call of benchopt of that number a Ctrl-C; later ones go on."""
    calls, benchopt = [], runner.calls.benchopt

    def interrupted(*args, **options):
        calls.append(args)
        if len(calls) == call:
            raise KeyboardInterrupt
        return benchopt(*args, **options)

    monkeypatch.setattr(runner.calls, "benchopt", interrupted)


def test_each_run_is_run_once_however_often_it_is_interrupted(
    large, root, monkeypatch, capsys
):
    interrupt_at(monkeypatch, call=3)
    with pytest.raises(KeyboardInterrupt):
        runner.run(large.runs, threads=1)
    assert records.read(large.runs.record)["repetitions"] == 2
    assert len(read_results(large.runs.table)) >= 2  # judged as it is
    assert large.reason_to_run() == "it has 2 of 3 repetitions"
    assert "2 of 3 repetitions" in details.text([find(large)], PAPER)
    assert runner.run_all([large], threads=1) == []
    assert little.runs(root) == ["first 1"] * 3
    assert set(read_results(large.runs.table)["idx_rep"]) == {0, 1, 2}
    assert large.reason_to_run() is None
    assert "repetitions" not in details.text([find(large)], PAPER)
    assert not large.runs.cache.exists()
    assert not (large.runs.table.parent / "earlier").exists()
    assert "3 of 3 repetitions in" in capsys.readouterr().out


def test_when_the_hours_are_spent_what_is_done_is_judged(large, root, monkeypatch):
    interrupt_at(monkeypatch, call=2)
    with pytest.raises(KeyboardInterrupt):
        runner.run(large.runs, threads=1)
    kept = records.read(large.runs.spent)
    records.write(large.runs.spent, kept | {"seconds": 3599})
    assert not Pieces(large.runs).fits
    assert large.reason_to_run() is None
    assert runner.run(large.runs, threads=1)
    assert little.runs(root) == ["first 1"]
    told = details.text([find(large)], PAPER)
    assert "1 of 3 repetitions were run. All of them may take 1 h" in told


def test_a_repetition_that_does_not_end_within_the_hours_is_stopped(large, root):
    (root / "first").touch()  # runs wait for this to go
    HOURS["first"] = 8 / 3600
    assert not runner.run(large.runs, threads=1)
    assert "hours were spent" in find(large).verdicts[0].measured["reason"]
    assert records.read(large.runs.spent)["seconds"] >= 8
    (root / "first").unlink()


def test_a_changed_run_file_begins_anew(large, root):
    assert runner.run(large.runs, threads=1)
    large.runs.config.write_text(f"{large.runs.config.read_text()}seed: 1\n")
    found = Pieces(large.runs)
    assert (found.done, found.spent) == (0, 0)
    assert "has changed" in large.reason_to_run()
    assert runner.run(large.runs, threads=1)
    assert little.runs(root) == ["first 1"] * 6


@pytest.mark.parametrize(
    "document, hours", [(PAPER, OF_THE_PAPER), (STUDY, OF_THE_STUDY)]
)
def test_every_run_file_has_its_hours_and_all_take_at_most_sixteen(document, hours):
    names = {figure.runs or figure.name for figure in document.figures.values()}
    assert hours.keys() == names
    assert sum(hours.values()) <= 16


@pytest.mark.parametrize("n_cores, n_jobs", [(1, 1), (2, 2), (8, 2)])
def test_there_are_never_more_processes_than_cores(large, monkeypatch, n_cores, n_jobs):
    text = large.runs.config.read_text()
    spread = "parallel-config: {backend: loky, n_jobs: 2}\n"
    large.runs.config.write_text(text + spread)
    large.runs.table.parent.mkdir(parents=True)
    monkeypatch.setattr(pieces.joblib, "cpu_count", lambda: n_cores)
    written = yaml.safe_load(Pieces(large.runs).config().read_text())
    assert written["parallel-config"] == {"backend": "loky", "n_jobs": n_jobs}
