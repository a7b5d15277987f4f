"""alphacsc's three algorithms: the problem is ours, the iterates are theirs."""

import warnings

import numpy as np
import pytest
from alphacsc.learn_d_z_multi import learn_d_z_multi
from conv_edges import edges
from conv_peers import events, loss, losses, make, singular_ratio, steps, why_skipped

from benchmark_utils.dictionaries.unit_norm import unit_atoms

ALGORITHMS = ("alphacsc-batch", "alphacsc-greedy", "alphacsc-online")
FIRST = {"alphacsc-greedy": 4}  # iterations before the first evaluation
X, D_TRUE, D_INIT = events()
RECORDING = np.hstack(X)[None]

pytestmark = [
    pytest.mark.filterwarnings("error::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:alphacsc"),
]


def spy(solver):
    """D, Z and value of each iteration, in our units, as a list that fills."""
    seen, learner = [], solver.learner

    def spying(X, callback=None, **kwargs):
        def both(encoder, values):
            D = encoder.D_hat
            if D.ndim == 2:
                D = D[:, :3, None] * D[:, None, 3:]
            scale = X.std()
            value = encoder.get_cost() * scale**2
            seen.append((D.copy(), scale * encoder.get_z_hat(), value))
            callback(encoder, values)

        return learner(X, callback=both, **kwargs)

    solver.learner = spying
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("model", ["rank1", "conv"])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_starts_at_D_init_and_the_loss_decreases(name, model):
    D_init = D_INIT if model == "rank1" else unit_atoms(D_INIT + 0.05)
    solver, objective = make(name, X, D_init, model)
    results = steps(solver, 10)
    np.testing.assert_allclose(results[0]["D"], D_init, atol=1e-12)
    first = FIRST.get(name, 1)
    assert [r["n_steps"] for r in results] == [0, *range(first, first + 10)]
    values = losses(objective, results)
    assert values[-1] < 0.9 * values[0]
    D = results[-1]["D"]
    np.testing.assert_allclose(np.linalg.norm(D, axis=(1, 2)), 1, rtol=1e-12)
    assert (singular_ratio(D).max() < 1e-12) == (model == "rank1")


@pytest.mark.slow
@pytest.mark.parametrize("model", ["rank1", "conv"])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_its_loss_is_ours(name, model):
    solver, objective = make(name, X, D_INIT, model, tol_z=1e-8)
    seen = spy(solver)
    results = steps(solver, 4)
    for D, Z, value in seen:
        assert value == pytest.approx(loss(X, D, Z, 0.1), rel=1e-9)
    # Its codes are those of the dictionary before, and good for this one.
    certified = len(X) * losses(objective, results)[-1]
    assert certified <= seen[-1][2] * (1 + 1e-6)
    if name == "alphacsc-batch":
        assert certified > 0.9 * seen[-1][2]


@pytest.mark.parametrize("name", ALGORITHMS)
def test_iterates_are_those_of_one_plain_call(name):
    solver, _ = make(name, X, D_INIT)
    result = steps(solver, 3)[-1]
    params = {"alpha": 0.8, "batch_size": 1} if name == "alphacsc-online" else {}
    u, _, vh = np.linalg.svd(D_INIT, full_matrices=False)
    _, _, D, *_ = learn_d_z_multi(
        X, 4, 12, n_iter=result["n_steps"], reg=0.1 / X.std(), solver_z="lgcd",
        D_init=np.hstack([u[:, :, 0], vh[:, 0]]), eps=-np.inf, verbose=0,
        algorithm=name.removeprefix("alphacsc-"), algorithm_params=params,
        raise_on_increase=False, random_state=int(solver.rng().integers(2**31)),
    )  # fmt: skip
    expected = unit_atoms(D[:, :3, None] * D[:, None, 3:])
    np.testing.assert_allclose(result["D"], expected, atol=1e-9)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_unit_of_measure_changes_nothing(name):
    atoms = []
    for unit in (1, 1e-12):
        solver, _ = make(name, unit * X, D_INIT, reg=0.1 * unit)
        atoms.append(steps(solver, 3)[-1]["D"])
    np.testing.assert_allclose(*atoms, atol=1e-6)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_same_seed_same_curve_and_inputs_only_read(name):
    signals, D_init = X.copy(), D_INIT.copy()
    solver, _ = make(name, signals, D_init)
    once, again = steps(solver, 3)[-1]["D"], steps(solver, 3)[-1]["D"]
    np.testing.assert_array_equal(once, again)
    np.testing.assert_array_equal(signals, X)
    np.testing.assert_array_equal(D_init, D_INIT)


