"""The torch solvers as benchopt loads them, and a dense problem for them."""

from benchopt.benchmark import Benchmark
from benchopt.utils.run_context import RunContext
from documents import ROOT
from problems import dense_problem

X, _, D_INIT = dense_problem(n_signals=100)
PROBLEM = {
    "X": X,
    "model": "dense",
    "n_atoms": 15,
    "atom_shape": (10,),
    "lmbd": 0.1,
    "D_init": D_INIT,
    "positive": False,
    "with_codes": True,
}


def make(name, **parameters):
    (Solver,) = Benchmark(ROOT).check_solver_patterns([name], class_only=True)
    solver = Solver.get_instance(**{"device": "cpu", **parameters})
    RunContext().set_run_context("objective", "dataset", solver, 0, "0")
    return solver


def awkward(case):
    """Signals and initial atoms of the problem, made "one signal", "one atom" …"""
    signals, D = X.copy(), D_INIT.copy()
    if case == "one signal":
        signals = signals[:1]
    elif case == "one atom":
        D = D[:1]
    elif case == "zero signal":
        signals[:50] = 0
    return signals, D


def run(solver, n_calls, problem=PROBLEM):
    """Run with a callback that says stop after ``n_calls``; the D at each call."""
    seen = []

    def cb():
        seen.append(solver.get_result()["D"])
        return len(seen) <= n_calls

    solver.set_objective(**problem)
    solver.warm_up()
    solver.run(cb)
    return seen
