"""Greedy coordinate descent: what its codes are, on however many threads."""

import numpy as np
import pytest
import torch
from problems import dense_problem

from benchmark_utils.coding.greedy import GreedyDescent
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.compiled.greedy import descend
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.statistics import SPARSE, dense_statistics
from benchmark_utils.dictionaries.unit_norm import unit_atoms

X, _, D = dense_problem(n_signals=101)
SIGNALS, LMBD = torch.as_tensor(X, dtype=torch.float32), 0.1


N_ATOMS = len(D)


def atoms(n_atoms=N_ATOMS):
    rng = np.random.default_rng(0)
    D = unit_atoms(rng.standard_normal((n_atoms, X.shape[1])))
    return make_dictionary("dense", D, dtype=torch.float32)


def moves(dictionary, X, Z, lmbd, positive):
    """How far each code is from its minimum, the others being as they are."""
    target = dictionary.correlate(X - dictionary.reconstruct(Z)) + Z
    shrunk = target.sign() * (target.abs() - lmbd).clamp(min=0)
    return ((shrunk.clamp(min=0) if positive else shrunk) - Z).abs()


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("n_atoms", [1, 7, 16, 33, 300])
def test_no_code_would_move_by_more_than_the_tolerance(n_atoms, positive):
    dictionary = atoms(n_atoms)
    Z = GreedyDescent(LMBD, tol=0.05, positive=positive).codes(dictionary, SIGNALS)
    scale = dictionary.correlate(SIGNALS).square().mean().sqrt()
    tol = min(0.05 * scale, LMBD / 3)
    assert moves(dictionary, SIGNALS, Z, LMBD, positive).max() < tol + 1e-5
    assert moves(dictionary, SIGNALS, 0 * Z, LMBD, positive).max() > 2 * tol
    assert Z.count_nonzero() and (Z.min() >= 0) == positive


@pytest.mark.parametrize("positive", [False, True])
def test_with_a_small_tolerance_codes_are_those_of_fista(positive):
    dictionary = atoms()
    greedy = GreedyDescent(LMBD, tol=1e-6, positive=positive, max_moves=1000)
    fista = Unrolled(3000, LMBD, positive=positive)
    codes = [coder.codes(dictionary, SIGNALS) for coder in (greedy, fista)]
    torch.testing.assert_close(*codes, atol=1e-4, rtol=0)


def test_threads_share_the_signals_and_change_nothing():
    dictionary, before, found = atoms(), torch.get_num_threads(), []
    try:
        for n_threads in (1, 2, 3):
            torch.set_num_threads(n_threads)
            found.append(GreedyDescent(LMBD).codes(dictionary, SIGNALS))
    finally:
        torch.set_num_threads(before)
    for other in found[1:]:
        torch.testing.assert_close(other, found[0])


def test_moves_are_bounded_and_of_their_own_precision():
    dictionary, double = atoms(), SIGNALS.double()
    greedy = GreedyDescent(1e-6, tol=1e-9, max_moves=1)
    Z = greedy.codes(make_dictionary("dense", dictionary.to_array()), double)
    assert Z.dtype == torch.float64 and Z.isfinite().all()
    assert moves(dictionary, SIGNALS, Z.float(), 1e-6, False).max() > 1e-3


@pytest.mark.parametrize("n_atoms", [7, 100])
def test_nothing_is_read_past_the_gram_matrix(n_atoms):
    # Where no code moves, all that there is to add is zero times a row of G.
    room = np.full((256, 128), np.nan, np.float32)
    room[:n_atoms] = 0
    b = np.zeros((9, n_atoms), np.float32)
    b[4:] = 3
    Z = np.empty_like(b)
    one = np.float32(1)
    descend(b, room[:n_atoms], -one, one, one / 8, 1000, Z)
    np.testing.assert_array_equal(Z, np.maximum(b - 1, 0))


@pytest.mark.parametrize("signals", [0 * SIGNALS, SIGNALS[:0], SIGNALS / 0])
def test_signals_of_nothing_have_no_codes(signals):
    Z = GreedyDescent(LMBD).codes(atoms(), signals)
    assert Z.shape == (len(signals), N_ATOMS) and not Z.nan_to_num(0).any()


def test_the_tolerance_falls_from_step_to_step():
    dictionary, greedy = atoms(), GreedyDescent(LMBD, 0.05, n_steps=10, max_moves=99)
    scale = dictionary.correlate(SIGNALS).square().mean().sqrt().item()
    for step, tol in ((0, 0.05), (10, 0.025), (90, 0.005)):
        Z = greedy.codes(dictionary, SIGNALS, step)
        left = moves(dictionary, SIGNALS, Z, LMBD, False).max()
        assert 0.7 * tol * scale < left < tol * scale + 1e-5


@pytest.mark.parametrize("name", ["lmbd", "tol", "n_steps", "max_moves"])
def test_parameters_out_of_range_are_named(name):
    wrong = {name: 0}
    with pytest.raises(ValueError, match="lmbd, tol and n_steps .* and max_moves"):
        GreedyDescent(**{"lmbd": LMBD, **wrong})


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("density", [SPARSE / 2, 2 * SPARSE])
def test_statistics_are_the_same_for_sparse_codes(density, dtype):
    generator = torch.Generator().manual_seed(0)
    Z = torch.randn(200, 9, generator=generator, dtype=dtype)
    Z *= torch.rand(Z.shape, generator=generator) < density
    X = torch.randn(200, 5, generator=generator, dtype=dtype)
    found = dense_statistics(X, Z)
    torch.testing.assert_close(found.gram, Z.T @ Z)
    torch.testing.assert_close(found.cross, Z.T @ X)
    torch.testing.assert_close(found.usage, Z.count_nonzero(0))
