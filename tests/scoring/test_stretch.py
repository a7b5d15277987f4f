"""The stretch of a recording that results keep: what it is, and how much it weighs."""

import numpy as np
import pytest
import torch

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.scoring.stretch import (
    N_ATOMS,
    shown_channel,
    stretch,
    stretch_length,
)


def problem(n_times=30, n_atoms=6, n_times_atom=5):
    """Two signals of three channels without noise; channel 1 is the loudest."""
    rng = np.random.default_rng(0)
    D = rng.standard_normal((n_atoms, 3, n_times_atom))
    D[:, 1] *= 5
    D = unit_atoms(D)
    Z = torch.zeros(2, n_atoms, n_times - n_times_atom + 1, dtype=torch.float64)
    Z[0, 4, 3], Z[0, 2, 20], Z[1, 5, 0] = 2.0, -3.0, 100.0
    dictionary = make_dictionary("conv", D, dtype=torch.float64)
    return D, dictionary, dictionary.reconstruct(Z), Z


def test_a_stretch_is_the_start_of_the_loudest_channel():
    D, dictionary, X, Z = problem()
    found = stretch(dictionary, X, Z, 28)
    assert found["channel"] == 1
    np.testing.assert_allclose(found["signal"], X[0, 1, :28], atol=1e-6)
    expected = np.zeros(28)
    expected[3:8] += 2 * D[4, 1]
    expected[20:25] -= 3 * D[2, 1]
    np.testing.assert_allclose(found["reconstruction"], expected, atol=1e-6)


def test_a_channel_that_looks_broken_is_not_shown():
    _, dictionary, X, Z = problem()
    X[:, 2] = 40 * X[:, 1]
    assert stretch(dictionary, X, Z, 28)["channel"] == 1
    assert shown_channel(X[:, 1:2]) == 0
    assert shown_channel(X[:, 1:]) == 1  # of two channels nobody knows which one it is


def test_the_atoms_that_are_most_active_there_come_first():
    _, dictionary, X, Z = problem()
    found = stretch(dictionary, X, Z, 28)
    assert list(found["atoms"][:2]) == [2, 4]
    assert found["activations"].shape == (N_ATOMS, 28)  # codes end at sample 26
    assert found["activations"][0, 20] == -3 and found["activations"][1, 3] == 2
    assert np.count_nonzero(found["activations"]) == 2


@pytest.mark.parametrize(
    ("sfreq", "expected"), [(None, 1500), (50, 500), (150.0, 1500), (1000, 1500)]
)
def test_a_stretch_is_ten_seconds_or_less(sfreq, expected):
    assert stretch_length(sfreq) == expected
