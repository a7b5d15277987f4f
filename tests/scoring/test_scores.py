"""Recovery scores: invariances, known values, and no credit where none is due."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.scoring.scores import (
    atom_scores,
    correlations,
    match,
    recovery_score,
)


def random_atoms(shape, seed=0):
    return unit_atoms(np.random.default_rng(seed).standard_normal(shape))


def scores(D, D_true):
    C = correlations(D, D_true)
    return recovery_score(C), atom_scores(C, match(C))["recovered_atoms"]


@pytest.mark.parametrize("shape", [(12, 20), (6, 3, 9), (5, 1, 4, 4)])
def test_truth_up_to_sign_and_permutation(shape):
    D = random_atoms(shape)
    rng = np.random.default_rng(1)
    signs = rng.choice([-1, 1], shape[0]).reshape(-1, *[1] * (len(shape) - 1))
    assert scores(D, D) == pytest.approx((1, 1))
    assert scores((signs * D)[rng.permutation(shape[0])], D) == pytest.approx((1, 1))


def test_hand_worked_case():
    # Correlations |D D_trueᵀ| = [[0.8, 0.6], [0.6, 0.8]]: the diagonal matches, 0.8.
    D = np.array([[1.0, 0.0], [0.0, 1.0]])
    D_true = np.array([[0.8, -0.6], [0.6, 0.8]])
    np.testing.assert_allclose(correlations(D, D_true), [[0.8, 0.6], [0.6, 0.8]])
    assert scores(D, D_true) == pytest.approx((0.8, 0))


def test_matching_is_one_to_one():
    # Two copies of one true atom earn it once: greedy maxima would say 1.
    D_true = np.eye(3)
    D = np.eye(3)[[0, 0, 1]]
    assert scores(D, D_true) == pytest.approx((2 / 3, 2 / 3))


def test_every_atom_counts_and_random_ones_score_low():
    # Fault 3 of the paper's code: only atom 0 was compared, random atoms got 0.975.
    D_true = random_atoms((30, 50))
    D = random_atoms((30, 50), seed=1)
    D[0] = D_true[0]
    score, fraction = scores(D, D_true)
    assert score < 0.5
    assert fraction == pytest.approx(1 / 30)


def test_atoms_that_are_missing_count_zero():
    D_true = np.eye(4)
    assert scores(D_true[:2], D_true) == pytest.approx((0.5, 0.5))


def test_shifted_convolutional_atoms_match():
    rng = np.random.default_rng(0)
    pulse = np.zeros((2, 3, 20))
    pulse[:, :, :12] = rng.standard_normal((2, 3, 12))
    D_true = unit_atoms(pulse)
    shifted = -np.roll(D_true, 8, axis=2)
    assert scores(shifted, D_true) == pytest.approx((1, 1))
    assert np.abs(shifted.reshape(2, -1) @ D_true.reshape(2, -1).T).max() < 0.9


def test_matching_gives_the_correlations_back_as_they_were():
    C = np.random.default_rng(0).random((7, 5))
    kept = C.copy()
    found, expected = match(C), linear_sum_assignment(C, maximize=True)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(C, kept)
    C[0, 0] = np.nan
    with pytest.raises(ValueError, match="invalid"):
        match(C)
    assert (C[1:] >= 0).all()
