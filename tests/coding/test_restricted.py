"""Codes solved on their own support, and how much sooner that certifies them."""

import numpy as np
import pytest
import torch

from benchmark_utils.coding import restarted
from benchmark_utils.coding import restricted as module
from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.restricted import Restricted
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms

LMBD = 0.4
CASES = [
    ("rank1", (3,), (7,), (30,)),
    ("conv", (3,), (6,), (8,)),
    ("conv", (1,), (3, 4), (9, 11)),
    ("conv", (2,), (5, 2), (5, 9)),
]
cases = pytest.mark.parametrize("model, channels, atom, support", CASES)


def problem(model, channels, atom, support, n_signals=1, seed=0):
    rng = np.random.default_rng(seed)
    D = unit_atoms(rng.standard_normal((4, *channels, *atom)))
    X = torch.as_tensor(rng.standard_normal((n_signals, *channels, *support)))
    return make_dictionary(model, D), X


def restricted(dictionary, X, positive=False):
    codes = dictionary.correlate(X).shape[2:]
    return Restricted(dictionary, X, codes, LMBD, positive)


@cases
def test_matrix_is_that_of_the_gram(model, channels, atom, support):
    dictionary, X = problem(model, channels, atom, support)
    b = dictionary.correlate(X)
    basis = torch.eye(b[0].numel(), dtype=b.dtype).reshape(-1, *b.shape[1:])
    G = dictionary.gram(X).apply(basis).flatten(1)
    everywhere = torch.nonzero(torch.ones_like(b[0]))
    found = restricted(dictionary, X).matrix(everywhere)
    torch.testing.assert_close(found, G, rtol=0, atol=1e-12)


@cases
@pytest.mark.parametrize("positive", [False, True])
def test_solution_is_optimal_on_its_support(model, channels, atom, support, positive):
    dictionary, X = problem(model, channels, atom, support)
    b = dictionary.correlate(X)
    allowed = torch.rand(b[0].shape, generator=torch.manual_seed(0)) < 0.3
    z = restricted(dictionary, X, positive).solve(allowed.to(b), b[0])
    slope = (b - dictionary.gram(X).apply(z[None]))[0]
    assert not z[~allowed].any() and (z != 0).any()
    used = z != 0
    torch.testing.assert_close(
        slope[used], LMBD * z[used].sign(), rtol=0, atol=1e-4 * LMBD
    )
    bound = slope[allowed] if positive else slope[allowed].abs()
    assert bound.max() <= LMBD * (1 + 1e-4)
    assert not positive or (z >= 0).all()


def test_equal_atoms_do_no_harm():
    rng = np.random.default_rng(0)
    D = unit_atoms(rng.standard_normal((2, 3, 7)))
    dictionary = make_dictionary("rank1", np.concatenate([D, D]))
    X = torch.as_tensor(rng.standard_normal((2, 3, 60)))
    twice = certified_codes(dictionary, X, LMBD, tol=1e-9)
    once = certified_codes(make_dictionary("rank1", D), X, LMBD, tol=1e-9)
    torch.testing.assert_close(twice.values, once.values, rtol=1e-8, atol=0)


def test_no_support_and_too_large_a_support_are_left_alone(monkeypatch):
    dictionary, X = problem("rank1", (3,), (7,), (30,))
    b = dictionary.correlate(X)
    solver = restricted(dictionary, X)
    zero, full = torch.zeros_like(b[0]), torch.ones_like(b[0])
    assert solver.solve(zero, b[0]) is zero
    monkeypatch.setattr(module, "MAX_SUPPORT", full.numel() - 1)
    assert solver.solve(full, b[0]) is full


def recordings():
    """Smooth waveforms, whose neighbouring codes are nearly exchangeable."""
    rng = np.random.default_rng(0)
    times = np.linspace(0, 1, 40)
    v = unit_atoms(np.sin(2 * np.pi * times * np.arange(1, 5)[:, None]))
    u = unit_atoms(rng.standard_normal((4, 5)))
    X = rng.standard_normal((3, 5, 400))
    return make_dictionary("rank1", u[:, :, None] * v[:, None]), torch.as_tensor(X)


@pytest.mark.parametrize("positive", [False, True])
def test_recordings_are_certified_in_far_fewer_iterations(monkeypatch, positive):
    dictionary, X = recordings()
    options = {"lmbd": 1.5, "positive": positive, "tol": 1e-7}
    few = certified_codes(dictionary, X, max_iter=100, **options)
    assert few.relative_gap <= 1e-7
    monkeypatch.setattr(Restricted, "solve", lambda self, z, b: z)
    alone = certified_codes(dictionary, X, max_iter=200, **options)
    assert alone.relative_gap > 1e-7
    assert (few.values <= alone.values).all()


def test_codes_are_never_made_worse(monkeypatch):
    dictionary, X = recordings()
    reference = certified_codes(dictionary, X, 1.5)
    noise = torch.randn(reference.Z.shape, generator=torch.manual_seed(0)).double()
    monkeypatch.setattr(Restricted, "solve", lambda self, z, b: z + noise[0])
    found = certified_codes(dictionary, X, 1.5)
    assert found.relative_gap <= 1e-6
    torch.testing.assert_close(found.values, reference.values, rtol=2e-6, atol=0)


@pytest.mark.parametrize("positive", [False, True])
def test_supports_that_are_too_large_are_solved_for_their_signs(monkeypatch, positive):
    dictionary, X = problem("rank1", (3,), (7,), (300,), n_signals=2)
    monkeypatch.setattr(restarted, "MAX_SUPPORT", 0)
    options = {"lmbd": 0.2, "positive": positive, "tol": 1e-12, "max_iter": 150}
    few = certified_codes(dictionary, X, **options)
    assert few.relative_gap <= 1e-7
    monkeypatch.setattr(restarted, "SETTLED", -1)
    alone = certified_codes(dictionary, X, **options)
    assert alone.relative_gap > 100 * few.relative_gap  # on any processor
    torch.testing.assert_close(few.values, alone.values, rtol=1e-3, atol=0)
