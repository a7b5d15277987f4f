"""The reverse recursion against the autograd tape, and what it must tend to."""

import numpy as np
import pytest
import torch
from problems import dense_problem, tape_loss

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.coding.momentum import momenta
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense, dense, make_dictionary
from benchmark_utils.dictionaries.dense import DenseGram

N = 8
LMBD = 0.1


def make(K, algorithm="fista", positive=False, n_layers=N, learned=True):
    X, _, D = dense_problem()
    net = Unrolled(n_layers, LMBD, algorithm, K, positive)
    if learned:
        net.factors = np.linspace(0.5, 1.3, n_layers)
    return torch.as_tensor(X), Dense.from_array(D), net


def tape_gradient(X, dictionary, net):
    D = dictionary.params[0].clone().requires_grad_()
    factors = torch.tensor(net.factors, requires_grad=True)
    loss = tape_loss(D, X, net, factors, dictionary.gram().norm())
    wrt_D, wrt_factors = torch.autograd.grad(loss, [D, factors], allow_unused=True)
    return loss.item(), wrt_D, torch.zeros(0) if wrt_factors is None else wrt_factors


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("algorithm", ["ista", "fista"])
@pytest.mark.parametrize("K", range(N + 1))
def test_gradient_is_that_of_the_tape(K, algorithm, positive):
    X, dictionary, net = make(K, algorithm, positive)
    gradient = net.gradient(dictionary, X, with_steps=True)
    loss, wrt_D, wrt_factors = tape_gradient(X, dictionary, net)
    assert gradient.loss == pytest.approx(loss, rel=1e-12)
    torch.testing.assert_close(gradient.params[0], wrt_D, rtol=1e-10, atol=1e-10)
    assert not gradient.steps[: N - K].any()
    expected = wrt_factors.numpy()[N - K :]
    np.testing.assert_allclose(gradient.steps[N - K :], expected, rtol=1e-9, atol=1e-10)


def test_factors_of_early_layers_matter_only_to_deep_gradients():
    X, dictionary, net = make(K=N)
    assert np.abs(net.gradient(dictionary, X, with_steps=True).steps[1:]).min() > 0


@pytest.mark.parametrize("algorithm", ["ista", "fista"])
def test_gradcheck(algorithm):
    X, dictionary, net = make(N, algorithm)
    norm = dictionary.gram().norm()

    class Frozen(Dense):
        """L held at its value, as the recursion holds it."""

        def gram(self, X):
            gram = DenseGram(self.params[0])
            gram.norm = lambda: norm
            return gram

    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, D, factors):
            frozen = Frozen([D.detach()])
            network = net.with_factors(factors.detach().numpy())
            ctx.gradient = network.gradient(frozen, X, with_steps=True)
            return torch.tensor(ctx.gradient.loss, dtype=torch.float64)

        @staticmethod
        def backward(ctx, grad):
            steps = torch.as_tensor(ctx.gradient.steps)
            return grad * ctx.gradient.params[0], grad * steps

    D = dictionary.params[0].clone().requires_grad_()
    factors = torch.tensor(net.factors, requires_grad=True)
    assert torch.autograd.gradcheck(Loss.apply, (D, factors), eps=1e-7, atol=1e-5)


def test_depth_zero_is_the_analytic_gradient_of_alternating_minimisation():
    X, dictionary, net = make(K=0)
    Z, D = net.codes(dictionary, X), dictionary.params[0]
    gradient = net.gradient(dictionary, X).params[0]
    torch.testing.assert_close(gradient, Z.T @ (Z @ D - X), rtol=1e-12, atol=1e-12)


def test_deep_and_alternating_gradients_meet_when_layers_are_many():
    X, dictionary, am = make(K=0, n_layers=20_000, learned=False)
    deep = Unrolled(20_000, LMBD, "fista", 200)
    g1 = am.gradient(dictionary, X).params[0]
    g2 = deep.gradient(dictionary, X).params[0]
    codes = certified_codes(dictionary, X, LMBD, tol=1e-13).Z
    star = codes.T @ (codes @ dictionary.params[0] - X)
    assert (g1 - star).norm() < 1e-5 * star.norm()
    assert (g2 - star).norm() < 1e-5 * star.norm()


def test_blocks_of_signals_add_up(monkeypatch):
    X, dictionary, net = make(K=5)
    whole = net.gradient(dictionary, X, with_steps=True)
    codes = net.codes(dictionary, X)
    monkeypatch.setattr(Dense, "block_size", lambda self, X: 7)
    parts = net.gradient(dictionary, X, with_steps=True)
    assert parts.loss == pytest.approx(whole.loss, rel=1e-12)
    torch.testing.assert_close(parts.params[0], whole.params[0])
    np.testing.assert_allclose(parts.steps, whole.steps)
    torch.testing.assert_close(net.codes(dictionary, X), codes)
    assert net.loss(dictionary, X) == pytest.approx(whole.loss, rel=1e-12)


