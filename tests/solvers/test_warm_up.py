"""What is compiled is compiled before the clock of a run, and outside its timeout."""

import json
import os
import subprocess
import sys

import pytest
from benchopt.results import read_results
from command_line import benchopt, copy_benchmark
from documents import ROOT
from torch_solvers import PROBLEM, make

pytestmark = pytest.mark.slow
MEG = "simulated_meg[duration=4,n_channels=6,n_atoms=3,atom_duration=0.2]"


def test_no_first_step_and_no_evaluation_compiles(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "tests/helpers/warm_runs.py"],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["control"] == ["<lambda>"]  # what is compiled would be seen
    cases = found["cases"]
    assert {"Block-AM, rank1", "alphacsc-greedy, rank1", "AM, dense"} <= set(cases)
    assert not {case: names for case, names in cases.items() if names}


def test_a_short_first_run_on_recordings_takes_steps(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    (tmp_path / "benchmark").mkdir()
    folder = copy_benchmark(tmp_path / "benchmark")
    arguments = ["-s", "Block-AM", "-s", "Stochastic-DDL", "-d", MEG]
    scaled = ["-o", "*[reg=0.3,scaled_reg=True]", "--timeout", "4"]
    output = ["--output", "short", "--no-cache", "--no-plot"]
    done = benchopt(folder, "run", ".", *arguments, *scaled, *output)
    assert done.returncode == 0, done.stdout
    df = read_results(folder / "outputs/short.parquet")
    ends = df.groupby("solver_name").last()
    assert len(ends) == 2
    assert (ends["objective_n_steps"] > 0).all()
    # At least about half of the time is the method's.
    assert (ends["time"] > 1.3).all()


def test_a_solver_is_warmed_up_once_for_each_kind_of_problem(monkeypatch):
    solver, calls = make("AM"), []
    monkeypatch.setattr(type(solver), "warm_up", lambda self: calls.append(self.model))
    solver.set_objective(**PROBLEM)
    solver.set_objective(**PROBLEM)
    solver._warm_up()  # benchopt's own call, after it has fixed the deadline
    assert calls == ["dense"]
    solver.set_objective(**{**PROBLEM, "X": PROBLEM["X"][:50]})
    assert len(calls) == 2
