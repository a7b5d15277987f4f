"""Codes recomputed from checkpoints: the same gradient, from less memory."""

import numpy as np
import pytest
import torch
from problems import dense_problem

from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms

N, LMBD = 11, 0.1


def problem(model):
    if model == "dense":
        X, _, D = dense_problem()
    else:
        rng = np.random.default_rng(0)
        D = unit_atoms(rng.standard_normal((3, 4, 5)))
        X = rng.standard_normal((6, 4, 30))
    return make_dictionary(model, D), torch.as_tensor(X)


@pytest.mark.parametrize("algorithm", ["ista", "fista"])
@pytest.mark.parametrize("model", ["dense", "rank1", "conv"])
@pytest.mark.parametrize("K", [0, 1, 2, 5, 9, 10, N])
def test_gradients_are_bit_equal(model, K, algorithm, monkeypatch):
    dictionary, X = problem(model)
    monkeypatch.setattr(type(dictionary), "block_size", lambda self, X: 4)
    kept, recomputed = (
        Unrolled(N, LMBD, algorithm, K, checkpoint=checkpoint).gradient(
            dictionary, X, with_steps=True
        )
        for checkpoint in (False, True)
    )
    assert recomputed.loss == kept.loss
    for one, other in zip(recomputed.params, kept.params, strict=True):
        assert torch.equal(one, other)
    assert np.array_equal(recomputed.steps, kept.steps)
    assert torch.equal(recomputed.usage, kept.usage)


def held(n_layers, checkpoint):
    """Codes in the buffers of one gradient, in codes of the block."""
    dictionary, X = problem("dense")
    net = Unrolled(n_layers, LMBD, checkpoint=checkpoint)
    net.gradient(dictionary, X)
    return net.workspace.entries() / (len(X) * dictionary.n_atoms)


def test_one_code_is_kept_a_layer_and_nothing_else():
    assert held(101, False) - held(1, False) == 100
    assert held(1, False) <= 10


def test_checkpoints_keep_three_roots_of_them():
    assert held(100, True) == held(1, True) + 3 * (10 - 1)
    assert held(400, True) == held(1, True) + 3 * (20 - 1)
