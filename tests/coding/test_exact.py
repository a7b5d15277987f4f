"""Codes to machine precision: optimal, and those of independent code."""

import numpy as np
import pytest
import torch
from exact_problems import LMBD, conv_problem
from problems import dense_problem
from sklearn.decomposition import sparse_encode

from benchmark_utils.coding import exact
from benchmark_utils.coding.exact import exact_codes, gram_matrix
from benchmark_utils.dictionaries import Dense, RankOne


def dense():
    X, _, D = dense_problem()
    return torch.as_tensor(X), Dense.from_array(D)


PROBLEMS = [dense(), conv_problem(), conv_problem(RankOne, n_channels=2)]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_codes_satisfy_the_optimality_conditions(problem):
    X, dictionary = problem
    Z = exact_codes(dictionary, X, LMBD)
    slope = dictionary.correlate(X - dictionary.reconstruct(Z))
    used = Z != 0
    assert 0.05 < used.double().mean() < 0.95
    torch.testing.assert_close(slope[used], LMBD * Z[used].sign(), rtol=0, atol=1e-13)
    assert slope[~used].abs().max() < LMBD


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_gram_matrix_is_that_of_the_operator(problem):
    X, dictionary = problem
    G = gram_matrix(dictionary, X)
    Z = torch.randn_like(dictionary.correlate(X))
    expected = dictionary.gram(X).apply(Z).flatten(1)
    torch.testing.assert_close(Z.flatten(1) @ G, expected)


def test_codes_are_those_of_scikit_learn():
    X, _, D = dense_problem()
    Z = exact_codes(Dense.from_array(D), torch.as_tensor(X), LMBD).numpy()
    theirs = sparse_encode(X, D, algorithm="lasso_cd", alpha=LMBD, max_iter=10**5)
    np.testing.assert_allclose(Z, theirs, atol=1e-3)
    ours, other = (
        ((X - z @ D) ** 2).sum() / 2 + LMBD * np.abs(z).sum() for z in (Z, theirs)
    )
    assert ours <= other


def test_opposite_atoms_get_one_of_the_solutions():
    X, _, D = dense_problem(n_signals=3)
    D[1] = -D[0]
    X = torch.as_tensor(X + D[0])
    Z = exact_codes(Dense.from_array(D), X, LMBD)
    residual = X - Z @ torch.as_tensor(D)
    assert (residual @ torch.as_tensor(D).T).abs().max() <= LMBD * (1 + 1e-8)


def test_codes_without_a_certificate_are_refused(monkeypatch):
    monkeypatch.setattr(exact, "MAX_CHANGES", 0)
    X, dictionary = conv_problem()
    with pytest.raises(ValueError, match="signal 0 has no solution that is unique"):
        exact_codes(dictionary, X, LMBD)