def test_output_is_the_proximal_point_not_the_extrapolated_one():
    # Fault 7 of the paper's code: extrapolated codes are denser.
    X, dictionary, net = make(K=0, n_layers=5, learned=False)
    gram, b = dictionary.gram(), dictionary.correlate(X)
    step, x, z = 1 / gram.norm(), torch.zeros_like(b), torch.zeros_like(b)
    for m in momenta("fista", 5):
        w = gram.descend(z, b, step, out=torch.empty_like(z))
        new = torch.sign(w) * torch.relu(w.abs() - step * LMBD)
        x, z = new, new + m * (new - x)
    codes = net.codes(dictionary, X)
    torch.testing.assert_close(codes, x)
    assert (codes != 0).sum() < (z != 0).sum()


def test_algorithm_is_what_was_asked_for():
    # Fault 1 of the paper's code: stochastic classes silently ran ISTA.
    X, dictionary, fista = make(K=0, n_layers=30, learned=False)
    ista = Unrolled(30, LMBD, "ista", 0)
    assert fista.loss(dictionary, X) < ista.loss(dictionary, X)
    assert momenta("fista", 4)[:2] == [0.0, pytest.approx(0.2817, abs=1e-4)]
    assert momenta("ista", 4) == [0.0] * 4


def test_number_of_layers_is_what_was_asked_for(monkeypatch):
    # Fault 2: the MEG experiment unrolled 10 layers for 30.
    X, dictionary, net = make(K=0, n_layers=30, learned=False)
    calls = []
    descend = DenseGram.descend
    monkeypatch.setattr(
        DenseGram, "descend", lambda *a, **k: calls.append(1) or descend(*a, **k)
    )
    net.codes(dictionary, X)
    assert len(calls) == 29  # the first layer, at z = 0, needs no product


def test_lipschitz_constant_is_the_squared_spectral_norm():
    # Fault 8: it was the Frobenius norm.
    _, dictionary, _ = make(K=0)
    D = dictionary.to_array()
    assert dictionary.gram().norm() == pytest.approx(
        np.linalg.norm(D, 2) ** 2, rel=1e-12
    )
    assert dictionary.gram().norm() < 0.9 * np.linalg.norm(D) ** 2


def test_all_zero_signal_and_single_signal():
    _, dictionary, net = make(K=N)
    X = torch.zeros(1, 10, dtype=torch.float64)
    gradient = net.gradient(dictionary, X, with_steps=True)
    assert gradient.loss == 0
    assert not gradient.params[0].any() and not gradient.steps.any()


def test_float32_is_close_to_float64():
    X, dictionary, net = make(K=N)
    single = Dense.from_array(dictionary.to_array(), dtype=torch.float32)
    g64 = net.gradient(dictionary, X)
    g32 = net.gradient(single, X.float())
    assert g32.params[0].dtype == torch.float32
    assert g32.loss == pytest.approx(g64.loss, rel=1e-5)
    error = (g32.params[0].double() - g64.params[0]).norm()
    assert error < 1e-4 * g64.params[0].norm()


@pytest.mark.parametrize(
    "options, message",
    [
        ({"n_layers": 0}, "n_layers"),
        ({"lmbd": 0}, "lmbd"),
        ({"lmbd": float("nan")}, "lmbd"),
        ({"algorithm": "adam"}, "algorithm"),
        ({"backprop_depth": 6}, "backprop_depth"),
        ({"backprop_depth": -1}, "backprop_depth"),
    ],
)
def test_bad_parameters_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        Unrolled(**{"n_layers": 5, "lmbd": 0.1, **options})


@pytest.mark.parametrize("K", [0, 3, 12])
def test_wide_dictionaries_have_the_gradients_of_the_matrix(K, monkeypatch):
    X, _, D = dense_problem(50, 10, 135)
    X, dictionary = torch.as_tensor(X), make_dictionary("dense", D)
    network = Unrolled(12, 0.1, backprop_depth=K)
    assert isinstance(dictionary.gram(X), dense.WideGram)
    wide = network.gradient(dictionary, X, with_steps=True)
    monkeypatch.setattr(dense, "WIDE", 100)
    assert isinstance(dictionary.gram(X), dense.DenseGram)
    square = network.gradient(dictionary, X, with_steps=True)
    assert wide.loss == pytest.approx(square.loss, rel=1e-12)
    torch.testing.assert_close(wide.params, square.params, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(wide.steps, square.steps, rtol=1e-9, atol=1e-12)
