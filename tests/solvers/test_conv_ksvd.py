"""Convolutional K-SVD: what each part guarantees, where it could break, the solver."""

import numpy as np
import pytest
import torch
from conv_edges import edges
from conv_peers import events, loss, losses, make, singular_ratio, steps, why_skipped

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning.conv_ksvd import (
    _towards,
    conv_ksvd_step,
    matching_pursuit,
    renew_atoms,
    update_atoms,
)
from benchmark_utils.scoring.scores import correlations, recovery_score

X, D_TRUE, D_INIT = events()
NOISE = np.random.default_rng(0).standard_normal((3, 3, 80))
MODELS = pytest.mark.parametrize("model", ["rank1", "conv"])
SIGNS = pytest.mark.parametrize("nonnegative", [False, True])


def residual(X, D, Z):
    return np.sqrt(2 * loss(X, D, Z, 0))


def assert_atoms(D, model):
    np.testing.assert_allclose(np.linalg.norm(D, axis=(1, 2)), 1, rtol=1e-12)
    if model == "rank1":
        assert singular_ratio(D).max() < 1e-12


@MODELS
@SIGNS
def test_each_atom_and_time_is_picked_once(model, nonnegative):
    n_picks = np.arange(1, 60)
    codes = [matching_pursuit(NOISE, D_INIT, model, n, nonnegative) for n in n_picks]
    for n, Z in zip(n_picks, codes, strict=True):
        # A second pick of the same place would leave fewer non-zeros than picks.
        assert (np.count_nonzero(Z, axis=(1, 2)) == n).all()
        assert not nonnegative or Z.min() >= 0
    norms = [residual(NOISE, D_INIT, Z) for Z in codes]
    assert (np.diff(norms) < 0).all()


@MODELS
def test_picks_are_the_largest_correlations_with_what_is_left(model):
    Z = np.zeros((3, 4, 69))
    dictionary = make_dictionary(model, D_INIT)
    for n in range(1, 15):
        rest = NOISE - dictionary.reconstruct(torch.as_tensor(Z)).numpy()
        c = dictionary.correlate(torch.as_tensor(rest)).numpy() * (Z == 0)
        for z, values in zip(Z, c, strict=True):
            place = np.unravel_index(np.abs(values).argmax(), values.shape)
            z[place] = values[place]
        expected = matching_pursuit(NOISE, D_INIT, model, n)
        np.testing.assert_allclose(expected, Z, atol=1e-10)


def test_stops_when_nothing_is_left():
    Z = matching_pursuit(
        np.pad(D_INIT[:1], ((0, 0), (0, 0), (30, 30))), D_INIT, "conv", 9
    )
    assert np.argwhere(Z).tolist() == [[0, 0, 30]]
    assert Z[0, 0, 30] == pytest.approx(1)
    assert not matching_pursuit(np.zeros((1, 3, 40)), D_INIT, "conv", 9).any()
    Z = matching_pursuit(NOISE, D_INIT, "conv", 10_000)
    assert np.count_nonzero(Z) <= Z.size


@MODELS
@SIGNS
@pytest.mark.parametrize("n_picks", [4, 40, 200])
def test_updates_never_increase_the_residual(model, nonnegative, n_picks):
    # 200 picks for signals of 80 samples: activations of an atom overlap everywhere.
    D = D_INIT
    for _ in range(5):
        Z = matching_pursuit(NOISE, D, model, n_picks, nonnegative)
        before = residual(NOISE, D, Z)
        D, new_Z = update_atoms(NOISE, D, Z, model, nonnegative)
        after = residual(NOISE, D, new_Z)
        assert after < before < np.linalg.norm(NOISE)
        assert not new_Z[Z == 0].any()
        assert not nonnegative or new_Z.min() >= 0
        assert_atoms(D, model)


def test_one_atom_converges_to_the_rank_one_svd():
    rng = np.random.default_rng(0)
    Z = np.zeros((1, 1, 109))
    Z[0, 0, ::12] = rng.standard_normal(10)  # windows side by side
    signals, D = rng.standard_normal((1, 3, 120)), D_INIT[:1]
    for _ in range(200):
        D, Z = update_atoms(signals, D, Z, "conv")
    windows = signals[0].reshape(3, 10, 12).swapaxes(0, 1).reshape(10, 36)
    _, singular, V = np.linalg.svd(windows)
    assert abs(D.ravel() @ V[0]) == pytest.approx(1)
    assert residual(signals, D, Z) == pytest.approx(np.linalg.norm(singular[1:]))


def test_a_power_step_gains_and_converges_to_the_svd():
    pattern, atom = np.random.default_rng(0).standard_normal((3, 12)), D_INIT[0]
    gains = [np.vdot(pattern, atom)]
    for _ in range(200):
        atom = _towards(pattern, atom)
        gains.append(np.vdot(pattern, atom))
    assert_atoms(atom[None], "rank1")
    assert gains[1] > gains[0] and (np.diff(gains) > -1e-12).all()
    assert gains[-1] == pytest.approx(np.linalg.svd(pattern)[1][0])