def test_is_over_when_it_has_converged():
    solver, objective = make("alphacsc-batch", X, D_INIT, eps=0.1)
    results = steps(solver, 1000)
    assert 2 < len(results) < 100
    assert solver.get_result()["n_steps"] == results[-1]["n_steps"]
    values = losses(objective, results)
    assert values[-1] < values[0]


def test_online_goes_on_past_a_batch_without_progress():
    signals = np.concatenate([X, np.zeros_like(X)])
    solver, _ = make("alphacsc-online", signals, D_INIT, alpha=0)
    assert len(steps(solver, 20)) == 21


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_lambda_above_its_maximum_leaves_D_init(name):
    solver, _ = make(name, X, D_INIT, reg=1e3)
    with pytest.warns(UserWarning, match="too large"):
        results = steps(solver, 5)
    assert len(results) == 1
    np.testing.assert_allclose(solver.get_result()["D"], D_INIT, atol=1e-12)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_pieces_of_a_recording(name):
    solver, objective = make(name, RECORDING, D_INIT, n_splits=4)
    seen = spy(solver)
    values = losses(objective, steps(solver, 6))
    assert seen[0][1].shape[0] == 4 and seen[0][1].shape[2] == 89
    assert values[-1] < 0.9 * values[0]


def test_a_batch_is_at_most_all_signals():
    solver, _ = make("alphacsc-online", X, D_INIT, batch_size=1000)
    assert len(steps(solver, 2)) == 3


def test_tapered_atoms():
    solver, objective = make("alphacsc-batch", X, D_INIT, window=True)
    results = steps(solver, 5)
    for result in results:
        assert np.abs(result["D"][:, :, [0, -1]]).max() < 1e-6
    values = losses(objective, results)
    assert values[-1] < 0.9 * values[0]


@pytest.mark.slow
def test_processes_do_the_same():
    atoms = []
    for n_jobs in (1, 2):
        solver, objective = make("alphacsc-batch", X, D_INIT, n_jobs=n_jobs)
        solver.warm_up()
        result = steps(solver, 2)[-1]
        assert objective.evaluate_result(**result)["n_threads"] == n_jobs
        atoms.append(result["D"])
    np.testing.assert_allclose(*atoms, atol=1e-12)


EDGES = edges(X, D_INIT)
LOUD, _ = EDGES["a loud channel"]
EDGES["a loud channel"] = LOUD[:1, :, :40], D_INIT
EDGES["signals as long as atoms"] = X[:, :, :12] + 0.1, D_INIT


@pytest.mark.slow
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("name", ALGORITHMS)
def test_edges_do_no_harm(name, edge):
    solver, objective = make(name, *EDGES[edge])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Regularization parameter", UserWarning)
        results = steps(solver, 3)
    assert np.isfinite(losses(objective, results)).all()


@pytest.mark.parametrize(
    "problem, reason",
    [
        ({"model": "dense"}, "does conv, rank1 data only"),
        ({"positive": False}, 'use -o "*[positive=True]"'),
        ({"X": np.ones((1, 1, 9, 9)), "atom_shape": (1, 3, 3)}, "not images"),
        ({"X": np.ones((1, 3, 100))}, "standard deviation"),
        ({"X": np.zeros((1, 3, 100))}, "standard deviation"),
        ({"n_splits": 2}, "here are 4 signals"),
        ({"X": RECORDING, "n_splits": 40}, "shorter than an atom"),
        ({}, None),
        ({"X": RECORDING, "n_splits": 4}, None),
    ],
)
@pytest.mark.parametrize("name", ALGORITHMS)
def test_skips_with_the_reason(name, problem, reason):
    why = why_skipped(name, **{"X": X, "atom_shape": (3, 12)} | problem)
    assert why is None if reason is None else reason in why
