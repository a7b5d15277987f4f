"""What the names and parameters of SAE stand for, and what it does with any of them."""

import numpy as np
import pytest
import torch
from torch_solvers import D_INIT, PROBLEM, X, awkward, make, run

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import Dense

POSITIVE = {**PROBLEM, "positive": True}
ACTIVATIONS = ("relu", "topk", "batchtopk", "matryoshka", "jumprelu")
FAST = {"learning_rate": 0.02, "n_warm_up": 1}

pytestmark = pytest.mark.filterwarnings("ignore:.*k=None stands for:UserWarning")


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("case", ["signals", "one signal", "one atom", "zero signal"])
def test_any_activation_gives_unit_atoms_of_any_signals(activation, bias, case):
    signals, D = awkward(case)
    solver = make("SAE", activation=activation, bias=bias, **FAST)
    problem = {**POSITIVE, "X": signals, "D_init": D, "n_atoms": len(D)}
    seen = run(solver, 4, problem)
    np.testing.assert_allclose(np.linalg.norm(seen, axis=2), 1, atol=1e-5)
    moved = np.abs(seen[0] - seen[-1]).max() > 1e-3
    assert moved or (bias and case == "one signal")  # which is its own median
    Z = solver.get_result()["Z"]
    assert (Z >= 0).all() and Z.shape == (len(signals), len(D))


@pytest.mark.filterwarnings("default:.*k=None stands for:UserWarning")
def test_k_is_the_number_of_certified_codes_and_is_said():
    D = Dense.from_array(D_INIT)
    Z = certified_codes(D, torch.as_tensor(X), 0.1, positive=True).Z
    expected = round((Z != 0).sum().item() / len(X))
    with pytest.warns(UserWarning, match=f"k=None stands for k={expected}"):
        solver = make("SAE", activation="topk", **FAST)
        run(solver, 1, POSITIVE)
    assert solver.get_result()["k"] == expected
    relu = make("SAE", **FAST)
    run(relu, 1, POSITIVE)
    assert relu.get_result()["k"] == 0


def test_rates_are_those_of_the_activation_unless_one_is_given():
    for activation in ACTIVATIONS:
        solver = make("SAE", activation=activation)
        run(solver, 0, POSITIVE)
        expected = 0.03 if activation == "relu" else 0.01 * np.sqrt(100 / 15)
        assert solver.learner.update.learning_rate == pytest.approx(expected)
    solver = make("SAE", activation="topk", learning_rate=0.3)
    run(solver, 0, POSITIVE)
    assert solver.learner.update.learning_rate == 0.3


def test_jumps_have_the_unit_of_the_signals():
    # The objective's signals have unit mean square, so their mean squared norm is 10.
    solver = make("SAE", activation="jumprelu", k=3)
    run(solver, 0, POSITIVE)
    jump = solver.learner.encoder.activation
    assert jump.unit == pytest.approx(np.sqrt(10))
    assert jump.width == pytest.approx(1e-3 * np.sqrt(10))


@pytest.mark.parametrize(
    "parameters, problem, reason",
    [
        ({}, {"positive": False}, 'SAE needs z >= 0: use -o "*[positive=True]"'),
        ({}, {"model": "conv"}, "SAE does dense data only, not conv"),
        ({"k": 16}, {}, "k=16 is more than n_atoms=15: use k=15 or less"),
    ],
)
def test_skips_with_the_reason(parameters, problem, reason):
    skipped, why = make("SAE", **parameters).skip(**POSITIVE | problem)
    assert skipped and reason in why


def test_lista_does_dense_data_only():
    skipped, why = make("LISTA").skip(**PROBLEM | {"model": "rank1"})
    assert skipped and "LISTA does dense data only, not rank1" in why
    assert make("LISTA").skip(**PROBLEM) == (False, None)


def test_a_number_of_codes_is_not_ignored():
    skipped, reason = make("SAE", k=3).skip(**POSITIVE)
    assert skipped and "k has no effect on activation=relu" in reason
    assert make("SAE", activation="topk", k=3).skip(**POSITIVE) == (False, None)
