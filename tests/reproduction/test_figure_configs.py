"""Every run file runs, in a tiny form, and every plot is drawn from what it gives."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchopt.results import read_results
from documents import ROOT
from run_files import BENCHMARKS as CONFIGS

from reproduction.figures import FIGURES
from reproduction.study import STUDIES
from reproduction.tables import of_runs

QUIET = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg", "BENCHOPT_RAISE_ON_ERROR": "true"}

RUNS = [path for path, benchmark in CONFIGS.items() if benchmark]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What came of every config, by its name."""
    folder = tmp_path_factory.mktemp("tiny")
    started = [
        start(benchmark, folder, [p for p in RUNS if CONFIGS[p] == benchmark])
        for benchmark in sorted(set(map(CONFIGS.get, RUNS)))
    ]
    for process, log in started:
        assert process.wait() == 0, log.read_text()[-3000:]
    found = {path: folder / f"{path.stem}.json" for path in RUNS}
    return {path: json.loads(file.read_text()) for path, file in found.items()}


def start(benchmark, folder, paths):
    """Start a process that runs some of the configs, and return it with its log."""
    log = folder / f"{paths[0].stem}.log"
    command = [
        sys.executable,
        ROOT / "tests/helpers/tiny_configs.py",
        benchmark,
        folder,
    ]
    process = subprocess.Popen(
        [*map(str, [*command, *paths])], cwd=ROOT, env={**os.environ, **QUIET},
        stdout=log.open("w"), stderr=subprocess.STDOUT,
    )  # fmt: skip
    return process, log


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_it_runs_with_every_solver(path, outcomes):
    assert "error" not in outcomes[path], outcomes[path]["error"]
    assert outcomes[path]["rows"] >= len(outcomes[path]["expected"])
    assert outcomes[path]["solvers"] == outcomes[path]["expected"]


def rules_on(path):
    """Rules that look at the runs of a run file."""
    name = path.stem.removesuffix("_small")
    figures = [*FIGURES.values(), *STUDIES.values()]
    return [r for f in figures if name == (f.runs or f.name) for r in f.claims]


JUDGED = [path for path in RUNS if rules_on(path)]


@pytest.mark.parametrize("path", JUDGED, ids=lambda path: path.stem)
def test_it_measures_what_its_rules_look_at(path, outcomes):
    df = read_results(Path(outcomes[path]["result"]))
    reasons = [str(made) for made in of_runs(rules_on(path), df).values()]
    assert not [r for r in reasons if "no column" in r or "holds no number" in r]


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_its_plots_are_drawn(path, outcomes):
    plots = outcomes[path].get("plots", {})
    own = {file.stem for file in (ROOT / CONFIGS[path] / "plots").glob("*.py")}
    assert own <= plots.keys()
    assert any(plots[name] for name in own)
