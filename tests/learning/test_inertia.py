"""Momentum: atoms that go on keep it, and atoms that turn back do not."""

import numpy as np
import torch

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.learning.inertia import Inertia, going_on


def at(angles):
    """A dictionary of atoms in the plane, at angles in radians."""
    D = np.stack([np.cos(angles), np.sin(angles)], 1)
    return make_dictionary("dense", D)


def angles_of(dictionary):
    D = dictionary.to_array()
    return np.arctan2(D[:, 1], D[:, 0])


def test_an_atom_that_turns_back_has_no_momentum_at_that_step():
    inertia = Inertia(at([0.0, 1.0]), momentum=0.5)
    inertia.go_on(at([0.1, 1.1]), step=0)
    np.testing.assert_allclose(angles_of(inertia.dictionary), [0.1, 1.1])
    inertia.go_on(at([0.2, 1.0]), step=1)  # the second one turns back
    ahead, back = angles_of(inertia.dictionary)
    assert 0.24 < ahead < 0.26
    np.testing.assert_allclose(back, 1.0)
    inertia.go_on(at([0.3, 0.9]), step=2)  # now the second one goes on
    _, back = angles_of(inertia.dictionary)
    assert 0.84 < back < 0.86


def test_noise_of_batches_is_no_turn():
    last = torch.tensor([[1.0, 0.0]]).expand(3, 2)
    step = torch.tensor([[0.0, 1.0], [-0.4, 1.0], [-1.0, 0.5]])
    kept = going_on(step, last).norm(dim=1)
    assert kept.tolist() == [1, 1, 0]


def test_atoms_of_any_shape_turn_as_a_whole():
    last = torch.ones(2, 3, 4)
    step = torch.stack([torch.ones(3, 4), -torch.ones(3, 4)])
    kept = going_on(step, last)
    assert bool((kept[0] == 1).all()) and bool((kept[1] == 0).all())
