"""The Jacobian recursion against autograd, its limit against finite differences."""

import itertools

import numpy as np
import pytest
import torch
from exact_problems import LMBD, PROBLEMS, at, flat, small_dense

from benchmark_utils.coding.exact import exact_codes
from benchmark_utils.coding.momentum import extrapolations
from benchmark_utils.dictionaries import Dense
from benchmark_utils.gradients.jacobians import (
    JacobianRecursion,
    Sensitivity,
    limit_jacobian,
    limit_rates,
)

N = 6


def tape_codes(params, dictionary, X, L, algorithm, depth):
    """Codes of N layers, written naively; those before the last K are detached."""
    momenta = list(itertools.islice(extrapolations(algorithm), N))
    here = at(params, dictionary)
    x = z = torch.zeros_like(here.correlate(X))
    for k in range(N):
        if k == N - depth:
            x, z = x.detach(), z.detach()
        w = z - here.correlate(here.reconstruct(z) - X) / L
        new = w.sign() * torch.relu(w.abs() - LMBD / L)
        x, z = new, new + momenta[k] * (new - x)
    return (x.detach() if depth == 0 else x).flatten(1)


@pytest.mark.parametrize("algorithm", ["ista", "fista"])
@pytest.mark.parametrize("depth", [None, 0, 1, 4, N])
@pytest.mark.parametrize("model", PROBLEMS)
def test_the_recursion_is_that_of_autograd(model, depth, algorithm):
    X, dictionary = PROBLEMS[model]()
    sensitivity = Sensitivity(dictionary, X)
    recursion = JacobianRecursion(sensitivity, LMBD, algorithm, depth)
    for _ in range(N):
        recursion.advance()
    K = N if depth is None else depth
    args = dictionary, X, sensitivity.norm, algorithm, K
    params = flat(dictionary)
    torch.testing.assert_close(recursion.codes, tape_codes(params, *args))
    expected = torch.autograd.functional.jacobian(
        lambda p: tape_codes(p, *args), params
    )
    torch.testing.assert_close(recursion.jacobian(), expected)
    assert (recursion.jacobian().abs().max() > 0) == (K > 0)


def test_a_layer_is_that_of_theorem_2_4():
    X, dictionary = small_dense()
    D, y = dictionary.params[0], X[0]  # atoms are rows here, columns in the paper
    sensitivity = Sensitivity(dictionary, X)
    recursion = JacobianRecursion(sensitivity, LMBD)
    for _ in range(N):
        recursion.advance()
    J, z = recursion.jacobian()[0], recursion.codes[0]
    recursion.advance()
    new = recursion.jacobian()[0].reshape(len(D), *D.shape)
    J = J.reshape(len(D), *D.shape)
    on = (recursion.codes[0] != 0)[:, None]
    for row in range(len(y)):
        D_l = D[:, row]
        source = torch.outer(D_l, z) + (D_l @ z - y[row]) * torch.eye(len(D))
        J_l = J[:, :, row]
        expected = on * (J_l - (source + D @ D.T @ J_l) / sensitivity.norm)
        torch.testing.assert_close(new[:, :, row], expected)


@pytest.mark.parametrize("model", PROBLEMS)
def test_the_limit_is_that_of_finite_differences(model):
    X, dictionary = PROBLEMS[model]()
    Z = exact_codes(dictionary, X, LMBD).flatten(1)
    J = limit_jacobian(Sensitivity(dictionary, X), Z)
    params, h = flat(dictionary), 1e-6
    rng = np.random.default_rng(0)
    for p in rng.choice(len(params), 8, replace=False):
        step = torch.zeros_like(params)
        step[p] = h
        moved = [
            exact_codes(at(params + s, dictionary), X, LMBD).flatten(1)
            for s in (step, -step)
        ]
        assert ((moved[0] != 0) == (Z != 0)).all()  # or it has no derivative
        difference = (moved[0] - moved[1]) / (2 * h)
        torch.testing.assert_close(J[:, :, p], difference, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("algorithm", ["ista", "fista"])
def test_the_recursion_tends_to_the_limit(algorithm):
    X, dictionary = small_dense()
    sensitivity = Sensitivity(dictionary, X)
    Z = exact_codes(dictionary, X, 5 * LMBD)  # sparse codes: well conditioned
    limit = limit_jacobian(sensitivity, Z)
    recursion = JacobianRecursion(sensitivity, 5 * LMBD, algorithm)
    for _ in range(2000):
        recursion.advance()
    torch.testing.assert_close(recursion.jacobian(), limit, rtol=1e-6, atol=1e-8)


def test_rates_are_those_of_the_least_eigenvalue():
    X, _ = small_dense()
    D = torch.eye(5, dtype=X.dtype)
    D[1] = torch.tensor([0.6, 0.8, 0, 0, 0])  # G = [[1, 0.6], [0.6, 1]], then ones
    sensitivity = Sensitivity(Dense.from_array(D), X[:3])
    Z = torch.tensor([[1.0, 2, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    rates = limit_rates(sensitivity, Z.double())
    np.testing.assert_allclose(rates, [1 - 0.4 / 1.6, 1 - 1 / 1.6, 0])
