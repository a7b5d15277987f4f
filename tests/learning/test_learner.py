"""The learner: full-batch losses fall, phases and epochs end, dead ends are ends."""

import math

import numpy as np
import pytest
import torch
from problems import dense_problem

from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.line_search import LineSearch, NormalisedSteps
from benchmark_utils.learning.sampling import FullBatch, MiniBatches
from benchmark_utils.learning.updates.gradient import GradientUpdate
from benchmark_utils.learning.updates.step_sizes import StepSizes

X, D_TRUE, D_INIT = dense_problem(n_signals=200)


def make(
    K,
    batches=None,
    algorithm="fista",
    dtype=torch.float64,
    search=None,
    learn_steps=False,
    **options,
):
    dictionary = Dense.from_array(D_INIT, dtype=dtype)
    network, update = Unrolled(10, 0.1, algorithm, K), GradientUpdate(search)
    if learn_steps:
        update = StepSizes(update)
    batches = batches or FullBatch(X, dtype)
    return Learner(dictionary, network, update, batches, **options)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("algorithm", ["ista", "fista"])
@pytest.mark.parametrize("K", [0, 4, 10])
@pytest.mark.parametrize("learn_steps", [False, True])
def test_full_batch_never_increases_its_loss(K, algorithm, learn_steps, dtype):
    learner = make(K, algorithm=algorithm, dtype=dtype, learn_steps=learn_steps)
    if learn_steps and K > 0:
        learner.update.next_phase()
    losses = []
    for _ in range(30):
        going = learner.step()
        losses.append(learner.loss)
        if not going:
            break
    assert len(losses) > 3
    assert all(b <= a for a, b in zip(losses, losses[1:], strict=False))
    assert losses[-1] < 0.95 * losses[0]
    norms = np.linalg.norm(learner.dictionary.to_array(), axis=1)
    np.testing.assert_allclose(norms, 1, atol=1e-6)


def test_full_batch_ends_where_the_gradient_vanishes():
    learner = make(K=10, tol=1e-9)
    while learner.step():
        assert learner.n_steps < 20_000
    grads = learner.encoder.gradient(learner.dictionary, learner.batches.draw()).params
    start = make(K=10).encoder.gradient(Dense.from_array(D_INIT), torch.as_tensor(X))
    tangent = learner.dictionary.tangent(grads)[0].norm()
    assert tangent < 0.02 * start.params[0].norm()


@pytest.mark.slow
def test_second_phase_comes_after_convergence_and_gains():
    fixed, learned = make(K=10), make(K=10, learn_steps=True)
    while fixed.step():
        pass
    while learned.step():
        if not learned.update.second_phase:
            np.testing.assert_array_equal(learned.encoder.factors, 1)
    assert learned.update.second_phase
    assert (learned.encoder.factors != 1).all()
    assert (learned.encoder.factors > 0).all()
    assert learned.loss < fixed.loss


def test_step_gradients_do_not_leak_into_the_dictionary_phase():
    # Fault 6 of the paper's code: steps.grad was never zeroed.
    plain, stepped = make(K=10), make(K=10, learn_steps=True)
    for _ in range(5):
        plain.step(), stepped.step()
    np.testing.assert_array_equal(
        plain.dictionary.to_array(), stepped.dictionary.to_array()
    )


def test_mini_batches_are_seeded_and_cover_the_signals():
    signals = np.arange(20.0)[:, None]

    def draw(seed, n):
        batches = MiniBatches(signals, 6, np.random.default_rng(seed))
        return torch.cat([batches.draw() for _ in range(n)])[:, 0].tolist()

    assert draw(0, 7) == draw(0, 7)
    assert draw(0, 7) != draw(1, 7)
    first_pass = draw(0, 3)
    assert len(set(first_pass)) == 18  # each at most once before a reshuffle
    assert MiniBatches(signals, 100, np.random.default_rng(0)).draw().shape == (20, 1)
    with pytest.raises(ValueError, match="batch_size"):
        MiniBatches(signals, 0, np.random.default_rng(0))


def test_stochastic_learning_ends_after_its_epochs_and_learns():
    batches = MiniBatches(X, 50, np.random.default_rng(0), 20, torch.float64)
    learner = make(0, batches, search=LineSearch(decay=0.5), n_epochs=3)
    signals = torch.as_tensor(X)
    before = learner.encoder.loss(learner.dictionary, signals)
    while learner.step():
        pass
    assert learner.n_steps == 60
    assert learner.update.search.max_turn == pytest.approx(0.3 * 0.5**3)
    assert learner.encoder.loss(learner.dictionary, signals) < 0.9 * before


def test_stochastic_steps_are_learned_in_the_second_half():
    batches = MiniBatches(X, 50, np.random.default_rng(0), 5, torch.float64)
    learner = make(10, batches, n_epochs=4, learn_steps=True)
    for _ in range(10):
        np.testing.assert_array_equal(learner.encoder.factors, 1)
        learner.step()
    learner.step()
    assert (learner.encoder.factors != 1).any()


