"""The baselines as benchopt loads them: the common start, steps that go on, scores."""

import conv_peers
import numpy as np
import pytest
import spams
import torch
from conv_peers import steps
from problems import dense_problem
from sklearn.decomposition import MiniBatchDictionaryLearning, dict_learning
from sklearn.exceptions import ConvergenceWarning

from benchmark_utils.scoring.scores import correlations, recovery_score

X, D_TRUE, D_INIT = dense_problem(n_signals=240)
BASELINES = {
    "Online-SPAMS": {"batch_size": 60, "n_threads": 1},
    "Online-sklearn": {"batch_size": 60},
    "Batch-sklearn": {},
    "K-SVD": {},
}
LASSO = [name for name in BASELINES if name != "K-SVD"]

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


@pytest.fixture
def make():
    """A baseline on a problem, and the objective that judges it."""

    def make(name, signals=X, D_init=D_INIT, positive=False, reg=0.1, **parameters):
        problem = signals, D_init, "dense", positive, reg
        return conv_peers.make(name, *problem, **BASELINES[name] | parameters)

    return make


def record_batches(solver):
    """The mini-batches that the solver draws from its next start on, as a list."""
    batches, start = [], solver.start

    def recording_start():
        start()
        draw = solver.batches.draw
        solver.batches.draw = lambda: batches.append(draw().numpy()) or as_drawn()

    def as_drawn():
        return torch.from_numpy(batches[-1])

    solver.start = recording_start
    return batches


@pytest.mark.parametrize("name", BASELINES)
def test_starts_at_D_init_and_the_loss_decreases(make, name):
    solver, objective = make(name, reg=0.5)
    results = steps(solver, 10)
    np.testing.assert_allclose(results[0]["D"], D_INIT, atol=1e-15)
    assert [result["n_steps"] for result in results] == list(range(11))
    losses = [objective.evaluate_result(**result)["value"] for result in results]
    assert losses[1] < losses[0] and losses[-1] < 0.95 * losses[0]


@pytest.mark.parametrize("name", BASELINES)
def test_a_start_at_the_truth_stays_there(make, name):
    signals, D, _ = dense_problem(n_signals=240, n_features=20, sigma=0)
    solver, _ = make(name, signals, D)
    D_end = steps(solver, 3)[-1]["D"]
    assert recovery_score(correlations(D_end, D)) > 0.98


@pytest.mark.parametrize("name", BASELINES)
def test_signals_and_D_init_are_only_read(make, name):
    for n_atoms in (15, 1):  # a single atom is C- and Fortran-ordered at once
        signals, D_init = X.copy(), D_INIT[:n_atoms].copy()
        solver, _ = make(name, signals, D_init)
        steps(solver, 2)  # in-place changes would show
        signals.flags.writeable = D_init.flags.writeable = False
        steps(solver, 2)
        np.testing.assert_array_equal(signals, X)
        np.testing.assert_array_equal(D_init, D_INIT[:n_atoms])


@pytest.mark.parametrize("name", BASELINES)
def test_same_seed_same_curve(make, name):
    solver, _ = make(name)
    once, again = steps(solver, 3)[-1]["D"], steps(solver, 3)[-1]["D"]
    np.testing.assert_array_equal(once, again)


EDGES = {
    "one signal": (X[:1], D_INIT),
    "fewer signals than a batch": (X[:7], D_INIT),
    "one atom": (X, D_INIT[:1]),
    "one of each": (X[:1], D_INIT[:1]),
    "a zero signal": (np.vstack([X[:20], np.zeros((1, 10))]), D_INIT),
    "only zero signals": (np.zeros((5, 10)), D_INIT),
}


@pytest.mark.slow
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("name", BASELINES)
def test_edges_do_no_harm(make, name, edge):
    solver, objective = make(name, *EDGES[edge])
    for result in steps(solver, 3):
        assert np.isfinite(objective.evaluate_result(**result)["value"])


@pytest.mark.parametrize("name", LASSO)
def test_nonnegative_codes(make, name):
    rng = np.random.default_rng(1)
    signals = np.maximum(rng.standard_normal((240, 15)) - 0.5, 0) @ D_TRUE
    losses = {}
    for positive in (True, False):
        solver, _ = make(name, signals, positive=positive)
        D = steps(solver, 10)[-1]["D"]
        _, judge = make(name, signals, positive=True)
        losses[positive] = judge.evaluate_result(D)["value"]
    assert losses[True] < losses[False]


@pytest.mark.parametrize(
    "name, parameters, problem, reason",
    [
        ("K-SVD", {"n_nonzero": 16}, {}, "more than n_atoms=15"),
        ("Batch-sklearn", {"fit_algorithm": "lars"}, {"positive": True}, "lars"),
        ("Online-sklearn", {"fit_algorithm": "lars"}, {"positive": True}, "lars"),
        *[(name, {}, {"model": "conv"}, "dense data only") for name in BASELINES],
    ],
)
def test_skips_with_the_reason(name, parameters, problem, reason):
    Solver = conv_peers.solver_class(name)
    problem = {"X": X, "model": "dense", "positive": False, "n_atoms": 15} | problem
    skipped, why = Solver.get_instance(**parameters).skip(**problem)
    assert skipped and reason in why


