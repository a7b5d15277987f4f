"""The reproduction goes on where it was interrupted, and its report is computed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from benchopt.results import save_results
from documents import ROOT

from reproduction import __main__ as command_line
from reproduction import machine, records, report, runner
from reproduction.figure import Figure
from reproduction.fingerprint import fingerprint
from reproduction.parts import Part, is_table
from reproduction.verdict import UNTESTED, Untestable, claim, graded

SOLVER = '''
"""Notes its runs, and waits while there is a file of its name."""
import os
import time
from pathlib import Path
from benchopt import BaseSolver

class Solver(BaseSolver):
    name = "{name}"
    sampling_strategy = "run_once"

    def set_objective(self, x):
        self.x = x

    def run(self, _):
        root = Path(__file__).parents[1]
        with open(root / "runs.txt", "a") as file:
            file.write("{name} " + os.environ["OMP_NUM_THREADS"] + "\\n")
        while (root / "{name}").exists():
            time.sleep(0.02)

    def get_result(self):
        return {{"x": self.x}}
'''
OBJECTIVE = """
from benchopt import BaseObjective

class Objective(BaseObjective):
    name = "o"
    min_benchopt_version = "1.10"

    def set_data(self, x):
        self.x = x

    def get_objective(self):
        return {"x": self.x}

    def evaluate_result(self, x):
        return {"value": x}

    def get_one_result(self):
        return {"x": 0}
"""
DATASET = """
from benchopt import BaseDataset

class Dataset(BaseDataset):
    name = "d"

    def get_data(self):
        return {"x": 1.0}
