"""Autoencoders, LISTA and Adam: losses and gradients against numpy by hand."""

import numpy as np
import pytest
import torch
from problems import dense_problem

from benchmark_utils.coding.activations import BatchTopK, Matryoshka, ReLU, TopK
from benchmark_utils.coding.autoencoder import AUX_WEIGHT, PATIENCE, Autoencoder
from benchmark_utils.coding.jump_relu import JumpReLU
from benchmark_utils.coding.lista import Lista
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.sampling import MiniBatches
from benchmark_utils.learning.updates.adam import Adam

X, _, D_INIT = dense_problem(n_signals=30)
SIGNALS, LMBD, K = torch.as_tensor(X), 0.3, 3
N_ATOMS = len(D_INIT)
RNG = np.random.default_rng(7)
ACTIVATIONS = {
    "relu": lambda: ReLU(LMBD),
    "topk": lambda: TopK(K),
    "batchtopk": lambda: BatchTopK(K),
    "matryoshka": lambda: Matryoshka(K),
    "jumprelu": lambda: JumpReLU(K, width=0.2, first=0.3),
}


def make(name, centre=None, **options):
    """An autoencoder away from its start, where nothing is special."""
    dictionary = Dense.from_array(D_INIT)
    centre = None if centre is None else torch.as_tensor(centre)
    start = Autoencoder.of(dictionary, LMBD, ACTIVATIONS[name](), centre, **options)
    noise = [0.05 * torch.as_tensor(RNG.standard_normal(p.shape)) for p in start.params]
    moved = [p + n for p, n in zip(start.params, noise, strict=True)]
    return dictionary, start.with_params(moved)


def kept_by_hand(name, a, own):
    """Which codes are kept, in numpy."""
    if name == "relu":
        return a > 0
    if name == "topk":
        return (a >= np.sort(a, axis=1)[:, [-K]]) & (a > 0)
    if name == "jumprelu":
        return (a > own[0]) & (a > 0)
    return (a >= np.sort(a.ravel())[-K * len(a)]) & (a > 0)


def loss_by_hand(name, D, W, b, *rest, bias=False, kept=None):
    """The loss of a batch; codes that are kept may be held, as by its gradient."""
    signals, rest = (X - rest[0], rest[1:]) if bias else (X, rest)
    a = signals @ W + b
    z = a * (kept_by_hand(name, a, rest) if kept is None else kept)

    def misfit(n):
        return 0.5 * ((signals - z[:, :n] @ D[:n]) ** 2).sum() / len(X)

    if name == "relu":
        return misfit(N_ATOMS) + LMBD * z.sum() / len(X)
    if name == "jumprelu":
        return misfit(N_ATOMS) + 0.5 * ((z > 0).sum() / len(X) / K - 1) ** 2
    if name == "matryoshka":
        shares = [1 / 32, 3 / 32, 7 / 32, 15 / 32, 1]
        return np.mean([misfit(max(1, round(s * N_ATOMS))) for s in shares])
    return misfit(N_ATOMS)


def differences(function, arrays, h=1e-6):
    """Gradient by central differences."""
    grads = []
    for i, array in enumerate(arrays):
        grad = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            ends = []
            for sign in (1, -1):
                moved = [x.copy() for x in arrays]
                moved[i][place] += sign * h
                ends.append(function(*moved))
            grad[place] = (ends[0] - ends[1]) / (2 * h)
        grads.append(grad)
    return grads


def torch_loss_and_grads(encoder, dictionary, step=0):
    leaves = [p.clone().requires_grad_() for p in dictionary.params + encoder.params]
    moving = encoder.with_params(leaves[1:])
    done = moving.objective(dictionary.with_params(leaves[:1]), SIGNALS, step)
    done.loss.backward()
    grads = [0 * p if p.grad is None else p.grad for p in leaves]
    return done, [g.numpy() for g in grads]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_losses_and_gradients_are_those_by_hand(name, bias):
    dictionary, encoder = make(name, X.mean(0) + 0.1 if bias else None)
    done, grads = torch_loss_and_grads(encoder, dictionary)
    arrays = [p.numpy() for p in dictionary.params + encoder.params]
    expected = loss_by_hand(name, *arrays, bias=bias)
    assert done.loss.item() == pytest.approx(expected, rel=1e-12)
    # Between two changes of the kept codes, which is where the gradient is.
    signals = X - arrays[3] if bias else X
    kept = kept_by_hand(name, signals @ arrays[1] + arrays[2], arrays[3 + bias :])
    np.testing.assert_array_equal(done.usage, kept.sum(0))
    free = arrays[: 3 + bias]
    held = [*arrays[3 + bias :]]
    numeric = differences(
        lambda *p: loss_by_hand(name, *p, *held, bias=bias, kept=kept), free
    )
    for grad, other in zip(grads, numeric, strict=False):
        np.testing.assert_allclose(grad, other, atol=1e-7)


