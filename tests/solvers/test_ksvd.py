"""K-SVD: what each half of an iteration guarantees, and where it could break."""

import numpy as np
import pytest
from problems import dense_problem
from scipy.optimize import nnls
from sklearn.decomposition import sparse_encode

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning.ksvd import (
    ksvd_step,
    omp_codes,
    renew_atoms,
    update_atoms,
)
from benchmark_utils.learning.nonnegative_pursuit import nonnegative_codes
from benchmark_utils.scoring.scores import correlations, recovery_score

X, D_TRUE, D_INIT = dense_problem(n_signals=80)


def residual(D, Z, signals=X):
    return np.linalg.norm(signals - Z @ D)


def assert_unit_norm(D):
    np.testing.assert_allclose(np.linalg.norm(D, axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize("n_nonzero", [1, 3])
def test_codes_are_sparse_and_orthogonal_to_their_residual(n_nonzero):
    Z = omp_codes(X, D_INIT, n_nonzero)
    assert (np.count_nonzero(Z, axis=1) == n_nonzero).all()
    used = Z != 0
    np.testing.assert_allclose(((X - Z @ D_INIT) @ D_INIT.T)[used], 0, atol=1e-10)


def forward_selection(x, D, n_nonzero):
    """Codes of one signal: the next atom is the one that leaves the least residual."""

    def fit(atoms):
        return np.linalg.lstsq(D[atoms].T, x, rcond=None)[0]

    def rest(atoms):
        return np.linalg.norm(x - fit(atoms) @ D[atoms])

    chosen = []
    for _ in range(n_nonzero):
        others = [[*chosen, k] for k in range(len(D)) if k not in chosen]
        chosen = min(others, key=rest)
    z = np.zeros(len(D))
    z[chosen] = fit(chosen)
    return z


@pytest.mark.parametrize("n_nonzero", [1, 2, 4])
def test_the_next_atom_is_the_one_that_leaves_the_least_residual(n_nonzero):
    expected = [forward_selection(x, D_INIT, n_nonzero) for x in X]
    np.testing.assert_allclose(omp_codes(X, D_INIT, n_nonzero), expected, atol=1e-10)


def sklearn_codes(signals, D, n_nonzero):
    return sparse_encode(signals, D, algorithm="omp", n_nonzero_coefs=n_nonzero)


def test_codes_of_orthogonal_atoms_are_those_of_sklearn():
    D = np.linalg.qr(np.random.default_rng(0).standard_normal((10, 10)))[0]
    for n_nonzero in (1, 3, 7):
        expected = sklearn_codes(X, D, n_nonzero)
        np.testing.assert_allclose(omp_codes(X, D, n_nonzero), expected, atol=1e-10)


def test_sparse_signals_have_the_codes_that_they_were_made_of():
    rng = np.random.default_rng(0)
    D = unit_atoms(rng.standard_normal((60, 50)))
    order = rng.random((200, 60)).argsort(axis=1)
    Z = np.where(order < 3, 1 + rng.random((200, 60)), 0)
    np.testing.assert_allclose(omp_codes(Z @ D, D, 3), Z, atol=1e-10)
    np.testing.assert_allclose(sklearn_codes(Z @ D, D, 3), Z, atol=1e-10)


@pytest.mark.parametrize("scale", [1e-15, 1e-6, 1e6, 1e15])
def test_codes_scale_with_the_signals(scale):
    expected = omp_codes(X, D_INIT, 3)
    codes = omp_codes(scale * X, D_INIT, 3) / scale
    np.testing.assert_allclose(codes, expected, rtol=1e-9, atol=1e-12)
    mixed = np.vstack([X[:40], scale * X[40:]])
    np.testing.assert_allclose(omp_codes(mixed, D_INIT, 3)[:40], expected[:40])


def test_rounding_is_no_code():
    D = dense_problem(n_features=20, n_atoms=30)[2]
    codes = omp_codes(D[:10], D, 5)
    np.testing.assert_allclose(codes, np.eye(30)[:10], atol=1e-12)
    assert (np.count_nonzero(codes, axis=1) == 1).all()


def test_more_atoms_than_features_are_not_used():
    codes = omp_codes(X, D_INIT, len(D_INIT))
    assert (np.count_nonzero(codes, axis=1) <= X.shape[1]).all()
    assert residual(D_INIT, codes) < 1e-6 * np.linalg.norm(X)


def test_threads_change_nothing():
    one, two = (omp_codes(X, D_INIT, 3, n_threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one, two)
    one, two = (nonnegative_codes(X, D_INIT, 3, n_threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one, two)


def exact_pursuit(x, D, n_nonzero):
    """Non-negative pursuit of one signal, with SciPy's least squares."""
    chosen, z = [], np.zeros(len(D))
    for _ in range(n_nonzero):
        corr = D @ (x - z @ D)
        corr[chosen] = -np.inf
        if corr.max() <= 1e-9:
            break
        chosen.append(corr.argmax())
        z = np.zeros(len(D))
        z[chosen] = nnls(D[chosen].T, x)[0]
    return z


@pytest.mark.parametrize("n_nonzero", [1, 2, 4, 6])
def test_non_negative_codes_are_the_best_for_the_picked_atoms(n_nonzero):
    expected = np.array([exact_pursuit(x, D_INIT, n_nonzero) for x in X])
    codes = nonnegative_codes(X, D_INIT, n_nonzero)
    np.testing.assert_allclose(codes, expected, atol=1e-6)
    assert codes.min() == 0 and (np.count_nonzero(codes, axis=1) <= n_nonzero).all()
    assert not nonnegative_codes(-np.abs(X[:3]), np.eye(10), 3).any()


def test_updates_of_non_negative_codes_stay_so_and_never_increase_the_residual():
    D = D_INIT
    for _ in range(10):
        Z = nonnegative_codes(X, D, 3)
        before, (D, new_Z) = residual(D, Z), update_atoms(X, D, Z, nonnegative=True)
        assert residual(D, new_Z) <= before * (1 + 1e-12)
        assert new_Z.min() >= 0 and not (new_Z != 0)[Z == 0].any()
        assert_unit_norm(D)


def test_default_sparsity_is_a_tenth_of_the_features():
    signals, _, D = dense_problem(n_features=30, n_atoms=40)
    assert (np.count_nonzero(omp_codes(signals, D), axis=1) == 3).all()


def test_updating_atoms_never_increases_the_residual():
    D = D_INIT
    for _ in range(10):
        Z = omp_codes(X, D, 3)
        before, (D, new_Z) = residual(D, Z), update_atoms(X, D, Z)
        assert residual(D, new_Z) <= before * (1 + 1e-12)
        assert not (new_Z != 0)[Z == 0].any()
        assert_unit_norm(D)


def test_one_atom_converges_to_the_rank_one_svd():
    D = unit_atoms(np.ones((1, 10)))
    Z = X @ D.T
    for _ in range(100):
        D, Z = update_atoms(X, D, Z)
    _, singular, V = np.linalg.svd(X)
    assert abs(D[0] @ V[0]) == pytest.approx(1)
    assert residual(D, Z) == pytest.approx(np.linalg.norm(singular[1:]))


def test_an_atom_nobody_uses_becomes_the_worst_signal():
    D = D_INIT.copy()
    Z = omp_codes(X, D, 2)
    Z[:, [4, 9]] = 0
    new = renew_atoms(X, D, Z)
    worst = np.argsort(-np.linalg.norm(X - Z @ D, axis=1))[:2]
    np.testing.assert_allclose(new[[4, 9]], unit_atoms(X[worst]))
    kept = np.setdiff1d(np.arange(len(D)), [4, 9])
    np.testing.assert_array_equal(new[kept], D[kept])


def test_the_second_of_two_twins_is_renewed():
    D = D_INIT.copy()
    D[7] = -D[2]
    new = renew_atoms(X, D, np.ones((len(X), len(D))))
    assert np.flatnonzero((new != D).any(axis=1)).tolist() == [7]


@pytest.mark.parametrize("nonnegative", [False, True])
def test_recovers_a_noiseless_exactly_sparse_dictionary(nonnegative):
    rng = np.random.default_rng(0)
    D_true = unit_atoms(rng.standard_normal((16, 12)))
    order = rng.random((600, 16)).argsort(axis=1)
    codes = rng.standard_normal((600, 16))
    codes = np.where(order < 2, np.abs(codes) if nonnegative else codes, 0)
    signals, D = codes @ D_true, unit_atoms(rng.standard_normal((16, 12)))
    D_init = D
    for _ in range(30):
        D = ksvd_step(signals, D, 2, nonnegative=nonnegative)
    assert recovery_score(correlations(D_init, D_true)) < 0.8
    assert recovery_score(correlations(D, D_true)) > 0.95


EDGES = {
    "one signal": (X[:1], D_INIT),
    "one atom": (X, D_INIT[:1]),
    "one of each": (X[:1], D_INIT[:1]),
    "a zero signal": (np.vstack([X[:20], np.zeros((1, 10))]), D_INIT),
    "only zero signals": (np.zeros((5, 10)), D_INIT),
    "signals that are atoms": (D_INIT[:5], D_INIT),
    "one feature": (X[:, :1], np.ones((3, 1))),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n_nonzero", [1, None])
@pytest.mark.parametrize("nonnegative", [False, True])
@pytest.mark.parametrize("edge", EDGES)
def test_edges_do_no_harm(edge, n_nonzero, nonnegative):
    signals, D = EDGES[edge]
    signals.flags.writeable = D.flags.writeable = False
    for _ in range(3):
        D = ksvd_step(signals, D, n_nonzero, nonnegative=nonnegative)
        assert D.shape == EDGES[edge][1].shape
        assert_unit_norm(D)