def test_a_power_step_from_an_orthogonal_atom_goes_to_the_best_one():
    u, v = np.eye(3)[0], np.eye(12)
    new = _towards(2 * np.outer(u, v[3]), np.outer(u, v[5]))
    np.testing.assert_allclose(np.abs(new), np.outer(u, v[3]), atol=1e-12)


def test_a_step_has_no_svd(monkeypatch):
    signals, _, D = events(n_activations=6)

    def none(*args, **options):
        raise AssertionError("an SVD")

    monkeypatch.setattr(np.linalg, "svd", none)
    assert len(conv_ksvd_step(signals, D, "rank1")) == len(D)


@MODELS
def test_an_atom_without_activation_becomes_the_worst_window(model):
    Z = matching_pursuit(X, D_INIT, model, 12)
    Z[:, [0, 2]] = 0
    D = renew_atoms(X, D_INIT, Z, model)
    np.testing.assert_array_equal(D[[1, 3]], D_INIT[[1, 3]])
    assert_atoms(D, model)
    left = X - make_dictionary("conv", D_INIT).reconstruct(torch.as_tensor(Z)).numpy()
    windows = np.lib.stride_tricks.sliding_window_view(left, 12, axis=2)
    errors = (windows**2).sum(axis=(1, 3))
    s, t = np.unravel_index(errors.argmax(), errors.shape)
    worst = unit_atoms(windows[s, :, t][None])
    expected = make_dictionary("rank1", worst).to_array() if model == "rank1" else worst
    np.testing.assert_allclose(D[0], expected[0], atol=1e-12)
    assert correlations(D[:1], D[2:3]) < 0.99  # another window


def test_a_perfect_representation_renews_nothing():
    Z = np.zeros((1, 4, 40))
    Z[0, 0, 7] = 2
    signals = make_dictionary("conv", D_INIT).reconstruct(torch.as_tensor(Z)).numpy()
    np.testing.assert_array_equal(renew_atoms(signals, D_INIT, Z, "conv"), D_INIT)


@pytest.mark.slow
@MODELS
@SIGNS
def test_recovers_planted_atoms(model, nonnegative):
    signals, D_true, D_init = events(
        n_signals=20, n_times=150, n_activations=2, sigma=0, signed=not nonnegative
    )
    D = D_init
    for _ in range(30):
        D = conv_ksvd_step(signals, D, model, 2, nonnegative)
    assert recovery_score(correlations(D_init, D_true)) < 0.8
    assert recovery_score(correlations(D, D_true)) > 0.95


EDGES = edges(X, D_INIT) | {
    "an all-zero recording": (np.zeros((1, 3, 100)), D_INIT),
    "a constant recording": (np.ones((1, 3, 100)), D_INIT),
    "atoms of one sample": (X, unit_atoms(D_INIT[:, :, 3:4])),
    "twins": (X, D_INIT[[0, 0, 1, 2]]),
    "signals that are atoms": (D_INIT.copy(), D_INIT),
}


@pytest.mark.filterwarnings("error")
@MODELS
@SIGNS
@pytest.mark.parametrize("n_activations", [1, None])
@pytest.mark.parametrize("edge", EDGES)
def test_edges_do_no_harm(edge, n_activations, model, nonnegative):
    signals, D_init = EDGES[edge]
    given = signals.copy(), D_init.copy()
    D = D_init
    for _ in range(3):
        D = conv_ksvd_step(signals, D, model, n_activations, nonnegative)
        assert D.shape == D_init.shape
        assert_atoms(D, model)
    np.testing.assert_array_equal(signals, given[0])
    np.testing.assert_array_equal(D_init, given[1])


@MODELS
@SIGNS
def test_solver_starts_at_D_init_and_the_loss_decreases(model, nonnegative):
    solver, objective = make("Conv-KSVD", X, D_INIT, model, positive=nonnegative)
    results = steps(solver, 10)
    np.testing.assert_array_equal(results[0]["D"], D_INIT)
    assert [result["n_steps"] for result in results] == list(range(11))
    values = losses(objective, results)
    assert values[1] < values[0] and values[-1] < 0.9 * values[0]


def test_default_is_as_many_activations_as_fit():
    solver, _ = make("Conv-KSVD", X, D_INIT)
    chosen, _ = make("Conv-KSVD", X, D_INIT, n_activations=100 // 12)
    other, _ = make("Conv-KSVD", X, D_INIT, n_activations=2)
    first, same, different = (steps(s, 1)[1]["D"] for s in (solver, chosen, other))
    np.testing.assert_array_equal(first, same)
    assert not np.allclose(first, different)


@pytest.mark.parametrize(
    "problem, reason",
    [
        ({"model": "dense"}, "does conv, rank1 data only"),
        ({"atom_shape": (1, 3, 3)}, "not images"),
        ({}, None),
        ({"model": "rank1", "positive": False}, None),
    ],
)
def test_skips_with_the_reason(problem, reason):
    why = why_skipped("Conv-KSVD", **{"X": X, "atom_shape": (3, 12)} | problem)
    assert why is None if reason is None else reason in why