def test_thresholds_have_the_gradient_of_a_rectangle():
    dictionary, encoder = make("jumprelu")
    _, grads = torch_loss_and_grads(encoder, dictionary)
    D = dictionary.params[0].numpy()
    W, b, theta = (p.numpy() for p in encoder.params)
    a = X @ W + b
    z = a * (a > theta) * (a > 0)
    near = np.abs(np.maximum(a, 0) - theta) < 0.1  # half of the width
    to_codes = (z @ D - X) @ D.T / len(X)
    l0 = (z > 0).sum() / len(X)
    to_count = (l0 / K - 1) / K / len(X)
    expected = -((to_codes * theta + to_count) * near).sum(0) / 0.2
    assert near.any() and np.abs(expected).max() > 0
    np.testing.assert_allclose(grads[3], expected, atol=1e-12)


def test_jumps_are_the_same_in_any_unit_of_the_signals():
    dictionary, encoder = make("jumprelu")
    done, grads = torch_loss_and_grads(encoder, dictionary)
    scale = 7.0
    W, b, theta = encoder.params
    scaled = encoder.with_params([W, scale * b, scale * theta])
    scaled.activation = JumpReLU(K, width=0.2, first=0.3, unit=scale)
    first = scaled.activation.start(N_ATOMS, W)[0]
    np.testing.assert_allclose(first, 0.3 * scale)
    leaves = [p.clone().requires_grad_() for p in scaled.params]
    other = scaled.with_params(leaves).objective(dictionary, scale * SIGNALS, 0)
    other.loss.backward()
    assert other.loss.item() == pytest.approx(scale**2 * done.loss.item(), rel=1e-12)
    for leaf, grad, power in zip(leaves, grads[1:], (2, 1, 1), strict=True):
        np.testing.assert_allclose(leaf.grad, scale**power * grad, rtol=1e-9)


def test_the_penalty_is_warmed_up():
    dictionary, encoder = make("relu", warm_up=4)
    losses = [torch_loss_and_grads(encoder, dictionary, s)[0].loss for s in range(6)]
    rises = np.diff([loss.item() for loss in losses])
    np.testing.assert_allclose(rises[:3], rises[0])
    assert rises[0] > 0
    np.testing.assert_array_equal(rises[3:], 0)


def test_the_relu_autoencoder_has_the_lambda_of_the_objective():
    # Of codes that are optimal, its loss is the objective's; that has its least there.
    dictionary, encoder = make("relu")
    z = encoder.encode(SIGNALS)
    network = Unrolled(1, LMBD, positive=True)
    expected = network.loss_of(dictionary, SIGNALS, z, LMBD) / len(X)
    loss = encoder.objective(dictionary, SIGNALS, 0).loss
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)


def test_dead_atoms_code_the_residual():
    dictionary, encoder = make("topk")
    for param in encoder.params:
        param[..., 5:9] *= 1e-4  # four atoms that are never among the strongest
    plain = torch_loss_and_grads(encoder, dictionary)[0].loss.item()
    n_batches = PATIENCE * N_ATOMS // K // len(X) + 2
    for _ in range(n_batches):
        last = torch_loss_and_grads(encoder, dictionary)[0].loss.item()
    D, (W, b) = D_INIT, (p.numpy() for p in encoder.params)
    a = X @ W + b
    residual = X - a * kept_by_hand("topk", a, ()) @ D
    assert not kept_by_hand("topk", a, ())[:, 5:9].any()
    strongest = np.maximum(a[:, 5:9], 0) @ D[5:9]
    aux = 0.5 * ((residual - strongest) ** 2).sum() / len(X)
    assert last == pytest.approx(plain + AUX_WEIGHT * aux, rel=1e-10)


def test_signals_are_coded_by_the_threshold_that_batches_had():
    dictionary, encoder = make("batchtopk")
    encoder.objective(dictionary, SIGNALS, 0)
    longer = (1 + 1e-6) * SIGNALS  # rounding must not decide at the threshold itself
    together = encoder.codes(dictionary, longer)
    alone = torch.cat([encoder.codes(dictionary, x[None]) for x in longer])
    np.testing.assert_allclose(together, alone, atol=1e-12)
    assert (together != 0).sum() == K * len(X)
    assert len(set((together != 0).sum(1).tolist())) > 1


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("n_layers", [1, 2, 5])
def test_lista_starts_as_ista(n_layers, positive):
    dictionary = Dense.from_array(D_INIT)
    lista = Lista.of(dictionary, n_layers, LMBD, positive)
    ista = Unrolled(n_layers, LMBD, "ista", positive=positive)
    assert lista.n_layers == n_layers
    codes = lista.codes(dictionary, SIGNALS)
    assert codes.any()
    np.testing.assert_allclose(codes, ista.codes(dictionary, SIGNALS), atol=1e-12)
    loss = lista.objective(dictionary, SIGNALS, 0).loss.item()
    assert loss == pytest.approx(ista.loss(dictionary, SIGNALS) / len(X), rel=1e-12)


