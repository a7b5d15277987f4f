"""Recovery of maps and of waveforms: no credit for one atom, one sign, one shift."""

import numpy as np
import pytest
from rank_one_atoms import atoms, factors

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.scoring.scores import correlations, rank_one_scores, recovery_score


def test_scores_of_the_truth_are_invariant_to_sign_order_and_shift():
    u, v = factors(6, 30, 40)
    v[:, 25:] = 0
    v = unit_atoms(v)
    D_true = u[:, :, None] * v[:, None]
    order, shifted = np.random.default_rng(2).permutation(6), np.roll(v, 15, axis=1)
    D = (-u[:, :, None] * shifted[:, None])[order]
    assert rank_one_scores(D, D_true) == pytest.approx(
        {f"recovery_{name}": 1 for name in ("u", "v", "uv", "pairs")}
    )


def test_a_waveform_cut_by_its_support_is_not_the_whole_one():
    # Zero padding: a circular shift would call these two the same.
    v = unit_atoms(np.random.default_rng(0).standard_normal((1, 40)))
    u = np.ones((1, 1))
    D_true, D = (u[:, :, None] * w[:, None] for w in (v, np.roll(v, 20, axis=1)))
    assert rank_one_scores(D, D_true)["recovery_v"] < 0.9


def test_every_atom_counts_and_random_ones_score_low():
    # Fault 3: scalar products of atom 0 only, random atoms scored 0.975.
    D_true, D = atoms(12, 204, 150), atoms(40, 204, 150, seed=1)
    assert max(rank_one_scores(D, D_true).values()) < 0.4
    D[0] = D_true[0]
    assert max(rank_one_scores(D, D_true).values()) < 0.45
    D[:11] = -D_true[:11]
    assert min(rank_one_scores(D, D_true).values()) > 11 / 12


def test_right_maps_on_the_wrong_waveforms():
    u, v = factors(4, 60, 50)
    D_true = u[:, :, None] * v[:, None]
    D = u[:, :, None] * np.roll(v, 1, axis=0)[:, None]
    scores = rank_one_scores(D, D_true)
    assert min(scores["recovery_u"], scores["recovery_v"]) == pytest.approx(1)
    assert scores["recovery_uv"] < 0.5
    assert scores["recovery_pairs"] < 0.75  # half right


def test_joint_score_is_the_correlation_of_the_atoms():
    D, D_true = atoms(5, 6, 20), atoms(3, 6, 20, seed=3)
    joint = rank_one_scores(D, D_true)["recovery_uv"]
    assert joint == pytest.approx(recovery_score(correlations(D, D_true)))
