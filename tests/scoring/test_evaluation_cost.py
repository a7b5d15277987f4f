"""What an evaluation does not do twice, and what of large images it looks at."""

import numpy as np
import pytest

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.scoring import kept_codes, subsets
from benchmark_utils.scoring.evaluation import Evaluator
from benchmark_utils.scoring.subsets import places_in, subset
from benchmark_utils.signals.images import WholeImage
from benchmark_utils.signals.patches import PatchedImage

RAMP = np.linspace(0, 1, 20 * 16).reshape(20, 16)


def whole(rng):
    clean = WholeImage(RAMP, 0.1, rng=rng)
    return clean, clean.signals(), "conv", (1, 4, 4)


def patches(rng):
    clean = PatchedImage(RAMP, 0.1, 4, rng=rng)
    return clean, clean.signals(), "dense", (16,)


def some_patches(rng):
    clean = PatchedImage(RAMP, 0.1, 4, rng=rng)
    return clean, clean.signals()[[7, 3, 100]], "dense", (16,)


@pytest.fixture
def coded(monkeypatch):
    """How many signals were coded, call by call."""
    calls, certified = [], kept_codes.certified_codes

    def count(dictionary, X, *args, **options):
        calls.append(len(X))
        return certified(dictionary, X, *args, **options)

    monkeypatch.setattr(kept_codes, "certified_codes", count)
    return calls


CASES = {whole: [1], patches: [17 * 13], some_patches: [3, 17 * 13 - 3]}


@pytest.mark.parametrize("case", CASES)
def test_no_signal_is_coded_twice_for_a_dictionary(coded, case):
    rng = np.random.default_rng(0)
    clean, X, model, atom_shape = case(rng)
    D = unit_atoms(rng.standard_normal((5, *atom_shape)))
    evaluator = Evaluator(X, model, atom_shape, 0.3, False, clean=clean, rng=rng)
    coded.clear()
    metrics = evaluator.evaluate(D)
    assert coded == CASES[case]
    # At the end of a run nothing is coded again, and it is the same image.
    usage, denoised = evaluator.usage(D), evaluator.denoised(D)
    assert coded == CASES[case] and usage.shape == (5,)
    rebuilt = (denoised - clean.offset) / clean.scale
    if case is whole:
        rebuilt = rebuilt[None, None]
        assert clean.psnr(rebuilt) == pytest.approx(metrics["psnr"])
    evaluator.evaluate(unit_atoms(D + 0.1))
    evaluator.reset()
    evaluator.evaluate(D)
    assert coded == 3 * CASES[case]


@pytest.mark.parametrize("case", [patches, some_patches])
def test_psnr_of_shared_codes_is_that_of_codes_of_all_patches(case):
    rng = np.random.default_rng(0)
    clean, X, model, atom_shape = case(rng)
    D = unit_atoms(rng.standard_normal((5, *atom_shape)))
    shared = Evaluator(X, model, atom_shape, 0.3, False, clean=clean, rng=rng)
    all_of_it = clean.signals()
    alone = Evaluator(all_of_it[:0], model, atom_shape, 0.3, False, clean=clean)
    # Nothing is shared with an empty training set: all patches are coded.
    codes = alone.codes.of(D, "image", 1e-6).Z.numpy()
    expected = clean.psnr(codes @ D)
    assert shared.evaluate(D)["psnr"] == pytest.approx(expected, abs=0.01)


def test_large_images_are_seen_in_seeded_squares_and_it_says_so(monkeypatch):
    monkeypatch.setattr(subsets, "MAX_SAMPLES", 900)
    X = np.arange(2 * 60 * 47.0).reshape(2, 1, 60, 47)
    with pytest.warns(UserWarning, match="images have 5640 pixels.*4 fixed.*15 x 15"):
        parts = subset(X, (1, 3, 3), np.random.default_rng(0))
        again = subset(X, (1, 3, 3), np.random.default_rng(0))
    assert parts.shape == (4, 1, 15, 15)
    np.testing.assert_array_equal(parts, again)
    assert len(np.unique(parts)) == parts.size  # none overlaps another
    rows, columns = np.diff(parts[:, 0], axis=1), np.diff(parts[:, 0], axis=2)
    assert (rows == 47).all() and (columns == 1).all()
    monkeypatch.setattr(subsets, "MAX_SAMPLES", 5640)
    assert subset(X, (1, 3, 3), np.random.default_rng(0)) is X


def test_places_of_signals_among_others():
    X = np.random.default_rng(0).standard_normal((5, 2, 3))
    found = places_in(X[[4, 0, 2, 0]], X[:4])
    np.testing.assert_array_equal(found, [-1, 0, 2, 0])
    assert places_in(X[:2], X[:0]).tolist() == [-1, -1]
