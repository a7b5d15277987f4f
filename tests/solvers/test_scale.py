"""A run on s times the signals is the run on the signals, s² times in the loss."""

import functools
import math

import numpy as np
import pytest
from benchopt.benchmark import Benchmark
from benchopt.utils.run_context import RunContext
from documents import ROOT

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.problem.units import ScaledSignals, Units, root_mean_square
from benchmark_utils.signals.patches import PatchedImage

BENCHMARK = Benchmark(ROOT)
SOLVERS = sorted(
    BENCHMARK.check_solver_patterns(None, class_only=True), key=lambda s: s.name
)
SCALES = (1e-15, 1e-5, 1e15)
SHAPES = {  # of signals and of atoms
    "dense": ((120, 10), (15, 10)),
    "conv": ((2, 2, 90), (3, 2, 9)),
    "rank1": ((2, 3, 90), (3, 3, 9)),
}
N_STEPS = 6
RNG = np.random.default_rng(0)


@functools.cache
def signals(model):
    """Sparse combinations of atoms in noise, of about unit size."""
    shape, atoms = SHAPES[model]
    D = unit_atoms(np.random.default_rng(1).standard_normal(atoms))
    rng = np.random.default_rng(2)
    if model == "dense":
        Z = rng.standard_normal((shape[0], atoms[0])) * (rng.random((120, 15)) < 0.2)
        X = Z @ D
    else:
        X = np.zeros(shape)
        for signal in X:
            for atom in D:
                for start in rng.integers(0, shape[2] - atoms[2], 4):
                    signal[:, start : start + atoms[2]] += rng.uniform(1, 3) * atom
    return X + 0.05 * rng.standard_normal(shape)


def make_objective(X, model, **parameters):
    objective = BENCHMARK.get_benchmark_objective().get_instance(**parameters)
    RunContext().set_run_context(objective, "dataset", "solver", 0, "0")
    _, (n_atoms, *atom_shape) = SHAPES[model]
    objective.set_data(X, model, n_atoms, tuple(atom_shape), X_test=X[:1])
    return objective


def make_solver(name, objective):
    (Solver,) = (solver for solver in SOLVERS if solver.name == name)
    parameters = {k: v for k, v in (Solver.test_config or {}).items()}
    parameters.pop("objective", None)
    solver = Solver.get_instance(**parameters)
    RunContext().set_run_context(objective, "dataset", solver, 0, "0")
    return solver


def learn(name, X, model, positive, reg=0.1, scaled_reg=True):
    """Metrics before and after a few steps."""
    parameters = {"reg": reg, "scaled_reg": scaled_reg, "positive": positive}
    objective = make_objective(X, model, **parameters)
    solver = make_solver(name, objective)
    problem = objective.get_objective()
    assert solver.skip(**problem) == (False, None)
    solver.set_objective(**problem)
    calls = iter(range(N_STEPS + 1))
    solver.warm_up()
    # A method may have all atoms only after so many steps (alphacsc-greedy).
    solver.run(lambda: next(calls, None) is not None)
    metrics = objective.evaluate_result(**solver.get_result())
    first = objective.evaluate_result(D=problem["D_init"])
    return first, metrics


@functools.cache
def unscaled(name, model, positive):
    return learn(name, signals(model), model, positive)


CASES = [
    pytest.param(solver.name, model, not solver.signed, id=f"{solver.name}-{model}")
    for solver in SOLVERS
    for model in SHAPES
    if model in solver.models
]


def compare(learned, expected, scale, tolerance=1e-9):
    for now, then in zip(learned, expected, strict=True):
        for key in ("value", "test_loss"):
            assert now[key] / scale**2 == pytest.approx(then[key], rel=1e-4), key
        assert now["lmbd"] / scale == pytest.approx(then["lmbd"], rel=tolerance)
        assert now["duality_gap"] <= 1e-6
        if "network_loss" in then:
            then_loss = then["network_loss"] * scale**2
            assert now["network_loss"] == pytest.approx(then_loss, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name, model, positive", CASES)
def test_a_run_on_scaled_signals(name, model, positive):
    (missing,) = (solver.missing() for solver in SOLVERS if solver.name == name)
    if missing:
        pytest.skip(missing)
    expected = unscaled(name, model, positive)
    first, last = expected
    assert last["value"] < 0.97 * first["value"]  # it has learned
    for scale in (min(SCALES), max(SCALES)):
        X = scale * signals(model)
        compare(learn(name, X, model, positive), expected, scale)


@pytest.mark.parametrize("scale", SCALES)
def test_an_absolute_lmbd_is_in_the_units_of_the_signals(scale):
    X = signals("dense")
    expected = learn("AM", X, "dense", False, reg=0.2, scaled_reg=False)
    assert expected[0]["lmbd"] == pytest.approx(0.2)
    learned = learn("AM", scale * X, "dense", False, reg=0.2 * scale, scaled_reg=False)
    compare(learned, expected, scale)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
@pytest.mark.parametrize("name", ["Block-AM", "Stochastic-DDL", "Online-SPAMS"])
def test_signals_on_disk_stay_there(tmp_path, name, dtype):
    scale = 1e6 if dtype == "int64" else 1e-12
    X = (scale * signals("dense")).astype(dtype)
    np.save(tmp_path / "X.npy", X)
    on_disk = np.load(tmp_path / "X.npy", mmap_mode="r")
    problem = make_objective(on_disk, "dense").get_objective()
    assert isinstance(problem["X"], ScaledSignals)
    learned = learn(name, on_disk, "dense", False)
    compare(learned, learn(name, X.astype(float), "dense", False), 1.0)
    compare(learned, unscaled(name, "dense", False), scale, tolerance=1e-6)


@pytest.mark.filterwarnings("ignore:.*λ is too small:UserWarning")
def test_usage_is_in_the_units_of_the_signals():
    usages = []
    for scale in (1.0, 1e-9):
        options = {"reg": 0.1, "scaled_reg": True}
        objective = make_objective(scale * signals("dense"), "dense", **options)
        D = objective.get_objective()["D_init"]
        objective.evaluate_result(D=D)
        usages.append(objective.save_final_results(D=D, n_steps=1)["usage"] / scale)
    np.testing.assert_allclose(*usages, rtol=1e-6)


def test_an_image_is_rebuilt_in_its_own_units():
    image = np.random.default_rng(3).random((12, 12))
    clean = PatchedImage(image, 0.01, 3, normalize="none", rng=RNG)
    signals = clean.signals()
    units = Units.of(signals)
    scaled = units.image(clean)
    np.testing.assert_allclose(root_mean_square(scaled.signals()), 1)
    np.testing.assert_allclose(scaled.rebuild(scaled.signals()), clean.noisy)
    assert scaled.psnr(scaled.signals()) == pytest.approx(clean.noisy_psnr)


@pytest.mark.parametrize("scale", [1e-300, 1e-15, 1.0, 1e15, 1e300])
def test_root_mean_square_needs_no_squares(scale):
    X = RNG.standard_normal((7, 5))
    expected = scale * math.sqrt((X**2).mean())
    assert root_mean_square(scale * X) == pytest.approx(expected, rel=1e-12)


def test_zero_signals_have_a_unit():
    assert Units.of(np.zeros((3, 4))).scale == 1
