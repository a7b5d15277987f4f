"""Unused atoms give way to badly coded pieces, and only those."""

import numpy as np
import pytest
import torch
from problems import dense_problem

from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.learning.replacement import Replacement, draw_pieces

X, _, D = dense_problem(n_signals=30)
NETWORK = Unrolled(10, 0.1)


def replaced(usage, coverage=1.0, signals=X):
    replacement = Replacement(np.random.default_rng(0))
    replacement.count(torch.as_tensor(usage), coverage)
    dictionary = make_dictionary("dense", D)
    found = replacement.replace(dictionary, NETWORK, torch.as_tensor(signals))
    return replacement, dictionary, found


def test_nothing_is_replaced_where_all_atoms_are_used():
    _, dictionary, found = replaced(np.full(15, 2))
    assert found is dictionary


def test_unused_atoms_become_directions_of_residuals():
    usage = np.full(15, 9)
    usage[[2, 7]] = 1, 0
    replacement, dictionary, found = replaced(usage)
    kept = np.delete(np.arange(15), [2, 7])
    np.testing.assert_array_equal(found.to_array()[kept], D[kept])
    signals = torch.as_tensor(X)
    residual = signals - dictionary.reconstruct(NETWORK.codes(dictionary, signals))
    directions = residual / residual.norm(dim=1, keepdim=True)
    for k in (2, 7):
        close = (directions @ torch.as_tensor(found.to_array()[k])).max()
        assert close == pytest.approx(1)
    assert replacement.seen == 0  # the count starts anew


def test_two_activations_a_pass_through_the_data_are_wanted():
    for coverage, changed in [(0.1, False), (1.0, False), (1.5, True)]:
        _, dictionary, found = replaced(np.full(15, 2), coverage)
        assert (found is not dictionary) == changed


def test_counts_add_up_over_batches():
    replacement = Replacement(np.random.default_rng(0))
    for _ in range(2):
        replacement.count(torch.ones(15), 0.5)
    dictionary = make_dictionary("dense", D)
    found = replacement.replace(dictionary, NETWORK, torch.as_tensor(X))
    assert found is dictionary


def test_no_residual_and_too_few_pieces():
    _, _, found = replaced(np.zeros(15), signals=0 * X)
    np.testing.assert_array_equal(found.to_array(), D)
    few = np.zeros_like(X)
    few[:2] = X[:2]
    _, _, found = replaced(np.zeros(15), signals=few)
    changed = (found.to_array() != D).any(axis=1)
    np.testing.assert_array_equal(changed, np.arange(15) < 2)


@pytest.mark.parametrize("atom", [(4,), (3, 2)])
def test_pieces_of_long_signals_are_where_the_energy_is(atom):
    support = tuple(3 * m for m in atom)
    residual = torch.zeros(2, 3, *support)
    place = (1, slice(None), *atom)
    residual[place] = 5.0  # one sample, which every piece drawn must contain
    pieces = draw_pieces(residual, atom, 3, np.random.default_rng(0))
    assert pieces.shape == (3, 3, *atom)
    assert (pieces.flatten(1).norm(dim=1) > 8).all()


def test_badly_coded_signals_are_drawn_in_proportion_to_their_energy():
    residual = torch.eye(3) * torch.tensor([1.0, 2.0, 0.0])
    rng = np.random.default_rng(0)
    drawn = [draw_pieces(residual, (), 1, rng)[0] for _ in range(400)]
    shares = torch.stack(drawn).count_nonzero(0) / 400
    np.testing.assert_allclose(shares, [0.2, 0.8, 0], atol=0.06)
