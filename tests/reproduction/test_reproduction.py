"""The reproduction runs what is not finished, and goes on where it was interrupted."""

import os
import signal
import subprocess
import sys
import time

import little_benchmark as little
import psutil
import pytest
from documents import ROOT

from reporting import records
from reporting.machine import sentence
from reporting.results import is_table
from reproduction import runner
from reproduction.findings import find
from reproduction.verdict import HOLDS, UNTESTED

pytestmark = pytest.mark.slow

# Running and resuming


def test_what_is_finished_is_not_run_again(root, part):
    parts = [part("first"), part("second")]
    assert runner.run_all(parts, threads=1) == []
    assert [p.reason_to_run() for p in parts] == [None, None]
    assert runner.run_all(parts, threads=1) == []
    assert little.runs(root) == ["first 1", "second 1"]


KILLED = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells' "&" ignores it
sys.path[:0] = [{root!r}, {root!r} + "/tests/helpers"]
from little_benchmark import FIGURES
from reproduction import runner
from reproduction.parts import Part
out, bench = Path({out!r}), Path({bench!r})
parts = [Part(figure, "small", out, bench) for figure in FIGURES.values()]
runner.run_all(parts, threads=1)
"""


def wait_for(condition, seconds=60):
    for _ in range(seconds * 20):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("has not happened")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_kill_in_the_middle_costs_only_the_part_under_way(root, part, how):
    held = root / "second"
    held.touch()
    out = str(part("first").output)
    script = KILLED.format(root=str(ROOT), out=out, bench=str(root))
    process = subprocess.Popen(
        [sys.executable, "-c", script], start_new_session=True,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(lambda: little.runs(root) == ["first 1", "second 1"])
    finally:
        os.killpg(process.pid, how)
        process.wait()
    kept = records.read(part("first").runs.record)
    assert part("first").reason_to_run() is None
    assert part("second").reason_to_run() == "no results yet"

    held.unlink()
    assert runner.run_all([part("first"), part("second")], threads=1) == []
    assert little.runs(root) == ["first 1", "second 1", "second 1"]
    assert records.read(part("first").runs.record) == kept
    assert part("second").reason_to_run() is None


def test_a_polite_kill_stops_the_run_as_well(root, part):
    (root / "second").touch()
    out = str(part("first").output)
    script = "import signal, sys\nsignal.signal(15, lambda *_: sys.exit(143))\n"
    script += KILLED.format(root=str(ROOT), out=out, bench=str(root))
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE)
    wait_for(lambda: little.runs(root) == ["first 1", "second 1"])
    (child,) = psutil.Process(process.pid).children()
    process.terminate()
    process.communicate()
    assert process.returncode == 143
    assert not child.is_running()


def test_the_threads_reach_the_run(root, part):
    assert runner.run(part("first").runs, threads=3)
    assert little.runs(root) == ["first 3"]
    assert records.read(part("first").runs.record)["machine"]["threads"] == 3


def test_runs_are_spread_over_a_dask_cluster(root, part):
    spread = ROOT / "configs/dask.yml"
    assert runner.run_all([part("first")], threads=1, spread=spread) == []
    assert little.runs(root) == ["first 1"]
    assert "Distributed run with backend: dask" in part("first").runs.log.read_text()
    machine = records.read(part("first").runs.record)["machine"]
    assert "spread by dask" in sentence(machine)
    assert runner.run(part("second").runs, threads=1)
    assert "spread" not in sentence(records.read(part("second").runs.record)["machine"])


def test_a_part_that_fails_is_told_and_the_next_one_run(root, part):
    little.breaks(root, "first")
    assert runner.run_all([part("first"), part("second")], threads=1) == ["first_small"]
    assert part("second").reason_to_run() is None
    finding = find(part("first"))
    assert finding.verdicts[0].verdict == UNTESTED
    reason = finding.verdicts[0].measured["reason"]
    assert "ZeroDivisionError" in reason and str(root) not in reason


def test_data_are_prepared_first_where_the_run_file_says_so(root, part):
    data = root / "datasets/d.py"
    prepare = "    def prepare(self):\n        open('prepared', 'a').write('.')\n"
    data.write_text(f"{data.read_text()}\n{prepare}")
    assert runner.run(part("second").runs, threads=1)
    assert not (root / "prepared").exists()
    config = part("first").runs.config
    config.write_text(f"#   benchopt prepare . --config x\n{config.read_text()}")
    assert runner.run(part("first").runs, threads=1)
    assert (root / "prepared").read_text() == "."
    assert little.runs(root) == ["second 1", "first 1"]


def test_what_cannot_be_prepared_is_not_run(root, part):
    data = root / "datasets/d.py"
    data.write_text(f"{data.read_text()}\n    def prepare(self):\n        1 / 0\n")
    config = part("first").runs.config
    config.write_text(f"#   benchopt prepare . --config x\n{config.read_text()}")
    assert not runner.run(part("first").runs, threads=1)
    assert "ZeroDivisionError" in records.read(part("first").runs.record)["reason"]
    assert little.runs(root) == []


def test_a_failing_run_costs_no_earlier_results(root, part):
    assert runner.run(part("first").runs, threads=1)
    before = records.read(part("first").runs.record)
    little.breaks(root, "first")
    assert not runner.run(part("first").runs, threads=1)
    assert part("first").runs.is_complete()
    assert records.read(part("first").runs.record) == before
    assert find(part("first")).verdicts[0].verdict == HOLDS


def test_half_a_table_or_a_changed_one_is_not_complete(part):
    runs = part("first").runs
    assert runner.run(runs, threads=1)
    content = runs.table.read_bytes()
    assert is_table(runs.table)
    runs.table.write_bytes(content[: len(content) // 2])
    assert not is_table(runs.table) and not runs.is_complete()
    assert part("first").reason_to_run() == "no results yet"
    reason = find(part("first")).verdicts[0].measured["reason"]
    assert reason == "its table of runs is not whole"
    runs.table.write_bytes(content)
    assert runs.is_complete()
    runs.record.write_text(runs.record.read_text()[:40])
    assert not runs.is_complete()
