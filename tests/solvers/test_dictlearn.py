"""The adapter of dictlearn: one iteration a step, its λ, its atoms, its absence."""

import conv_peers
import numpy as np
import pytest
from benchopt.benchmark import Benchmark
from conv_peers import steps
from documents import ROOT
from problems import dense_problem

from benchmark_utils.scoring.scores import correlations, recovery_score

X, D_TRUE, D_INIT = dense_problem(n_signals=240)
(SOLVER,) = Benchmark(ROOT).check_solver_patterns(["dictlearn"], class_only=True)
ALGORITHMS = SOLVER.kinds["algorithm"].names

needs_dictlearn = pytest.mark.skipif(
    SOLVER.missing() is not None, reason=str(SOLVER.missing())
)
each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS)


def make(signals=X, D_init=D_INIT, reg=0.1, **parameters):
    """The solver on a problem, and the objective that judges it."""
    problem = signals, D_init, "dense", False, reg
    return conv_peers.make("dictlearn", *problem, **parameters)


def test_without_the_package_the_reason_names_it(monkeypatch):
    monkeypatch.setattr(SOLVER, "optional", ("no_such_module",))
    assert SOLVER.missing() == ("dictlearn needs no_such_module: pip install dictlearn")
    assert not SOLVER.is_installed(quiet=True)


@pytest.mark.parametrize(
    "parameters, problem, reason",
    [
        ({"n_nonzero": 16}, {}, "more than n_atoms=15"),
        ({"n_nonzero": 2, "algorithm": "l1"}, {}, "no effect on algorithm=l1"),
        ({}, {"positive": True}, "cannot constrain codes to z >= 0"),
        ({}, {"model": "conv"}, "dense data only"),
    ],
)
def test_skips_with_the_reason(parameters, problem, reason):
    problem = {"X": X, "model": "dense", "positive": False, "n_atoms": 15} | problem
    skipped, why = SOLVER.get_instance(**parameters).skip(**problem)
    assert skipped and reason in why


@needs_dictlearn
@each_algorithm
def test_steps_are_the_iterations_of_a_single_call(algorithm):
    from dictlearn import DictionaryLearning, L1DictionaryLearning

    solver, _ = make(algorithm=algorithm, reg=0.3)
    results = steps(solver, 4)
    np.testing.assert_allclose(results[0]["D"], D_INIT, atol=1e-15)
    seed = int(solver.rng().integers(2**31))  # atoms without use are drawn anew
    given = {"dict_init": D_INIT, "max_iter": 4, "random_state": seed}
    if algorithm == "l1":
        whole = L1DictionaryLearning(15, alpha=0.6, **given)
    else:
        whole = DictionaryLearning(15, fit_algorithm=algorithm, **given)
    D = whole.fit(X).components_
    np.testing.assert_allclose(results[4]["D"], D, atol=1e-10)
    np.testing.assert_allclose(np.linalg.norm(results[4]["D"], axis=1), 1)
    assert np.abs(D - D_INIT).max() > 1e-3


@needs_dictlearn
def test_each_step_codes_once(monkeypatch):
    import dictlearn

    solver, _ = make()
    calls, encode = [], dictlearn.sparse_encode
    monkeypatch.setattr(
        dictlearn, "sparse_encode", lambda *a, **k: calls.append(1) or encode(*a, **k)
    )
    steps(solver, 5)
    assert len(calls) == 6  # those of D_init, then one for each step


@needs_dictlearn
def test_the_penalty_is_that_of_the_objective():
    # At the λ of the objective the certified loss is lower than at half or twice that.
    losses = {}
    for factor in (0.5, 1, 2):
        solver, _ = make(algorithm="l1", reg=0.5 * factor)
        D = steps(solver, 20)[-1]["D"]
        _, objective = make(algorithm="l1", reg=0.5)
        losses[factor] = objective.evaluate_result(D)["value"]
    assert losses[1] < losses[0.5] and losses[1] < losses[2]


@needs_dictlearn
@each_algorithm
def test_a_start_at_the_truth_stays_there(algorithm):
    rng = np.random.default_rng(0)
    D = D_TRUE
    Z = np.zeros((400, 15))
    Z[np.arange(400), rng.integers(15, size=400)] = 1 + rng.random(400)
    solver, _ = make(Z @ D, D, reg=0.01, algorithm=algorithm)
    assert recovery_score(correlations(steps(solver, 3)[-1]["D"], D)) > 0.98


EDGES = {
    "one signal": (X[:1], D_INIT),
    "one atom": (X, D_INIT[:1]),
    "a zero signal": (np.vstack([X[:20], np.zeros((1, 10))]), D_INIT),
    "only zero signals": (np.zeros((5, 10)), D_INIT),
    "fewer atoms than a tenth of the features": (
        np.random.default_rng(0).standard_normal((30, 40)),
        D_TRUE[:3] @ np.eye(10, 40),
    ),
}


@needs_dictlearn
@each_algorithm
@pytest.mark.parametrize("edge", EDGES)
def test_edges_do_no_harm(algorithm, edge):
    signals, D_init = EDGES[edge]
    solver, objective = make(signals, D_init, algorithm=algorithm)
    for result in steps(solver, 3):
        assert np.isfinite(objective.evaluate_result(**result)["value"])
