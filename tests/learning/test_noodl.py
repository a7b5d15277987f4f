"""NOODL: steps against numpy by hand, and its promise, on signals of its setting."""

import numpy as np
import pytest
import torch
from torch_solvers import PROBLEM, make, run

from benchmark_utils.coding.hard_thresholding import HardThresholding
from benchmark_utils.dictionaries import Dense
from benchmark_utils.learning.updates.sign_gradient import SignGradient

N_FEATURES, N_ATOMS, K, N_SIGNALS = 64, 80, 3, 500


def unit(D):
    return D / np.linalg.norm(D, axis=1, keepdims=True)


RNG = np.random.default_rng(0)
D_TRUE = unit(RNG.standard_normal((N_ATOMS, N_FEATURES)))
# init=perturbed: noise of half the deviation of the true atoms.
D_INIT = unit(D_TRUE + 0.5 * D_TRUE.std() * RNG.standard_normal(D_TRUE.shape))


def draw(n_signals=N_SIGNALS, seed=1):
    """Signals of K codes, each at least 1 in size, of any sign; no noise."""
    rng = np.random.default_rng(seed)
    Z = np.zeros((n_signals, N_ATOMS))
    places = rng.random(Z.shape).argsort(axis=1)[:, :K]
    sizes = rng.uniform(1, 1.5, places.shape) * rng.choice([-1, 1], places.shape)
    np.put_along_axis(Z, places, sizes, axis=1)
    return Z @ D_TRUE


def by_hand(X, n_layers, lmbd, first, step, positive=False):
    def hard(z, least):
        return np.where((z if positive else np.abs(z)) >= least, z, 0)

    Z = hard(X @ D_INIT.T, first * lmbd)
    for _ in range(n_layers):
        Z = hard(Z - step * (Z @ D_INIT - X) @ D_INIT.T, lmbd)
    return Z


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("n_layers", [0, 1, 4])
def test_codes_are_those_by_hand(n_layers, positive):
    X, dictionary = draw(20), Dense.from_array(D_INIT)
    encoder = HardThresholding(n_layers, 0.1, 5.0, 0.2, positive)
    expected = by_hand(X, n_layers, 0.1, 5.0, 0.2, positive)
    codes = encoder.codes(dictionary, torch.as_tensor(X)).numpy()
    assert (expected > 0).any() and (expected < 0).any() != positive
    np.testing.assert_allclose(codes, expected, atol=1e-12)


def test_codes_of_coherent_atoms_do_not_diverge():
    D = unit(1 + 0.1 * RNG.standard_normal((N_ATOMS, N_FEATURES)))
    X = torch.as_tensor(D[:5] - D[5:10])
    Z = HardThresholding(200, 1e-3).codes(Dense.from_array(D), X)
    # From zero, each step would lower the misfit plus λ² / (2 s) a code.
    assert 0.5 * (X - Z @ torch.as_tensor(D)).square().sum() < 5 * X.square().sum()


def test_a_step_of_the_atoms_is_that_by_hand():
    X, dictionary = draw(200), Dense.from_array(D_INIT)
    encoder = HardThresholding(10, 0.1)
    done = SignGradient(0.5).advance(dictionary, encoder, torch.as_tensor(X), 0)
    Z = by_hand(X, 10, 0.1, 5.0, 0.2)
    moved = np.empty_like(D_INIT)
    for k, atom in enumerate(D_INIT):
        gradient = (np.sign(Z[:, [k]]) * (Z @ D_INIT - X)).sum(axis=0)
        moved[k] = atom - 0.5 * N_ATOMS / np.abs(Z).sum() * gradient
    np.testing.assert_allclose(done.dictionary.to_array(), unit(moved), atol=1e-12)
    np.testing.assert_array_equal(done.usage, (Z != 0).sum(axis=0))


def errors(n_steps, **options):
    """The largest distance of an atom from the true one, before each step."""
    dictionary = Dense.from_array(D_INIT)
    encoder, update = HardThresholding(lmbd=0.1, **options), SignGradient(0.5)
    found = []
    for step in range(n_steps):
        found.append(np.linalg.norm(dictionary.to_array() - D_TRUE, axis=1).max())
        X = torch.as_tensor(draw(seed=step))
        dictionary = update.advance(dictionary, encoder, X, step).dictionary
    return found


@pytest.mark.slow
def test_the_error_falls_geometrically_to_the_true_atoms():
    found = errors(29, n_layers=100)[::4]
    assert found[0] > 0.3
    ratios = np.array(found[1:6]) / found[:5]
    assert ratios.max() < 0.5  # in four steps, each time
    assert found[-1] < 1e-5
    # Codes of ten steps leave an error: (1 - 0.2)^10 of each code is missing.
    assert errors(29, n_layers=10)[-1] > 1e-3


def test_the_solver_recovers_the_atoms_without_bias():
    problem = {"X": draw(2000), "n_atoms": N_ATOMS, "atom_shape": (N_FEATURES,)}
    problem = {**PROBLEM, **problem, "D_init": D_INIT, "with_codes": False}
    solver = make("NOODL", batch_size=500)
    D = run(solver, 24, problem)[-1]
    assert np.abs((D * D_TRUE).sum(axis=1)).min() > 1 - 1e-6
    Z = solver.encode(draw(100, seed=2))
    assert (Z != 0).sum() <= 1.01 * K * len(Z)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"n_layers": -1, "lmbd": 0.1}, "n_layers must be at least 0"),
        ({"n_layers": 1, "lmbd": 0.0}, "must be positive, got 1, 0.0, 5.0 and 0.2"),
        ({"n_layers": 1, "lmbd": 0.1, "step": 0.0}, "must be positive"),
    ],
)
def test_thresholds_and_steps_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=message):
        HardThresholding(**options)
    with pytest.raises(ValueError, match="rate must be positive, got 0"):
        SignGradient(0)