def test_learning_steps_in_a_single_epoch_is_no_error():
    # Fault 4 of the paper's code: no epoch for the steps was an UnboundLocalError.
    batches = MiniBatches(X, 50, np.random.default_rng(0), 3, torch.float64)
    learner = make(10, batches, n_epochs=1, learn_steps=True)
    while learner.step():
        pass
    assert learner.n_steps == 3
    np.testing.assert_array_equal(learner.encoder.factors, 1)


def search_on(function, start, grad, **options):
    """Minimise a scalar function of a scalar by one search."""

    def trial(step):
        moved = start - step * grad
        return moved, lambda: (function(moved), grad * (start - moved))

    return LineSearch(**options).search(function(start), abs(grad), trial)


def test_armijo_holds_for_the_step_that_is_taken():
    # Fault 15: the paper's code compared a step with the test of another.
    found = search_on(lambda x: x * x, 1.0, 2.0, max_turn=100.0, sufficient=0.1)
    assert found**2 <= 1 - 0.1 * 2.0 * (1 - found)


def test_non_finite_losses_are_rejected():
    def wall(x):
        return math.nan if x < 0.5 else (math.inf if x < 0.6 else x * x)

    found = search_on(wall, 1.0, 2.0, max_turn=100.0)
    assert 0.6 <= found < 1


def test_no_step_where_there_is_no_descent():
    assert search_on(lambda x: -x, 1.0, 2.0) is None
    assert search_on(lambda x: x * x, 0.0, 0.0) is None
    assert search_on(lambda x: math.nan, 1.0, 2.0) is None


def test_reset_rule_and_decay():
    search = LineSearch(growth=2.0, decay=0.5, max_turn=1.0)
    search.step = 0.1
    asked = []

    def trial(step):
        asked.append(step)
        return step, lambda: (-1.0, 0.0)

    search.search(0.0, 1.0, trial)
    assert asked == [0.2]
    search.end_epoch()
    search.step = 10.0
    search.search(0.0, 4.0, trial)
    assert asked[-1] == 0.5 / 4


def stochastic(search):
    """A learner on batches of 50, after an epoch of 30 steps."""
    batches = MiniBatches(X, 50, np.random.default_rng(0), 30, torch.float64)
    learner = make(10, batches, n_epochs=1, search=search)
    while learner.step():
        pass
    return learner


def test_a_search_that_is_allowed_long_turns_rejects_some():
    learner = stochastic(LineSearch(max_turn=3.0))
    search = learner.update.search
    assert search.n_searches == learner.n_steps == 30
    assert 3 <= search.n_rejections < 3 * learner.n_steps
    assert learner.n_evaluations == 2 * learner.n_steps + search.n_rejections


def test_short_turns_are_never_rejected_and_are_normalised_steps():
    searched = stochastic(LineSearch(max_turn=0.05))
    assert searched.update.search.n_rejections == 0
    assert searched.n_evaluations == 2 * searched.n_steps
    normalised = stochastic(NormalisedSteps(max_turn=0.05))
    assert normalised.n_evaluations == normalised.n_steps
    np.testing.assert_array_equal(
        normalised.dictionary.to_array(), searched.dictionary.to_array()
    )


def test_normalised_steps_turn_the_atom_that_moves_most_by_the_turn():
    batches = MiniBatches(X, 50, np.random.default_rng(0), 2, torch.float64)
    search = NormalisedSteps(growth=math.inf, max_turn=0.2, decay=0.5)
    learner = make(10, batches, search=search)
    for turn in (0.2, 0.2, 0.1, 0.1, 0.05):
        before = learner.dictionary.to_array()
        learner.step()
        cosines = (before * learner.dictionary.to_array()).sum(axis=1)
        assert np.sqrt(1 / cosines.min() ** 2 - 1) == pytest.approx(turn)


def test_normalised_steps_grow_slowly():
    steps, asked = NormalisedSteps(growth=2.0, max_turn=1.0), []
    for steepest in (1.0, 0.1, 0.1, 5.0):
        steps.search(0.0, steepest, lambda step: (asked.append(step), None))
    assert asked == [1.0, 2.0, 4.0, 0.2]


@pytest.mark.parametrize("steepest", [0.0, math.inf, math.nan])
def test_normalised_steps_need_a_gradient(steepest):
    def trial(step):
        raise AssertionError("a step")

    assert NormalisedSteps().search(0.0, steepest, trial) is None


def test_a_zero_gradient_or_one_atom_do_no_harm():
    for D, signals in [(D_INIT[:1], X), (D_INIT, 0 * X), (D_INIT, X[:1])]:
        network = Unrolled(5, 0.1, "fista", 5)
        dictionary, batches = Dense.from_array(D), FullBatch(signals)
        learner = Learner(dictionary, network, GradientUpdate(), batches)
        learner.step()
        assert np.isfinite(learner.dictionary.to_array()).all()
