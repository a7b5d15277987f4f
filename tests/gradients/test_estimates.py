"""Gradients of the loss of exact codes, and estimates of them; how they are scored."""

import numpy as np
import pytest
import torch
from exact_problems import LMBD, PROBLEMS, at, conv_problem, flat
from problems import dense_problem

from benchmark_utils.coding.exact import exact_codes
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense
from benchmark_utils.gradients import estimate_scores as scores
from benchmark_utils.gradients import estimates
from benchmark_utils.gradients.exact_problem import ExactProblem
from benchmark_utils.gradients.jacobians import Sensitivity, limit_jacobian
from benchmark_utils.gradients.layer_grid import next_on_grid


def mean_loss(dictionary, X):
    """``G(D)``, mean over signals."""
    Z = exact_codes(dictionary, X, LMBD)
    residual = X - dictionary.reconstruct(Z)
    return (residual.square().sum() / 2 + LMBD * Z.abs().sum()).item() / len(X)


@pytest.mark.parametrize("model", PROBLEMS)
def test_the_exact_gradient_is_that_of_finite_differences(model):
    X, dictionary = PROBLEMS[model]()
    g = estimates.analytic_gradient(dictionary, X, exact_codes(dictionary, X, LMBD))
    params = flat(dictionary)
    direction = torch.randn(len(params), generator=torch.manual_seed(0)).double()
    losses = [
        mean_loss(at(params + h * direction, dictionary), X) for h in (1e-5, -1e-5)
    ]
    slope = (losses[0] - losses[1]) / 2e-5
    assert (g @ direction).item() == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize("depth", [0, 3, None])
def test_blocks_bound_the_memory_and_change_nothing(depth, monkeypatch):
    X, dictionary = conv_problem()
    args = dictionary, X, 8, LMBD, "fista", depth
    whole = estimates.network_gradient(*args)
    sizes = []
    network = Unrolled.gradient

    def spy(self, dictionary, x):
        sizes.append(len(x))
        return network(self, dictionary, x)

    monkeypatch.setattr(Unrolled, "gradient", spy)
    monkeypatch.setattr(estimates, "MEMORY", 1)
    torch.testing.assert_close(estimates.network_gradient(*args), whole)
    assert sizes == [1] * len(X)


def test_a_depth_above_the_layers_is_all_of_them():
    X, dictionary = conv_problem()
    deep, full = (
        estimates.network_gradient(dictionary, X, 5, LMBD, "ista", K)
        for K in (20, None)
    )
    torch.testing.assert_close(deep, full, rtol=0, atol=0)
    none = estimates.network_gradient(dictionary, X, 0, LMBD)
    assert none.shape == full.shape and not none.any()


@pytest.mark.parametrize("model", PROBLEMS)
def test_implicit_differentiation_is_the_product_with_the_jacobian(model):
    X, dictionary = PROBLEMS[model]()
    Z = exact_codes(dictionary, X, LMBD)
    Z = Z * (1 + 0.1 * torch.randn(Z.shape, generator=torch.manual_seed(0)))
    J = limit_jacobian(Sensitivity(dictionary, X), Z.flatten(1))
    slope = LMBD * Z.sign() - dictionary.correlate(X - dictionary.reconstruct(Z))
    expected = estimates.analytic_gradient(dictionary, X, Z)
    expected += torch.einsum("sip,si->p", J, slope.flatten(1)) / len(X)
    found = estimates.implicit_gradient(dictionary, X, Z, LMBD)
    torch.testing.assert_close(found, expected)


def test_implicit_differentiation_is_exact_to_second_order():
    X, dictionary = PROBLEMS["dense"]()
    Z = exact_codes(dictionary, X, LMBD)
    g = estimates.analytic_gradient(dictionary, X, Z)
    errors = []
    for h in (1e-2, 1e-3):
        near = Z * (1 + h)
        found = estimates.implicit_gradient(dictionary, X, near, LMBD)
        errors.append((found - g).norm().item())
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.05)


# Scores


def test_angles_and_norms_of_a_hand_worked_case():
    exact, g = np.array([1.0, 0, 0]), np.array([3.0, 4, 0])
    assert scores.angle(g, exact) == pytest.approx(1 - 3 / 5)
    assert scores.angle(-exact, exact) == pytest.approx(2)
    assert scores.angle(np.array([1.0, 1e-9, 0]), exact) == pytest.approx(5e-19)
    assert np.isnan(scores.angle(0 * g, exact))
    assert np.isnan(scores.angle(np.full(3, np.inf), exact))
    # AM's cosine is 0.2, this one's 0.6: half of what was missing.
    assert scores.relative_difference(0.4, 0.8) == pytest.approx(0.5)
    assert scores.relative_difference(0.8, 0.4) == pytest.approx(-1)
    assert np.isnan(scores.relative_difference(1e-16, 1e-16))


def test_errors_of_jacobians_are_relative_signal_by_signal():
    exact = np.zeros((3, 2, 2))
    exact[0], exact[1, 0, 0] = 1, 5
    J = exact.copy()
    J[0, 0, 0], J[1] = 2, 0
    J[2, 1, 1] = 0.5
    np.testing.assert_allclose(scores.jacobian_errors(J, exact), [0.5, 1, 0.5])
    J[0, 0, 1] = 2
    np.testing.assert_allclose(scores.jacobian_errors(J, exact, 1), [0.5, 1, 0.5])
    np.testing.assert_allclose(scores.jacobian_errors(J, exact)[0], 0.5**0.5)


def test_supports_are_compared_both_ways():
    Z = np.array([[1.0, 0, 2], [0, 0, 1]])
    exact = np.array([[3.0, 4, 0], [0, 0, 2]])
    assert scores.support_differences(Z, exact).tolist() == [2, 0]
    wrong = np.array([[1, 0, 2], [0, 1, 1], [0, 0, 1]])
    assert scores.settled_from([1, 3, 8], wrong).tolist() == [3, 8, np.inf]


def test_the_problem_judges_what_it_is_given():
    X, _, D = dense_problem(n_signals=6)
    exact = ExactProblem(X, D, "dense", LMBD)
    am = estimates.network_gradient(
        Dense.from_array(D), torch.as_tensor(X), 5, LMBD, "fista", 0
    )
    found = exact.gradient_scores(am.numpy(), 5, "fista")
    g, g_star = am.numpy(), exact.gradient
    cosine = g @ g_star / np.linalg.norm(g) / np.linalg.norm(g_star)
    assert found["cosine"] == pytest.approx(cosine)
    assert found["error_norm"] == pytest.approx(np.linalg.norm(g - g_star))
    assert abs(found["relative_difference"]) < 1e-12  # it is AM's own
    assert exact.gradient_scores(g_star, 5, "fista")["relative_difference"] == 1
    assert exact.jacobian_errors(exact.jacobian).tolist() == [0] * len(X)
    with pytest.raises(ValueError, match=r"gradient of shape \(3,\)"):
        exact.gradient_scores(np.zeros(3), 5, "fista")


def test_the_grid_has_ten_points_a_decade_and_all_powers_of_ten():
    grid = [0]
    while grid[-1] < 10_000:
        grid.append(next_on_grid(grid[-1]))
    assert grid[1:13] == [1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25]
    assert {1, 10, 100, 1000, 10_000} <= set(grid)
    assert len([n for n in grid if 100 <= n < 1000]) == 10
    assert (grid.index(501), grid.index(3162), len(grid) - 1) == (25, 33, 38)
