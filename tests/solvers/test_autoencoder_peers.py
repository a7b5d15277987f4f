"""SAE against the packages ``dictionary-learning`` and ``overcomplete``, if installed.

No method and no other test needs these packages. Their losses are twice ours.
"""

import importlib

import numpy as np
import pytest
import torch
from problems import dense_problem

from benchmark_utils.coding.activations import ReLU, TopK
from benchmark_utils.coding.autoencoder import Autoencoder
from benchmark_utils.coding.jump_relu import JumpReLU
from benchmark_utils.dictionaries import Dense
from benchmark_utils.learning.updates.adam import Adam

X, _, D_INIT = dense_problem(n_signals=400)
SIGNALS, LMBD, K, RATE, N_STEPS = torch.as_tensor(X), 0.3, 3, 1e-3, 8
N_ATOMS, N_FEATURES = D_INIT.shape
CENTRE = X.mean(axis=0)
ACTIVATIONS = {"relu": ReLU(LMBD), "topk": TopK(K), "jumprelu": JumpReLU(K, 0.1, 0.3)}


def peer(module):
    """A module of a package that may not be there."""
    try:
        return importlib.import_module(module)
    except Exception as error:  # overcomplete fails with new versions of matplotlib
        pytest.skip(f"{module.split('.')[0]} cannot be imported: {error}")


def ours(name, centre=True):
    dictionary = Dense.from_array(D_INIT)
    c = torch.as_tensor(CENTRE) if centre else None
    return dictionary, Autoencoder.of(dictionary, LMBD, ACTIVATIONS[name], c)


def trainer(module, name, **options):
    """A trainer of dictionary-learning, in float64, with our initial weights."""
    made = getattr(peer(f"dictionary_learning.trainers.{module}"), name)(
        steps=1000,
        activation_dim=N_FEATURES,
        dict_size=N_ATOMS,
        layer=0,
        lm_name="none",
        lr=RATE,
        warmup_steps=0,
        device="cpu",
        **options,
    )
    made.ae.double()
    return made


def set_to(param, value):
    param.data.copy_(torch.as_tensor(value))


def standard():
    made = trainer(
        "standard", "StandardTrainer", l1_penalty=2 * LMBD, sparsity_warmup_steps=None
    )
    set_to(made.ae.encoder.weight, D_INIT)
    set_to(made.ae.encoder.bias, np.zeros(N_ATOMS))
    set_to(made.ae.decoder.weight, D_INIT.T)
    set_to(made.ae.bias, CENTRE)
    return made, made.ae.bias


def top_k():
    made = trainer("top_k", "TopKTrainer", k=K)
    set_to(made.ae.encoder.weight, D_INIT)
    set_to(made.ae.decoder.weight, D_INIT.T)
    set_to(made.ae.b_dec, CENTRE)
    return made, made.ae.b_dec


@pytest.mark.parametrize("name, make", [("relu", standard), ("topk", top_k)])
def test_codes_losses_and_steps_are_those_of_dictionary_learning(name, make):
    made, bias = make()
    dictionary, encoder = ours(name)
    # They clip the gradient of topk at 1, and it is twice ours.
    update = Adam(RATE, clip=0.5 if name == "topk" else None)
    for step in range(N_STEPS):
        batch = SIGNALS[50 * step : 50 * (step + 1)]
        np.testing.assert_allclose(
            encoder.codes(dictionary, batch), made.ae.encode(batch).detach(), atol=1e-6
        )
        loss = encoder.objective(dictionary, batch, step).loss.item()
        assert 2 * loss == pytest.approx(made.loss(batch, step).item(), rel=1e-6)
        done = update.advance(dictionary, encoder, batch, step)
        dictionary, encoder = done.dictionary, done.encoder
        made.update(step + 1, batch)  # the first of topk would set the bias
    W, b, c = encoder.params
    for found, weight, start in (
        (dictionary.params[0], made.ae.decoder.weight.T, D_INIT),
        (W, made.ae.encoder.weight.T, D_INIT.T),
        (b, made.ae.encoder.bias, np.zeros(N_ATOMS)),
        (c, bias, CENTRE),
    ):
        np.testing.assert_allclose(found, weight.detach(), atol=1e-6)
        assert np.abs(found.numpy() - start).max() > 3 * RATE


def test_jumps_have_the_codes_and_the_loss_of_dictionary_learning():
    # Not the steps: their count has no gradient below the threshold. The paper's has.
    options = {"target_l0": K, "bandwidth": 0.1, "sparsity_warmup_steps": None}
    made = trainer("jumprelu", "JumpReluTrainer", **options)
    set_to(made.ae.W_enc, D_INIT.T)
    set_to(made.ae.W_dec, D_INIT)
    set_to(made.ae.threshold, np.full(N_ATOMS, 0.3))
    dictionary, encoder = ours("jumprelu", centre=False)
    codes = encoder.codes(dictionary, SIGNALS)
    assert 0 < codes.count_nonzero() < 0.6 * codes.numel()
    np.testing.assert_allclose(codes, made.ae.encode(SIGNALS).detach(), atol=1e-12)
    loss = encoder.objective(dictionary, SIGNALS, 0).loss.item()
    assert 2 * loss == pytest.approx(made.loss(SIGNALS, 0).item(), rel=1e-6)


def test_codes_and_gradients_are_those_of_overcomplete():
    sae = peer("overcomplete.sae")
    model = sae.TopKSAE(N_FEATURES, N_ATOMS, top_k=K).double().untied(bias=True)
    model = model.double()
    set_to(model.encoder.weight, D_INIT)
    set_to(model.dictionary._weights, D_INIT)
    _, codes, reconstructed = model(SIGNALS)
    dictionary, encoder = ours("topk", centre=False)
    found = encoder.codes(dictionary, SIGNALS)
    np.testing.assert_allclose(found, codes.detach(), atol=1e-6)
    # Their loss is a mean over entries, ours half of the sum over those of a signal.
    theirs = (SIGNALS - reconstructed).square().mean() * N_FEATURES / 2
    theirs.backward()
    params = [p.clone().requires_grad_() for p in encoder.params]
    loss = encoder.with_params(params).objective(dictionary, SIGNALS, 0).loss
    loss.backward()
    assert loss.item() == pytest.approx(theirs.item(), rel=1e-6)
    weight, bias = model.encoder.weight.grad, model.encoder.bias.grad
    np.testing.assert_allclose(params[0].grad, weight.T, atol=1e-6)
    np.testing.assert_allclose(params[1].grad, bias, atol=1e-6)
