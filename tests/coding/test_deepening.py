"""Layers that double where codes of convolutions need it, and Block-AM with them."""

import numpy as np
import pytest
import torch
from conv_peers import make

from benchmark_utils.coding.deepening import MOST, Deepening
from benchmark_utils.coding.growing import Growing
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.problem.initial import unit_atoms

WALK = np.random.default_rng(0).standard_normal((1, 1, 1500)).cumsum(2)
WALK /= np.sqrt((WALK**2).mean())
NOISE = np.random.default_rng(0).standard_normal((1, 2, 90))


def encoder_at_work(X, n_layers, atoms, steps=(10, 15, 22, 33), **options):
    """Encoder, dictionary and signals after codes at those steps."""
    network = Unrolled(n_layers, 0.1, backprop_depth=0)
    encoder = Deepening(network, **options)
    dictionary, X = make_dictionary("conv", unit_atoms(atoms)), torch.as_tensor(X)
    for step in steps:
        encoder.codes(dictionary, X, step)
    return encoder, dictionary, X


# Smooth atoms are much alike at neighbouring shifts.
SMOOTH = np.random.default_rng(1).standard_normal((3, 1, 24)).cumsum(2)
DISTINCT = np.eye(2, 6)[None].repeat(2, 0) * [[[1.0]], [[-1.0]]]


def test_layers_double_until_twice_as_many_gain_next_to_nothing():
    encoder, dictionary, X = encoder_at_work(
        WALK, 10, SMOOTH, [10, 20, 50, 51, 76, 114, 171]
    )
    n_layers = encoder.at(0).n_layers
    assert 40 <= n_layers <= MOST
    network, twice = encoder.at(0), encoder.at(0).with_layers(2 * n_layers)
    losses = [net.loss(dictionary, X) for net in (network, twice)]
    assert n_layers == 2**5 * 10 or losses[1] >= 0.99 * losses[0]


def test_layers_that_are_enough_stay():
    encoder, *_ = encoder_at_work(NOISE, 30, DISTINCT)
    assert encoder.at(0).n_layers == 30


def test_codes_are_those_of_the_layers_that_it_has_now():
    encoder, dictionary, X = encoder_at_work(WALK, 5, SMOOTH, ())
    five, ten = (Unrolled(n, 0.1, backprop_depth=0) for n in (5, 10))
    for step, network in [(0, five), (9, five), (50, ten), (51, ten)]:
        Z = encoder.codes(dictionary, X, step)
        torch.testing.assert_close(Z, network.codes(dictionary, X))


def test_growth_is_over_first():
    network = Growing(Unrolled(8, 0.1, backprop_depth=0), 2, 20)
    encoder = Deepening(network, first_check=20)
    dictionary, X = make_dictionary("conv", unit_atoms(SMOOTH)), torch.as_tensor(WALK)
    depths = []
    for step in range(22):
        encoder.codes(dictionary, X, step)
        depths.append(encoder.at(step).n_layers)
    assert depths[:20] == sorted(depths[:20]) and depths[19] < 8
    assert depths[20] == 16


def test_more_layers_are_those_of_the_longer_network():
    for algorithm in ("fista", "ista"):
        short, long = (Unrolled(n, 0.1, algorithm, 0) for n in (4, 11))
        assert short.with_layers(11).momenta == long.momenta
        assert short.with_factors([2.0] * 4).with_layers(6).factors.tolist() == (
            [2.0] * 4 + [1.0] * 2
        )


@pytest.mark.slow
@pytest.mark.parametrize("model, positive", [("conv", False), ("rank1", True)])
def test_block_am_ends_where_more_layers_from_the_start_do(model, positive):
    D = unit_atoms(np.random.default_rng(3).standard_normal((4, 1, 24)))
    options = {"model": model, "positive": positive, "device": "cpu", "reg": 0.3}
    ends = [_end(D, **options), _end(D, **options, n_layers=240)]
    assert ends[0] <= 1.005 * ends[1]


def _end(D, **options):
    """Loss of codes of 600 layers after 100 steps."""
    solver, _ = make("Block-AM", WALK, D, **options)
    solver.start()
    for _ in range(100):
        solver.step()
    network = Unrolled(600, options["reg"], backprop_depth=0)
    network.positive = options["positive"]
    return network.loss(solver.learner.learned, torch.as_tensor(WALK).float())
