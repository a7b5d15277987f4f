"""What is compiled is compiled before the clock of a run, and outside its timeout."""

import json
import subprocess
import sys

import pytest
from benchopt.results import read_results
from command_line import benchopt, copy_benchmark
from documents import ROOT
from torch_solvers import PROBLEM, make

from benchmark_utils import torch_solver

pytestmark = pytest.mark.slow
SIGNALS = "gaussian[n_features=6,n_atoms=8,n_signals=60,n_test=20]"
SLOW_START = """
import time

from benchmark_utils.solver import DictionarySolver


class Solver(DictionarySolver):
    name = "Slow-start"

    def warm_up(self):
        time.sleep(5)

    def start(self):
        self.D = self.D_init

    def step(self):
        return True

    def atoms(self):
        return self.D
"""


def test_no_first_step_and_no_evaluation_compiles():
    command = [sys.executable, ROOT / "tests/helpers/warm_runs.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["has_loops"]  # and so has a run whose time is limited
    assert found["control"] == ["<lambda>"]  # what is compiled would be seen
    cases = found["cases"]
    assert {"Block-AM, rank1", "alphacsc-greedy, rank1", "AM, dense"} <= set(cases)
    assert not {case: names for case, names in cases.items() if names}


def test_a_warm_up_longer_than_the_timeout_leaves_time_for_steps(tmp_path):
    folder = copy_benchmark(tmp_path)
    (folder / "slow.py").write_text(SLOW_START)
    arguments = ["-s", "slow.py", "-d", SIGNALS, "--timeout", "4", "--no-cache"]
    done = benchopt(folder, "run", ".", *arguments, "--output", "slow", "--no-plot")
    assert done.returncode == 0, done.stdout
    df = read_results(folder / "outputs/slow.parquet")
    assert df["objective_n_steps"].max() > 0


def test_a_solver_is_warmed_up_once_for_each_kind_of_problem(monkeypatch):
    solver, calls = make("AM"), []
    monkeypatch.setattr(type(solver), "warm_up", lambda self: calls.append(self.model))
    solver.set_objective(**PROBLEM)
    solver.set_objective(**PROBLEM)
    solver._warm_up()  # benchopt's own call, after it has fixed the deadline
    assert calls == ["dense"]
    solver.set_objective(**{**PROBLEM, "X": PROBLEM["X"][:50]})
    assert len(calls) == 2


@pytest.mark.parametrize("name", ["AM", "DDL", "MOD"])
def test_a_warm_up_does_not_code_all_signals(name, monkeypatch):
    solver, n_signals = make(name), []
    make_learner = type(solver).make_learner

    def counted(self, X):
        n_signals.append(len(X))
        return make_learner(self, X)

    monkeypatch.setattr(type(solver), "make_learner", counted)
    solver.set_objective(**PROBLEM)
    assert n_signals and max(n_signals) == torch_solver.WARM_UP_SIGNALS < len(
        PROBLEM["X"]
    )
