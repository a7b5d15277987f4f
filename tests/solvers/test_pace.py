"""Evaluations leave a method half of the time, and a run ends at its deadline."""

from functools import partial
from types import SimpleNamespace

import pytest
from benchopt import callback, stopping_criterion

from benchmark_utils import stepped
from benchmark_utils.pace import Pace, spaced
from benchmark_utils.stepped import PacedSolver


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    """The clock of benchopt and of solvers, which goes on where a test says so.

    So no test waits, and none depends on what else the machine does.
    """
    clock = Clock()
    time = SimpleNamespace(time=clock, perf_counter=clock)
    for module in (callback, stopping_criterion, stepped):
        monkeypatch.setattr(module, "time", time)
    monkeypatch.setattr(stepped, "Pace", partial(Pace, clock=clock))
    return clock


def simulated(timeout, cost, step, n_max=10**6):
    """Steps that are evaluated, seconds of the method, and seconds of the run."""
    clock = Clock()
    deadline, n_steps, evaluated, stepped = clock.now + timeout, 0, [], 0.0
    pace = Pace(deadline, clock)
    while n_steps < n_max:
        if pace.due(n_steps):
            seconds = cost(len(evaluated)) if callable(cost) else cost
            last = pace.is_last
            clock.now += seconds
            pace.evaluated(n_steps, seconds)
            evaluated.append(n_steps)
            if last or clock.now >= deadline:
                break
        clock.now += step
        stepped += step
        n_steps += 1
    return evaluated, stepped, clock.now - deadline + timeout


@pytest.mark.parametrize("timeout", [12, 20, 100])
@pytest.mark.parametrize("cost", [1e-3, 0.05, 1, 2.5, 4])
@pytest.mark.parametrize("step", [1e-3, 0.05, 1])
def test_half_of_the_time_is_the_method_s_and_it_ends_in_time(timeout, cost, step):
    evaluated, stepped, total = simulated(timeout, cost, step)
    # Two evaluations, the first and the last, may take more than half already.
    fair = max(timeout / 2, 2 * cost)
    assert stepped >= timeout - fair - cost - step
    assert timeout - 1e-9 - step <= total <= timeout + step
    assert evaluated[-1] == round(stepped / step)
    gaps = zip(evaluated[:-2], evaluated[1:-1], strict=True)
    assert all(new >= spaced(old) for old, new in gaps)


def test_cheap_evaluations_are_spaced_as_by_the_fixed_factor():
    evaluated, _, _ = simulated(100, 1e-3, 1e-3)
    assert evaluated[:10] == [0, 1, 2, 3, 4, 5, 7, 9, 12, 15]
    assert all(
        b == spaced(a) for a, b in zip(evaluated[:-2], evaluated[1:-1], strict=True)
    )


def test_a_curve_of_dear_evaluations_still_has_an_early_part():
    evaluated, _, _ = simulated(100, 1.5, 1e-3)
    assert len(evaluated) > 20 and evaluated[2] < 10


@pytest.mark.parametrize("first", [8, 15, 19])
def test_a_first_evaluation_that_took_most_of_the_time(first):
    evaluated, stepped, total = simulated(20, lambda i: 4 if i else first, 0.1)
    assert len(evaluated) >= 2 and evaluated[-1] > 0
    assert stepped >= 0.45 * (20 - first)
    assert total <= 24


def test_evaluations_that_become_dearer_do_not_run_on():
    _, stepped, total = simulated(20, lambda i: 0.2 * 1.5**i, 0.01)
    assert stepped > 6 and total <= 26


class Sleeper(PacedSolver):
    """A step of 5 ms, judged by an objective that takes 50 ms."""

    name = "Sleeper"

    def run(self, cb):
        self.n_steps = 0
        self.begin(cb)
        while self.call(cb):
            self.clock.sleep(0.005)
            self.n_steps += 1
        self.end(cb)

    def get_result(self):
        return {"n_steps": self.n_steps}


def run(clock, timeout, max_runs=1000, slow=0.05, **attributes):
    """Results of benchopt's own callback and criterion."""
    solver = Sleeper.get_instance()
    vars(solver).update(attributes, clock=clock)
    criterion = solver.stopping_criterion.get_runner_instance(
        solver=solver, timeout=timeout, max_runs=max_runs
    )

    def objective(result):
        clock.sleep(slow)
        return [{f"objective_{key}": value for key, value in result.items()}]

    called = callback._Callback(objective, solver, {}, criterion)
    called.start()
    solver.run(called)
    return called.get_results()


def test_a_run_of_benchopt_ends_at_its_timeout_with_half_of_it_for_the_method(clock):
    start = clock.now
    curve, status, _ = run(clock, timeout=2)
    seconds = clock.now - start
    assert status == "timeout"
    assert 1.9 < seconds < 2.1
    assert curve[-1]["time"] > 0.45 * seconds
    steps = [row["objective_n_steps"] for row in curve]
    assert steps == [row["stop_val"] for row in curve]


@pytest.mark.parametrize(
    "options", [{"timeout": None}, {"timeout": 60, "step_growth": 1.25}]
)
def test_spacing_is_fixed_without_a_timeout_and_where_it_is_asked_for(clock, options):
    curve, status, _ = run(clock, max_runs=7, slow=0.2, **options)
    assert [row["stop_val"] for row in curve] == [0, 1, 2, 3, 4, 5, 7, 9]
    assert status == "max_runs"


def test_a_run_that_takes_no_step_says_so(clock):
    with pytest.warns(UserWarning, match="Sleeper took no step.*--timeout"):
        curve, _, _ = run(clock, timeout=0.01)
    assert len(curve) == 1
    with pytest.warns(UserWarning, match="Sleeper took no step.*--max-runs"):
        run(clock, timeout=10, max_runs=0)


def test_a_plain_callback_is_called_once_a_step(clock):
    solver, calls = Sleeper.get_instance(), iter([True, True, False])
    solver.clock = clock
    solver.run(lambda: next(calls))
    assert solver.n_steps == 2
    assert solver.get_next(4) == 5 and solver.get_next(5) == 7