def test_the_number_of_threads_is_a_metric(make):
    solver, objective = make("Online-SPAMS", n_threads=2)
    assert objective.evaluate_result(**steps(solver, 0)[0])["n_threads"] == 2
    solver, _ = make("Online-SPAMS", n_threads=-1)
    assert steps(solver, 0)[0]["n_threads"] == torch.get_num_threads()


@pytest.mark.filterwarnings("error::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("name", ["Online-sklearn", "Batch-sklearn"])
def test_two_processes_do_the_same(make, name):
    atoms = []
    for n_jobs in (1, 2):
        solver, objective = make(name, n_jobs=n_jobs)
        solver.warm_up()
        result = steps(solver, 2)[-1]
        assert objective.evaluate_result(**result)["n_threads"] == n_jobs
        atoms.append(result["D"])
    np.testing.assert_allclose(*atoms, atol=1e-10)


def test_spams_continues_its_count_and_statistics(make):
    solver, _ = make("Online-SPAMS", reg=0.5, dtype="float64")
    batches = record_batches(solver)
    steps(solver, 1)
    first, D = solver.model, solver.D
    solver.step()
    assert (first["iter"], solver.model["iter"]) == (1, 2)
    batch = batches[-1].T
    codes = spams.lasso(np.asfortranarray(batch), D, lambda1=0.5, mode=2).toarray()
    # Mairal et al. 2010, §3.4.3, as SPAMS has it once one batch has been seen.
    weight = 2 / (60 + 2)
    for name, new in {"A": codes @ codes.T, "B": batch @ codes.T}.items():
        expected = weight * first[name] + new / 60
        np.testing.assert_allclose(solver.model[name], expected, atol=1e-8)


def test_spams_steps_see_all_signals(make):
    solver, _ = make("Online-SPAMS", n_iter_per_step=2, dtype="float64")
    batches = record_batches(solver)
    steps(solver, 2)
    assert solver.model["iter"] == 4
    np.testing.assert_array_equal(
        np.sort(np.vstack(batches), axis=0), np.sort(X, axis=0)
    )


@pytest.mark.parametrize("reg", [0.02, 0.5])
def test_spams_in_float32_learns_what_it_learns_in_float64(make, reg):
    losses, atoms = [], []
    for dtype in ("float32", "float64"):
        solver, objective = make("Online-SPAMS", reg=reg, dtype=dtype)
        D = steps(solver, 20)[-1]["D"]
        assert solver.model["A"].dtype == solver.D.dtype == dtype
        assert D.dtype == float
        losses.append(objective.evaluate_result(D)["value"])
        atoms.append(D)
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert 0 < np.abs(atoms[0] - atoms[1]).max() < 1e-2  # two types, one method


def test_spams_in_steps_is_no_worse_than_one_long_call(make):
    signals, _, D_init = dense_problem(n_signals=2000)
    solver, objective = make("Online-SPAMS", signals, D_init, batch_size=100)
    D_steps = steps(solver, 60)[-1]["D"]
    long = spams.trainDL(
        signals.T, D=D_init.T, lambda1=0.1, mode=2, batchsize=100, iter=60,
        numThreads=1, verbose=False,
    )  # fmt: skip
    values = [objective.evaluate_result(D)["value"] for D in (D_init, D_steps, long.T)]
    assert values[1] < values[2] < values[0]


def test_online_sklearn_keeps_its_statistics(make):
    solver, _ = make("Online-sklearn", batch_size=240)
    D = steps(solver, 3)[-1]["D"]
    assert solver.learner.n_steps_ == 3
    whole = MiniBatchDictionaryLearning(
        15, alpha=0.1, batch_size=240, max_iter=3, shuffle=False, fit_algorithm="cd",
        dict_init=D_INIT.copy(), tol=0, random_state=0,
    )  # fmt: skip
    with pytest.warns(ConvergenceWarning):
        whole.fit(X)
    np.testing.assert_allclose(D, whole.components_, atol=1e-8)


@pytest.mark.parametrize("algorithm", ["cd", "lars"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_batch_sklearn_in_steps_is_one_run(make, algorithm):
    # So few signals that atoms go unused and are drawn anew, and that it converges.
    solver, _ = make("Batch-sklearn", X[:20], reg=1, fit_algorithm=algorithm)
    steps(solver, 1000)
    Z, D, errors, n_iter = dict_learning(
        X[:20], 15, alpha=1, max_iter=1000, method=algorithm, return_n_iter=True,
        dict_init=D_INIT.copy(), code_init=np.zeros((20, 15)),
        random_state=int(solver.rng().integers(2**31)),
    )  # fmt: skip
    assert 1 < solver.get_result()["n_steps"] == n_iter < 1000
    np.testing.assert_array_equal(solver.Z, Z)
    np.testing.assert_array_equal(solver.D, D)
    assert solver.cost == errors[-1]
