"""The amortisation gap: what a method's own codes cost against certified ones."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from torch_solvers import PROBLEM, make, run

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import Dense
from benchmark_utils.problem.initial import unit_atoms
from benchmark_utils.scoring.evaluation import Evaluator

RNG = np.random.default_rng(0)
D = unit_atoms(RNG.standard_normal((30, 20)))
Z_TRUE = csr_array(RNG.random((200, 30)) * (RNG.random((200, 30)) < 0.1))
X = Z_TRUE @ D
LMBD = 0.05


def evaluate(encode, signals=X, **options):
    problem = signals, "dense", (20,), LMBD, True
    evaluator = Evaluator(*problem, X_test=signals[:100], D_true=D, **options)
    return evaluator.evaluate(D, encode=encode, solver="Mine")


def exact(signals):
    return certified_codes(Dense.from_array(D), torch.as_tensor(signals), LMBD, True).Z


def test_the_gap_is_that_of_the_definition():
    seen = []

    def encode(signals):
        seen.append(signals)
        return np.maximum(signals @ D.T - 0.1, 0)

    found = evaluate(encode, codes_test=Z_TRUE[:100], rng=RNG)
    np.testing.assert_array_equal(seen[0], X[:100])
    Z, Z_best = encode(X[:100]), exact(X[:100]).numpy()
    F, G = (0.5 * ((X[:100] - z @ D) ** 2).sum() + LMBD * z.sum() for z in (Z, Z_best))
    assert found["amortisation_gap"] == pytest.approx((F - G) / G, rel=1e-4)
    assert found["amortisation_gap"] > 0.1
    assert found["l0_own"] == (Z != 0).sum() / 100
    true = Z_TRUE[:100].toarray() != 0
    f1 = 2 * (true & (Z != 0)).sum() / (true.sum() + (Z != 0).sum())
    assert found["f1_own"] == pytest.approx(f1)
    assert found["support_f1"] > found["f1_own"]


def test_certified_codes_have_no_gap():
    found = evaluate(exact)
    assert found["amortisation_gap"] == pytest.approx(0, abs=1e-5)
    assert found["l0_own"] == pytest.approx(found["l0"], abs=0.1)
    assert np.isnan(found["f1_own"])  # no true codes


def test_no_encoder_no_gap():
    found = evaluate(None, codes_test=Z_TRUE[:100], rng=RNG)
    assert all(np.isnan(found[k]) for k in ("amortisation_gap", "l0_own", "f1_own"))
    nothing = evaluate(exact, signals=np.zeros((200, 20)))
    assert np.isnan(nothing["amortisation_gap"]) and nothing["l0_own"] == 0


@pytest.mark.parametrize(
    "encode, wrong",
    [
        (lambda x: np.zeros((len(x), 29)), r"shape \(100, 29\), expected \(100, 30\)"),
        (lambda x: np.full((len(x), 30), np.nan), "NaN or infinite"),
        (lambda x: np.full((len(x), 30), -1.0), "negative values.*positive=True"),
    ],
)
def test_wrong_codes_are_an_error_that_names_the_solver(encode, wrong):
    with pytest.raises(ValueError, match=f"encode of Mine returned codes .*{wrong}"):
        evaluate(encode)


@pytest.mark.parametrize(
    "name", ["AM", "DDL", "Block-AM", "Stochastic-DDL", "LISTA", "SAE"]
)
def test_solvers_encode_as_their_layers_do(name):
    problem = {**PROBLEM, "positive": name == "SAE"}
    solver = make(name)
    run(solver, 2, problem)
    result = solver.get_result()
    Z = result["encode"](PROBLEM["X"])
    np.testing.assert_array_equal(Z, result["Z"])
    evaluator = Evaluator(PROBLEM["X"], "dense", (10,), 0.1, problem["positive"])
    found = evaluator.evaluate(result["D"], encode=result["encode"])
    assert found["amortisation_gap"] >= -1e-6
    assert found["l0_own"] == (Z != 0).sum() / len(Z)


def test_more_layers_have_a_smaller_gap():
    gaps = []
    for n_layers in (1, 5, 30):
        solver = make("AM", n_layers=n_layers)
        run(solver, 0)
        result = solver.get_result()
        evaluator = Evaluator(PROBLEM["X"], "dense", (10,), 0.1, False)
        found = evaluator.evaluate(result["D"], encode=result["encode"])
        gaps.append(found["amortisation_gap"])
    assert gaps[0] > 2 * gaps[1] > 4 * gaps[2] > 0
