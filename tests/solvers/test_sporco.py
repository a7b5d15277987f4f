"""sporco: the problem is ours, its steps go on, what it cannot do."""

import numpy as np
import pyfftw
import pytest
import torch
from conv_peers import events, loss, losses, make, steps, why_skipped
from scipy.signal import fftconvolve
from sporco.dictlrn.cbpdndl import ConvBPDNDictLearn

from benchmark_utils.dictionaries.unit_norm import unit_atoms

X, _, D_INIT = events(signed=True)

rng = np.random.default_rng(0)
KERNELS, FIRST = (unit_atoms(rng.standard_normal((3, 1, 4, 5))) for _ in range(2))
PLACES = (rng.random((2, 3, 17, 21)) < 0.03).astype(float)
IMAGES = fftconvolve(PLACES, KERNELS[None, :, 0], axes=(2, 3)).sum(1, keepdims=True)

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def codes(solver):
    """Its codes as ours, and the largest of those it may not use."""
    Z = np.moveaxis(solver.learner.getcoef()[..., 0, :, :], (-2, -1), (0, 1))
    n_codes = solver.X.shape[2] - solver.D_init.shape[2] + 1
    return Z[:, :, :n_codes], np.abs(Z[:, :, n_codes:]).max()


@pytest.mark.parametrize("positive", [False, True])
def test_starts_at_D_init_and_the_loss_decreases(positive):
    solver, objective = make("sporco", X, D_INIT, "conv", positive)
    results = steps(solver, 20)
    np.testing.assert_allclose(results[0]["D"], D_INIT, atol=1e-12)
    assert [result["n_steps"] for result in results] == list(range(21))
    values = losses(objective, results)
    assert values[-1] < 0.9 * values[0]
    assert not positive or codes(solver)[0].min() >= 0


def test_images():
    solver, objective = make("sporco", IMAGES, FIRST, "conv", positive=False)
    results = steps(solver, 20)
    np.testing.assert_allclose(results[0]["D"], FIRST, atol=1e-12)
    values = losses(objective, results)
    assert values[-1] < 0.95 * values[0]


@pytest.mark.parametrize("positive", [False, True])
def test_its_loss_is_ours(positive):
    solver, objective = make("sporco", X, D_INIT, "conv", positive)
    result = steps(solver, 300)[-1]
    Z, forbidden = codes(solver)
    assert forbidden == 0  # no code wraps around an edge
    Z = Z * X.std()
    certified = len(X) * objective.evaluate_result(**result)["value"]
    assert certified == pytest.approx(loss(X, result["D"], Z, 0.1), rel=0.01)


def test_a_unit_of_measure_changes_nothing():
    atoms = []
    for unit in (1, 1e-12):
        solver, _ = make("sporco", unit * X, D_INIT, "conv", reg=0.1 * unit)
        atoms.append(steps(solver, 5)[-1]["D"])
    np.testing.assert_allclose(*atoms, atol=1e-9)


def test_steps_are_those_of_one_long_call():
    solver, _ = make("sporco", X, D_INIT, "conv", positive=False)
    D = steps(solver, 25)[-1]["D"]
    options = {"MaxMainIter": 25, "CBPDN": {"NoBndryCross": True}}
    scale = X.std()
    learner = ConvBPDNDictLearn(
        D_INIT.T, X.T / scale, 0.1 / scale,
        ConvBPDNDictLearn.Options(options, xmethod="admm", dmethod="cns"),
        dimN=1, xmethod="admm", dmethod="cns",
    )  # fmt: skip
    whole = learner.solve().squeeze().T
    np.testing.assert_allclose(D, whole, atol=1e-9)


def test_same_seed_same_curve_and_inputs_only_read():
    signals, D_init = X.copy(), D_INIT.copy()
    solver, _ = make("sporco", signals, D_init, "conv")
    once, again = steps(solver, 3)[-1]["D"], steps(solver, 3)[-1]["D"]
    np.testing.assert_array_equal(once, again)
    np.testing.assert_array_equal(signals, X)
    np.testing.assert_array_equal(D_init, D_INIT)


def test_warm_up_plans_all_transforms_and_leaves_nothing_else():
    pyfftw.forget_wisdom()
    signals = X[:, :, :91]  # of a shape that no other test has planned
    solver, _ = make("sporco", signals, D_INIT, "conv")
    solver.warm_up()
    planned = pyfftw.export_wisdom()
    once = [result["D"] for result in steps(solver, 3)]
    assert pyfftw.export_wisdom() == planned
    fresh, _ = make("sporco", signals, D_INIT, "conv")
    for D, other in zip(once, steps(fresh, 3), strict=True):
        np.testing.assert_allclose(D, other["D"], atol=1e-9)


def test_the_number_of_threads_is_a_metric():
    solver, objective = make("sporco", X, D_INIT, "conv", n_threads=2)
    assert objective.evaluate_result(**steps(solver, 0)[0])["n_threads"] == 2
    solver, _ = make("sporco", X, D_INIT, "conv")
    assert steps(solver, 0)[0]["n_threads"] == torch.get_num_threads()


FLAT = X.copy()
FLAT[:, 1] = 0
EDGES = {
    "one signal": (X[:1], D_INIT),
    "one atom": (X, D_INIT[:1]),
    "one of each": (X[:1], D_INIT[:1]),
    "a flat channel": (FLAT, D_INIT),
    "a zero signal": (np.concatenate([X, np.zeros((1, 3, 100))]), D_INIT),
    "an all-zero recording": (np.zeros((1, 3, 100)), D_INIT),
    "signals as long as atoms": (X[:, :, :12], D_INIT),
    "one channel": (X[:, :1], unit_atoms(D_INIT[:, :1])),
    "a lambda above its maximum": (1e-3 * X, D_INIT),
}


@pytest.mark.parametrize("edge", EDGES)
def test_edges_do_no_harm(edge):
    solver, objective = make("sporco", *EDGES[edge], "conv")
    assert np.isfinite(losses(objective, steps(solver, 3))).all()


@pytest.mark.parametrize(
    "problem, reason",
    [
        ({"model": "dense", "atom_shape": (12,)}, "does conv data only"),
        ({"model": "rank1"}, "does conv data only"),
        ({"atom_shape": (3, 1)}, "one sample long"),
        ({"positive": False}, None),
        ({"positive": True}, None),
    ],
)
def test_skips_with_the_reason(problem, reason):
    why = why_skipped("sporco", **{"X": X, "atom_shape": (3, 12)} | problem)
    assert why is None if reason is None else reason in why
