"""Supports, numbers of codes, explained variance, and over- and undercomplete atoms."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.scoring.codes import explained_variance, l0
from benchmark_utils.scoring.evaluation import Evaluator
from benchmark_utils.scoring.scores import RECOVERED, atom_scores, correlations, match
from benchmark_utils.scoring.subsets import FEWEST, MAX_SIGNALS, chosen, most_signals
from benchmark_utils.scoring.supports import support_scores

RNG = np.random.default_rng(0)
D = unit_atoms(RNG.standard_normal((30, 20)))
Z_TRUE = csr_array(RNG.random((200, 30)) * (RNG.random((200, 30)) < 0.1))
X = Z_TRUE @ D


def scores(learned, true=D):
    C = correlations(learned, true)
    return atom_scores(C, match(C))


def test_two_of_three_codes_are_right():
    # Atoms 0, 1, 2 are matched with the true ones 2, 0, 1; atom 3 with none.
    Z = np.array([[-3.0, 0, 0, 0], [0, 1, 0, 1]])
    true = csr_array([[0, 0, 5.0], [1, 1, 0]])
    matching = np.array([0, 1, 2]), np.array([2, 0, 1])
    found = support_scores(Z, true, matching)
    assert found["support_precision"] == pytest.approx(2 / 3)
    assert found["support_recall"] == pytest.approx(2 / 3)
    assert found["support_f1"] == pytest.approx(2 / 3)


def test_the_true_codes_are_right_in_any_order_and_with_any_sign():
    order = RNG.permutation(30)
    learned = -D[order]
    C = correlations(learned, D)
    found = support_scores(-Z_TRUE.toarray()[:, order], Z_TRUE, match(C))
    assert set(found.values()) == {1.0}
    nothing = support_scores(np.zeros((200, 30)), Z_TRUE, match(C))
    assert set(nothing.values()) == {0.0}


def test_random_atoms_have_poor_supports():
    other = unit_atoms(np.random.default_rng(5).standard_normal(D.shape))
    found = {}
    for name, learned in (("true", D), ("random", other)):
        dictionary = make_dictionary("dense", learned)
        codes = certified_codes(dictionary, torch.as_tensor(X), 0.02, True)
        matching = match(correlations(learned, D))
        found[name] = support_scores(codes.Z.numpy(), Z_TRUE, matching)["support_f1"]
    assert found["random"] < 0.3 < 0.7 < found["true"]


def test_atoms_that_are_not_learned_are_missing_from_one_mean_alone():
    few, many = scores(D[:10]), scores(np.concatenate([D, -D]))
    assert few["mcc"] == pytest.approx(1)
    assert few["recovery_score"] == few["recovered_atoms"] == pytest.approx(1 / 3)
    assert list(many.values()) == pytest.approx([1, 1, 1])


def test_one_atom_recovers_one_true_atom_however_often_it_is_there():
    found = scores(np.repeat(D[:1], 30, axis=0))
    assert found["recovered_atoms"] == 1 / 30
    random = scores(unit_atoms(np.random.default_rng(5).standard_normal(D.shape)))
    assert random["recovered_atoms"] <= 0.1


@pytest.mark.parametrize("cosine, recovered", [(0.91, 1.0), (0.89, 0.0)])
def test_an_atom_is_recovered_above_nine_tenths(cosine, recovered):
    assert RECOVERED == 0.9
    learned = np.array([[cosine, np.sqrt(1 - cosine**2)]])
    assert scores(learned, np.eye(2)[:1])["recovered_atoms"] == recovered


@pytest.mark.parametrize("model", ["dense", "conv"])
def test_explained_variance_and_l0_are_those_of_the_definition(model):
    rng = np.random.default_rng(0)
    shape, atom = ((40, 12), (12,)) if model == "dense" else ((3, 2, 30), (2, 5))
    signals = torch.as_tensor(3 + rng.standard_normal(shape))
    atoms = unit_atoms(rng.standard_normal((6, *atom)))
    dictionary = make_dictionary(model, atoms)
    codes = certified_codes(dictionary, signals, 0.5)
    rest = signals - dictionary.reconstruct(codes.Z)
    axes = 0 if model == "dense" else (0, 2)
    centred = signals.numpy() - signals.numpy().mean(axis=axes, keepdims=True)
    expected = 1 - (rest**2).sum().item() / (centred**2).sum()
    assert explained_variance(signals, codes, 0.5) == pytest.approx(expected)
    assert l0(codes) == (codes.Z != 0).sum().item() / len(signals)
    alike = torch.ones(5, 12) if model == "dense" else torch.ones(2, 2, 30)
    nothing = certified_codes(dictionary, alike.double(), 1e3)
    assert np.isnan(explained_variance(alike, nothing, 1e3))


@pytest.mark.parametrize("value", [0.1, 0.7, 3.3])
def test_signals_that_are_alike_but_for_rounding_have_no_variance_to_explain(value):
    alike = torch.full((1000, 12), value, dtype=torch.float64)
    dictionary = make_dictionary("dense", unit_atoms(RNG.standard_normal((6, 12))))
    nothing = certified_codes(dictionary, alike, 1e3)
    assert np.isnan(explained_variance(alike, nothing, 1e3))


def evaluate(learned, **options):
    problem = X, "dense", (20,), 0.05, True
    evaluator = Evaluator(
        *problem, X_test=X, D_true=D, rng=np.random.default_rng(0), **options
    )
    return evaluator.evaluate(learned)


def test_the_objective_s_scores_are_these():
    found = evaluate(D, codes_test=Z_TRUE, n_atoms=30)
    assert found["mcc"] == found["recovered_atoms"] == pytest.approx(1)
    assert found["support_f1"] > 0.7 and 0 < found["explained_variance"] < 1
    assert found["l0"] == pytest.approx(30 * found["density"])
    unknown = evaluate(D)
    assert np.isnan(unknown["support_f1"]) and unknown["mcc"] == found["mcc"]


def test_codes_and_signals_of_a_part_belong_together():
    X_test, true = np.tile(X, (60, 1)), csr_array(np.tile(Z_TRUE.toarray(), (60, 1)))
    with pytest.warns(UserWarning, match="fixed random subset"):
        evaluator = Evaluator(
            X, "dense", (20,), 0.05, True, X_test=X_test, D_true=D, n_atoms=4096,
            codes_test=true, rng=np.random.default_rng(0),
        )  # fmt: skip
    signals = evaluator.signals["test"].numpy()
    np.testing.assert_allclose(evaluator.recovery.codes_true @ D, signals)
    assert len(signals) == 2**20 // 4096


def test_the_more_atoms_the_fewer_signals_are_evaluated():
    assert most_signals(None) == most_signals(100) == MAX_SIGNALS
    assert MAX_SIGNALS > most_signals(1000) > most_signals(5000) > FEWEST
    assert most_signals(10**6) == FEWEST
    rng = np.random.default_rng(0)
    assert chosen(50, 5000, rng) == slice(None)
    with pytest.warns(UserWarning, match="subset of 209 of them"):
        places = chosen(10_000, 5000, rng)
    assert len(set(places)) == most_signals(5000) and (np.diff(places) > 0).all()
