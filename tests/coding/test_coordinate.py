"""Codes of small convolutional atoms by coordinate descent."""

import numpy as np
import pytest
import torch

from benchmark_utils.coding import certified
from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.coordinate import CoordinateDescent
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms

CASES = [((1,), (4, 5), (17, 19)), ((2,), (3, 3), (12, 9)), ((3,), (7,), (60,))]


def problem(channels, atom, support, n_signals=2, n_atoms=6):
    rng = np.random.default_rng(0)
    D = unit_atoms(rng.standard_normal((n_atoms, *channels, *atom)))
    X = torch.as_tensor(rng.standard_normal((n_signals, *channels, *support)))
    X[1:] *= 0.1  # done sooner than the first one
    return make_dictionary("conv", D), X


@pytest.mark.slow
@pytest.mark.parametrize("channels, atom, support", CASES)
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("lmbd", [0.05, 0.7])
def test_the_value_is_that_of_fista(
    monkeypatch, channels, atom, support, positive, lmbd
):
    dictionary, X = problem(channels, atom, support)
    found = certified_codes(dictionary, X, lmbd, positive, tol=1e-9)
    monkeypatch.setattr(certified, "LARGEST_ATOM", 0)
    expected = certified_codes(dictionary, X, lmbd, positive, tol=1e-9)
    assert max(found.relative_gap, expected.relative_gap) <= 1e-9
    torch.testing.assert_close(found.values, expected.values, rtol=1e-8, atol=0)
    assert not positive or (found.Z >= 0).all()


def test_a_warm_start_at_the_solution_costs_nothing(monkeypatch):
    dictionary, X = problem(*CASES[0])
    codes = certified_codes(dictionary, X, 0.1, tol=1e-8)
    monkeypatch.setattr(CoordinateDescent, "advance", None)
    again = certified_codes(dictionary, X, 0.1, tol=1e-8, Z_init=codes.Z)
    torch.testing.assert_close(again.Z, codes.Z)


def test_equal_atoms_do_no_harm():
    dictionary, X = problem(*CASES[0])
    twice = make_dictionary("conv", np.concatenate([dictionary.to_array()] * 2))
    found = certified_codes(twice, X, 0.1, tol=1e-7)
    expected = certified_codes(dictionary, X, 0.1, tol=1e-7)
    assert found.relative_gap <= 1e-7
    torch.testing.assert_close(found.values, expected.values, rtol=2e-7, atol=0)


def test_an_image_takes_few_sweeps():
    # With as many codes that are not zero as pixels, as at the default λ of images.
    dictionary, X = problem((1,), (8, 8), (40, 40), n_signals=1, n_atoms=30)
    found = certified_codes(dictionary, X, 0.1, max_iter=60)
    assert found.relative_gap <= 1e-6
    assert (found.Z != 0).sum() > 0.8 * X.numel()