"""


@claim("The value is one.")
def value_is_one(df):
    """Holds if the value is 1, in part if it is above 0."""
    if "objective_value" not in df:
        raise Untestable("there is no value")
    value = df["objective_value"].iloc[0]
    return graded(value == 1, value > 0), {"the value": value}


def draw(figure, df):
    if "objective_value" not in df:
        raise Untestable("there is no value")
    figure.subplots().plot(df["objective_value"], "o")


NAMES = ("first", "second")
FIGURES = {name: Figure(name, name, [value_is_one], draw) for name in NAMES}


@pytest.fixture
def root(tmp_path):
    """A little benchmark with a config for each of two figures."""
    root = tmp_path / "root"
    for folder in ("solvers", "datasets", "configs", "benchmark_utils"):
        (root / folder).mkdir(parents=True)
    (root / "objective.py").write_text(OBJECTIVE)
    (root / "datasets/d.py").write_text(DATASET)
    for name in FIGURES:
        (root / f"solvers/{name}.py").write_text(SOLVER.format(name=name))
        (root / f"configs/{name}_small.yml").write_text(
            f"# Shows {name}.\n#   benchopt run . --config configs/{name}_small.yml\n"
            f"no-cache: true\nsolver: [{name}]\ndataset: [d]\noutput: {name}\n"
        )
    return root


@pytest.fixture
def part(root, tmp_path):
    return lambda name: Part(name, ".", "small", tmp_path / "out", root)


def runs(root):
    """Names of the solvers that were run, in order, each with its threads."""
    file = root / "runs.txt"
    return file.read_text().splitlines() if file.exists() else []


def breaks(root, name):
    """Make a solver raise."""
    file = root / f"solvers/{name}.py"
    code = file.read_text()
    assert "while" in code
    file.write_text(code.replace("while", "1 / 0\n        while"))


# Running and resuming


def test_what_is_finished_is_not_run_again(root, part):
    parts = [part("first"), part("second")]
    assert runner.run_all(parts, threads=1) == []
    assert all(p.is_finished() for p in parts)
    assert runner.run_all(parts, threads=1) == []
    assert runs(root) == ["first 1", "second 1"]


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}]
from reproduction import runner
from reproduction.parts import Part
out, bench = Path({out!r}), Path({bench!r})
parts = [Part(name, ".", "small", out, bench) for name in ("first", "second")]
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
        wait_for(lambda: runs(root) == ["first 1", "second 1"])
    finally:
        os.killpg(process.pid, how)
        process.wait()
    kept = records.read(part("first").record)
    assert part("first").is_finished() and not part("second").is_complete()

    held.unlink()
    assert runner.run_all([part("first"), part("second")], threads=1) == []
    assert runs(root) == ["first 1", "second 1", "second 1"]
    assert records.read(part("first").record) == kept
    assert part("second").is_finished()


def test_a_polite_kill_stops_the_run_as_well(root, part):
    (root / "second").touch()
    out = str(part("first").output)
    script = "import signal, sys\nsignal.signal(15, lambda *_: sys.exit(143))\n"
    script += KILLED.format(root=str(ROOT), out=out, bench=str(root))
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE)
    wait_for(lambda: runs(root) == ["first 1", "second 1"])
    (child,) = psutil.Process(process.pid).children()
    process.terminate()
    process.communicate()
    assert process.returncode == 143
    assert not child.is_running()


def test_the_threads_reach_the_run(root, part):
    assert runner.run(part("first"), threads=3)
    assert runs(root) == ["first 3"]
    assert records.read(part("first").record)["machine"]["threads"] == 3


def test_a_part_that_fails_is_told_and_the_next_one_run(root, part):
    breaks(root, "first")
    assert runner.run_all([part("first"), part("second")], threads=1) == ["first_small"]
    assert part("second").is_finished()
    finding = report.find(FIGURES["first"], part("first"))
    assert finding.verdicts[0].verdict == UNTESTED
    reason = finding.verdicts[0].measured["reason"]
    assert "ZeroDivisionError" in reason and str(root) not in reason


def test_a_failing_run_costs_no_earlier_results(root, part):
    assert runner.run(part("first"), threads=1)
    before = records.read(part("first").record)
    breaks(root, "first")
    assert not runner.run(part("first"), threads=1)
    assert part("first").is_complete() and not part("first").is_finished()
    assert records.read(part("first").record) == before


# Records


def test_a_record_is_whole_or_not_there(tmp_path):
    path = tmp_path / "record.json"
    assert records.read(path) is None
    records.write(path, {"a": 1})
    whole = path.read_text()
    for n in range(len(whole) - 1):
        path.write_text(whole[:n])
        assert records.read(path) is None
    path.write_bytes(b"\xff\xfe\x00")
    assert records.read(path) is None
    records.write(path, {"a": 2})
    assert records.read(path) == {"a": 2}


def test_half_a_write_leaves_the_old_record(tmp_path, monkeypatch):
    path = tmp_path / "record.json"
    records.write(path, {"a": 1})
    monkeypatch.setattr(os, "replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        records.write(path, {"a": 2})
    assert records.read(path) == {"a": 1}


def test_half_a_table_or_a_changed_one_is_not_finished(part):
    assert runner.run(part("first"), threads=1)
    table = part("first").result
    content = table.read_bytes()
    assert is_table(table)
    table.write_bytes(content[: len(content) // 2])
    assert not is_table(table) and not part("first").is_finished()
    table.write_bytes(content)
    assert part("first").is_finished()
    part("first").record.write_text(part("first").record.read_text()[:40])
    assert not part("first").is_finished()


# Versions


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("configs/first_small.yml", "solver: [first]", "solver: [second]"),
        ("solvers/second.py", "time.sleep(0.02)", "time.sleep(0.1)"),
        ("objective.py", '"value": x', '"value": x + 1'),
    ],
)
def test_another_config_or_code_is_another_version(root, part, file, old, new):
    before = part("first").fingerprint()
    content = (root / file).read_text()
    assert old in content
    (root / file).write_text(content.replace(old, new))
    assert part("first").fingerprint() != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("configs/first_small.yml", "# Shows first.", "# Shows something."),
        ("configs/first_small.yml", "output: first", "output: other"),
        ("solvers/first.py", "Notes its runs", "Waits"),
        ("objective.py", "class", "# A comment.\n\nclass"),
    ],
)
def test_words_are_no_other_version(root, part, file, old, new):
    before = part("first").fingerprint()
    content = (root / file).read_text()
    assert old in content
    (root / file).write_text(content.replace(old, new))
    assert part("first").fingerprint() == before


def test_the_second_benchmark_depends_on_the_shared_code(root):
    second = root / "gradients"
    (second / "solvers").mkdir(parents=True)
    (second / "solvers/s.py").write_text("a = 1")
    config = root / "configs/first_small.yml"
    versions = {fingerprint(root, "gradients", config)}
    (root / "benchmark_utils/shared.py").write_text("a = 1")
    versions.add(fingerprint(root, "gradients", config))
    (second / "solvers/s.py").write_text("a = 2")
    versions.add(fingerprint(root, "gradients", config))
    (root / "solvers/first.py").write_text("a = 2")  # the first one's own
    versions.add(fingerprint(root, "gradients", config))
    assert len(versions) == 3


# The report


def finished(part, df, gpu=None):
    """Put results into place as a run does."""
    part.result.parent.mkdir(parents=True, exist_ok=True)
    save_results(df, part.result)
    described = {**machine.describe(1), "gpu": gpu}
    records.write(part.record, {
        "figure": part.figure, "scale": part.scale, "seconds": 754.0,
        "fingerprint": part.fingerprint(), "sha256": records.sha256(part.result),
        "date": "2026-01-02T03:04:05+00:00", "commit": "abc", "machine": described,
    })  # fmt: skip


def frame(value):
    return pd.DataFrame({
        "objective_name": ["o"], "dataset_name": ["d"], "solver_name": ["s"],
        "idx_rep": [0], "objective_value": [value],
    })  # fmt: skip


def test_the_report_is_written_from_result_files(part, root, tmp_path):
    finished(part("first"), frame(0.5), gpu="A GPU")
    parts = [part(name) for name in FIGURES]
    findings = [report.find(FIGURES[p.figure], p) for p in parts]
    text = report.write(findings, tmp_path / "out").read_text(encoding="utf-8")
    assert "| The value is one. | small | **holds in part** |" in text
    assert "| The value is one. | small | **could not be tested here** |" in text
    assert "Rule: Holds if the value is 1, in part if it is above 0." in text
    assert "Measured: the value: 0.5." in text
    assert "Shows first." in text and "benchopt run" not in text
    assert "12.6 min on machine A (GPU: A GPU)" in text
    assert "The config or the code has changed" not in text
    assert "![first](results/first_small.png)" in text
    assert (tmp_path / "out/results/first_small.png").stat().st_size > 1000
    assert not (tmp_path / "out/results/second_small.png").exists()
    assert {p.name for p in (tmp_path / "out").glob("*")} == {"results", report.NAME}

    config = part("first").config
    config.write_text(config.read_text() + "seed: 1\n")
    findings = [report.find(FIGURES["first"], part("first"))]
    assert "The config or the code has changed since." in report.text(findings)


def test_the_same_results_give_the_same_report(part, tmp_path):
    finished(part("first"), frame(1.0))
    texts, pictures = [], []
    for _ in range(2):
        finding = report.find(FIGURES["first"], part("first"))
        texts.append(report.text([finding]))
        pictures.append(part("first").picture.read_bytes())
    assert texts[0] == texts[1] and pictures[0] == pictures[1]
    assert "**holds**" in texts[0]


def test_a_table_without_what_is_drawn_leaves_no_picture(part):
    finished(part("first"), frame(1.0).drop(columns="objective_value"))
    finding = report.find(FIGURES["first"], part("first"))
    assert not finding.has_picture and not part("first").picture.exists()
    assert finding.verdicts[0].measured == {"reason": "there is no value"}


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (0.12345, "0.123"), ("a", "a"), (1.5e-7, "1.5e-07"), (12345, "12345")],
)
def test_numbers_are_short(value, text):
    assert report.number(value) == text


# The command line


def test_only_report_runs_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(runner, "run_all", lambda *_: pytest.fail("runs"))
    assert command_line.main(["--only-report", "--output", str(tmp_path / "new")]) == 0
    text = Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8")
    for figure in command_line.FIGURES.values():
        assert figure.label in text
        assert all(judge.claim in text for judge in figure.claims)


def test_options_choose_figures_and_scale(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(runner, "run_all", lambda *args: seen.append(args) or ["x"])
    arguments = ["figure_4", "--paper", "--threads", "2", "--output", str(tmp_path)]
    assert command_line.main(arguments) == 1  # a part failed
    ((parts, threads),) = seen
    assert [part.name for part in parts] == ["figure_4"] and threads == 2
    assert parts[0].config == ROOT / "configs/figure_4.yml"


def test_an_unknown_figure_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit):
        command_line.parse(["figure_99"])
    assert "unknown: figure_99. Known: figure_1" in capsys.readouterr().err


@pytest.mark.parametrize("name", command_line.FIGURES)
def test_every_figure_has_a_config_at_each_scale(name):
    figure = command_line.FIGURES[name]
    for scale in ("small", "paper"):
        config = Part(name, figure.benchmark, scale, ROOT).config
        assert config.is_file(), config.name
    assert json.dumps([judge.rule for judge in figure.claims]) != "[]"
