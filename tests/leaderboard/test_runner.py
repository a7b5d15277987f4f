"""What of the leaderboard is kept when a run is stopped, or a dataset raises."""

import os
import signal
import subprocess
import sys
import time

import little_benchmark as little
import pytest
from benchopt.results import read_results
from documents import ROOT, text

from leaderboard import __main__ as command
from leaderboard import runner
from leaderboard.parts import NAMES, Part
from reporting import records

CONFIG = """# A part.
solver: [first, second]
dataset: [{datasets}]
n-repetitions: 1
timeout: 5
seed: 0
"""


@pytest.fixture
def part(tmp_path, monkeypatch):
    """Makes a part of a little benchmark, with the names of its datasets."""
    monkeypatch.delenv("BENCHOPT_RAISE_ON_ERROR", raising=False)
    root = little.write(tmp_path / "benchmark")
    bad = little.DATASET.replace('"d"', '"bad"').replace("return", "1 / 0; return")
    (root / "datasets/bad.py").write_text(bad)

    def make(name, datasets="d"):
        made = Part(name, tmp_path / "out", root)
        made.config.write_text(CONFIG.format(datasets=datasets))
        return made

    return make


def test_every_part_has_a_run_file():
    assert all(Part(name).config.is_file() for name in NAMES)
    assert len(list(ROOT.glob("configs/leaderboard_*.yml"))) == len(NAMES)


@pytest.mark.slow
def test_a_part_leaves_its_table_and_what_it_was_made_on(part):
    done = part("good")
    assert runner.run(done, note="a busy machine")
    assert set(read_results(done.table)["solver_name"]) == {"first", "second"}
    record = records.read(done.record)
    assert record["note"] == "a busy machine" and record["machine"]["threads"] >= 1
    assert (record["timeout"], record["seed"]) == (5, 0)


@pytest.mark.slow
def test_a_dataset_that_raises_costs_its_own_part_only(part, capfd):
    bad = part("bad", "d, bad")
    assert not runner.run(bad) and not bad.table.exists()
    said = capfd.readouterr()
    assert "ZeroDivisionError" in said.err
    assert "--config configs/leaderboard_bad.yml --collect\n" in said.out
    assert little.runs(bad.root) == ["first 1", "second 1"]
    # What the message says to type: the dataset that is whole, from the cache.
    words = runner.collecting(bad)
    benchopt(bad, *words[1:], "-d", "d", "--output", str(bad.table), "--no-plot")
    assert len(read_results(bad.table)) == 2
    assert little.runs(bad.root) == ["first 1", "second 1"]


@pytest.mark.slow
def test_a_solver_that_raises_costs_its_own_runs_only(part):
    some = part("some")
    little.breaks(some.root, "first")
    assert runner.run(some)
    assert set(read_results(some.table)["solver_name"]) == {"second"}


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from leaderboard import runner
from leaderboard.parts import Part
runner.run(Part("killed", Path({out!r}), Path({benchmark!r})))
"""


@pytest.mark.slow
def test_a_kill_costs_only_the_run_under_way(part):
    killed = part("killed")
    held = killed.root / "second"
    held.touch()
    script = KILLED.format(
        root=str(ROOT), out=str(killed.folder), benchmark=str(killed.root)
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], start_new_session=True, env=environment()
    )
    try:
        for _ in range(1200):
            if little.runs(killed.root) == ["first 1", "second 1"]:
                break
            time.sleep(0.05)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    held.unlink()
    assert not killed.table.exists()
    assert runner.run(killed)
    assert little.runs(killed.root) == ["first 1", "second 1", "second 1"]
    assert len(read_results(killed.table)) == 2


def benchopt(part, *words):
    command = [sys.executable, "-m", "benchopt", *words]
    subprocess.run(command, cwd=part.root, env=environment(), check=True)


def environment():
    """That of the runner: threads are a part of what the cache goes by."""
    return {"OMP_NUM_THREADS": "1"} | os.environ


@pytest.mark.slow
@pytest.mark.parametrize("spread", [["-j", "2"], ["--parallel-config", "dask.yml"]])
def test_parts_are_spread_as_other_runs_are(part, spread):
    done = part("spread")
    config = text("configs/dask.yml").replace("workers: 2", "workers: 1")
    (done.root / "dask.yml").write_text(config)
    assert runner.run(done, spread)
    assert set(read_results(done.table)["solver_name"]) == {"first", "second"}


@pytest.mark.parametrize(
    "options, says",
    [
        (["-j", "0"], "'0' is not 1 or more, or -1"),
        (["-j", "two"], "'two' is not 1 or more"),
        (["--parallel-config", "nowhere.yml"], "there is no file 'nowhere.yml'"),
        (["--parallel-config", "README.md"], "README.md' has no line backend"),
    ],
)
def test_wrong_options_end_the_command_before_a_run(options, says, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit):
        command.parse(["gaussian", *options])
    assert says in capsys.readouterr().err


def test_a_wrong_number_of_threads_ends_the_command(monkeypatch, capsys):
    monkeypatch.setenv("OMP_NUM_THREADS", "4,two")
    with pytest.raises(SystemExit):
        command.parse([])
    assert "OMP_NUM_THREADS=4,two in the env" in capsys.readouterr().err


def test_options_of_benchopt_are_passed_on(monkeypatch):
    monkeypatch.chdir(ROOT)
    _, more = command.parse(["-j", "2", "--parallel-config", "configs/dask.yml"])
    assert more == ["-j", "2", "--parallel-config", str(ROOT / "configs/dask.yml")]