@pytest.mark.parametrize("positive", [False, True])
def test_gradients_of_lista_are_differences_of_its_loss(positive):
    dictionary = Dense.from_array(D_INIT)
    lista = Lista.of(dictionary, 3, LMBD, positive)
    done, grads = torch_loss_and_grads(lista, dictionary)

    def loss(D, *params):
        W_e, theta, W_g = params[:3], params[3:6], params[6:]
        z = np.zeros((len(X), N_ATOMS))
        for k in range(3):
            w = X @ W_e[k] + (z @ W_g[k - 1] if k else 0)
            z = np.maximum(w - theta[k], 0)
            z = z if positive else z - np.maximum(-w - theta[k], 0)
        return (0.5 * ((X - z @ D) ** 2).sum() + LMBD * np.abs(z).sum()) / len(X)

    arrays = [p.numpy() for p in dictionary.params + lista.params]
    assert done.loss.item() == pytest.approx(loss(*arrays), rel=1e-12)
    for grad, other in zip(grads, differences(loss, arrays), strict=True):
        np.testing.assert_allclose(grad, other, atol=1e-6)


def learn(encoder, update, n_steps, batch_size=30):
    batches = MiniBatches(X, batch_size, np.random.default_rng(0))
    learner = Learner(Dense.from_array(D_INIT), encoder, update, batches)
    for _ in range(n_steps):
        learner.step()
    return learner


def test_adam_steps_by_hand():
    dictionary, encoder = make("relu")
    learner = learn(encoder, Adam(0.01, warm_up=2), 2)
    params = [p.numpy().copy() for p in dictionary.params + encoder.params]
    moments = [(0 * p, 0 * p) for p in params]
    for step in (1, 2):
        numeric = differences(lambda *p: loss_by_hand("relu", *p), params)
        numeric[0] -= (numeric[0] * params[0]).sum(1, keepdims=True) * params[0]
        for i, g in enumerate(numeric):
            m, v = moments[i]
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            moments[i] = m, v
            m, v = m / (1 - 0.9**step), v / (1 - 0.999**step)
            params[i] = params[i] - 0.01 * step / 2 * m / (np.sqrt(v) + 1e-8)
        params[0] /= np.linalg.norm(params[0], axis=1, keepdims=True)
    np.testing.assert_allclose(learner.learned.to_array(), params[0], atol=1e-5)
    np.testing.assert_allclose(learner.encoder.params[0], params[1], atol=1e-5)


@pytest.mark.parametrize("name", [*ACTIVATIONS, "lista"])
def test_adam_lowers_the_loss_and_keeps_unit_norms(name):
    if name == "lista":
        dictionary = Dense.from_array(D_INIT)
        encoder = Lista.of(dictionary, 3, LMBD, True)
    else:
        dictionary, encoder = make(name)
    first = torch_loss_and_grads(encoder, dictionary)[0].loss.item()
    learner = learn(encoder, Adam(0.01, clip=1.0), 150)
    last = torch_loss_and_grads(learner.encoder, learner.dictionary)[0].loss.item()
    assert last < 0.8 * first
    norms = np.linalg.norm(learner.learned.to_array(), axis=1)
    np.testing.assert_allclose(norms, 1, atol=1e-12)


def test_dictionaries_that_were_given_stay_as_they_were():
    dictionary, encoder = make("relu")
    learner = learn(encoder, Adam(0.1), 1)
    before, kept = learner.learned.to_array().copy(), learner.learned.to_array()
    learner.step()
    np.testing.assert_array_equal(kept, before)
    assert np.abs(learner.learned.to_array() - before).max() > 1e-3


@pytest.mark.parametrize(
    "options", [{"learning_rate": 0}, {"warm_up": -1}, {"clip": 0.0}]
)
def test_adam_says_what_is_out_of_range(options):
    with pytest.raises(ValueError, match="learning_rate and clip must be positive"):
        Adam(**options)


def test_layers_and_lambda_that_cannot_be():
    dictionary = Dense.from_array(D_INIT)
    with pytest.raises(ValueError, match="n_layers must be at least 1, got 0"):
        Lista.of(dictionary, 0, LMBD)
    with pytest.raises(ValueError, match="lmbd must be positive, got 0"):
        Lista.of(dictionary, 1, 0)
