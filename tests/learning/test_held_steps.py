"""The line search goes on where larger L makes each better dictionary look worse."""

from math import inf

import numpy as np
import pytest
import torch

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.fixed_codes import FixedCodes
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Convolutional
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.sampling import FullBatch
from benchmark_utils.learning.updates import gradient
from benchmark_utils.learning.updates.gradient import GradientUpdate
from benchmark_utils.signals.images import WholeImage
from benchmark_utils.signals.photographs import load_gray_image

N_LAYERS, N_STEPS = 20, 15


def image_problem(side=48, n_atoms=50):
    """A noisy photograph, whose low frequencies make the learned atoms alike."""
    rng = np.random.default_rng(0)
    clean = load_gray_image("flower", side)
    X = WholeImage(clean, sigma2=0.1, rng=rng).signals()
    D = unit_atoms(rng.standard_normal((n_atoms, 1, 8, 8)))
    return torch.as_tensor(X), Convolutional.from_array(D)


X, START = image_problem()
LMBD = 0.1 * START.correlate(X).abs().max().item()


def certified(dictionary):
    return certified_codes(dictionary, X, LMBD, tol=1e-3).values.sum().item()


def learned(K, network_class=Unrolled):
    """The certified loss over that of the start, and the learner."""
    network = network_class(N_LAYERS, LMBD, backprop_depth=K)
    learner = Learner(START, network, GradientUpdate(), FullBatch(X, torch.float64))
    while learner.n_steps < N_STEPS and learner.step():
        pass
    return certified(learner.learned) / certified(START), learner


@pytest.mark.slow
@pytest.mark.parametrize("K", [0, 10])
def test_learning_goes_on_where_L_increases(K, monkeypatch):
    after, learner = learned(K)
    assert learner.n_steps == N_STEPS and learner.update.held
    assert 1 - after > 0.7 * (1 - learned(0, FixedCodes)[0])
    monkeypatch.setattr(gradient, "PROMISE", inf)  # step sizes are never held
    early, learner = learned(K)
    assert learner.n_steps < N_STEPS
    assert 1 - early < (1 - after) / 2


def test_the_gradient_is_that_of_the_loss_with_its_step_sizes():
    network = Unrolled(N_LAYERS, LMBD, backprop_depth=N_LAYERS)
    found = network.gradient(START, X)
    turned = START.moved(found.params, 1e-7 / found.params[0].norm().item())
    predicted = sum(
        (g * (p - q)).sum().item()
        for g, p, q in zip(found.params, turned.params, START.params, strict=True)
    )
    held = network.with_lipschitz(found.lipschitz)
    change = held.loss(turned, X) - found.loss
    assert change == pytest.approx(predicted, rel=1e-2)
    free = network.loss(turned, X) - found.loss  # with those of the new dictionary
    assert free != pytest.approx(predicted, rel=1e-2)
