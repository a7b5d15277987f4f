"""The datasets, loaded as benchopt loads them."""

import warnings

import numpy as np
import pytest
from benchopt.base import BaseDataset
from benchopt.benchmark import Benchmark
from documents import ROOT
from seeds import check_data_follow_the_seed

from benchmark_utils.signals.photographs import load_gray_image
from benchmark_utils.signals.synthetic import sparse_series, sparse_signals

SMALL_GAUSSIAN = {"n_features": 6, "n_atoms": 8, "n_signals": 60, "n_test": 20}
SMALL_PATCHES = {"size": 16, "patch_side": 4, "n_atoms": 8}


def assert_fits_the_contract(data):
    assert data["model"] == "dense"
    assert data["atom_shape"] == (data["X"].shape[1],)
    for key in {"X", "X_test", "D_true"} & set(data):
        assert data[key].dtype == np.float64 and data[key].flags.c_contiguous
        assert np.isfinite(data[key]).all()


def test_gaussian_shapes(load):
    data = load("gaussian", **SMALL_GAUSSIAN)
    assert_fits_the_contract(data)
    assert data["X"].shape == (60, 6)
    assert data["X_test"].shape == (20, 6)
    assert data["D_true"].shape == (data["n_atoms"], 6) == (8, 6)
    np.testing.assert_allclose(np.linalg.norm(data["D_true"], axis=1), 1)


def test_gaussian_codes_are_bernoulli_gaussian(load):
    sizes = {"n_features": 30, "n_atoms": 20, "n_signals": 12_000}
    data = load("gaussian", **sizes, density=0.3, sigma=0)
    # Atoms are independent, so that noiseless signals give their codes back.
    Z = data["X"] @ np.linalg.pinv(data["D_true"])
    np.testing.assert_allclose(Z @ data["D_true"], data["X"], atol=1e-10)
    active = np.abs(Z) > 1e-9
    assert active.mean() == pytest.approx(0.3, abs=0.01)
    assert Z[active].var() == pytest.approx(1, abs=0.05)
    # Blocks of signals are drawn one after the other, not repeated.
    assert np.linalg.norm(Z[:2000] - Z[10_000:], axis=1).min() > 0


def test_gaussian_signals_of_few_atoms(load):
    sizes = SMALL_GAUSSIAN | {"n_signals": 1000}
    data = load("gaussian", **sizes, density=0.01, sigma=0)
    norms = np.linalg.norm(data["X"], axis=1)
    # All codes are zero with probability (1 - density) ** n_atoms = 0.92.
    assert np.mean(norms == 0) == pytest.approx(0.92, abs=0.04)
    X = data["X"][norms > 0] / norms[norms > 0, np.newaxis]
    correlations = np.abs(X @ data["D_true"].T).max(axis=1)
    assert np.mean(correlations > 1 - 1e-12) > 0.8  # a single atom
    assert load("gaussian", **SMALL_GAUSSIAN, density=1)["X"].all()


def test_gaussian_sigma_is_a_standard_deviation(load):
    sizes = SMALL_GAUSSIAN | {"n_signals": 5000}
    noiseless, noisy, noisier = (
        load("gaussian", **sizes, sigma=sigma) for sigma in (0, 0.1, 0.2)
    )
    noise = noisy["X"] - noiseless["X"]
    assert noise.std() == pytest.approx(0.1, rel=0.03)
    np.testing.assert_allclose(noisier["X"] - noiseless["X"], 2 * noise, atol=1e-12)
    np.testing.assert_array_equal(noisy["D_true"], noiseless["D_true"])


def test_gaussian_truth_does_not_depend_on_the_number_of_signals(load):
    few = load("gaussian", **SMALL_GAUSSIAN)
    many = load("gaussian", **SMALL_GAUSSIAN | {"n_signals": 600})
    np.testing.assert_array_equal(few["D_true"], many["D_true"])
    np.testing.assert_array_equal(few["X_test"], many["X_test"])


@pytest.mark.parametrize("density, sigma", [(0, 0.1), (np.nan, 0.1), (0.3, -1)])
def test_impossible_draws(density, sigma):
    D, rng = np.eye(2), np.random.default_rng(0)
    with pytest.raises(ValueError, match="density, .*|sigma, .*"):
        sparse_signals(D, 3, density, sigma, rng)
    with pytest.raises(ValueError, match="density, .*|sigma, .*"):
        sparse_series(D[:, None], 3, 5, density, sigma, rng)


def test_patches_shapes(load):
    data = load("image_patches", **SMALL_PATCHES)
    assert_fits_the_contract(data)
    assert data["X"].shape == (13 * 13, 16)
    assert data["n_atoms"] == 8
    assert data["info"] == {"image": "flower", "patch_shape": (4, 4)}
    np.testing.assert_array_equal(data["X"], data["clean"].signals())
    np.testing.assert_array_equal(data["clean"].clean, load_gray_image("flower", 16))


def test_patches_of_the_paper(load):
    data = load("image_patches")
    assert data["X"].shape == (119 * 119, 100) and data["n_atoms"] == 128
    assert data["clean"].noisy_psnr == pytest.approx(10, abs=0.2)


def test_patches_are_not_centred(load):
    assert np.abs(load("image_patches", **SMALL_PATCHES)["X"].mean(axis=1)).max() > 0.5


def test_random_subset_of_patches(load):
    whole = load("image_patches", **SMALL_PATCHES)
    part = load("image_patches", **SMALL_PATCHES, n_patches=40)
    assert part["X"].shape == (40, 16) and part["X"].flags.c_contiguous
    drawn = {patch.tobytes() for patch in part["X"]}
    assert len(drawn) == 40
    assert drawn < {patch.tobytes() for patch in whole["X"]}
    # The image, its noise and the PSNR are those of all patches.
    X = part["clean"].signals()
    np.testing.assert_array_equal(X, whole["X"])
    assert part["clean"].psnr(X) == whole["clean"].noisy_psnr
    everything = load("image_patches", **SMALL_PATCHES, n_patches=169)
    np.testing.assert_array_equal(
        np.sort(everything["X"], axis=0), np.sort(whole["X"], axis=0)
    )


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"n_patches": 170}, "n_patches=170, but the image has 169 patches only"),
        ({"patch_side": 17}, "16 x 16 pixels, less than one patch of 17 x 17"),
    ],
)
def test_patches_bad_parameters(load, parameters, message):
    with pytest.raises(ValueError, match=message):
        load("image_patches", **SMALL_PATCHES | parameters)


def test_patches_of_a_missing_file(load, tmp_path):
    with pytest.raises(FileNotFoundError, match="no image .*photo.png', seen from"):
        load("image_patches", **SMALL_PATCHES, image=str(tmp_path / "photo.png"))


def test_command_line_takes_all_patches_of_a_file():
    benchmark = Benchmark(ROOT)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # "all" may be taken for a wildcard
        ((_, parameters),) = benchmark.check_dataset_patterns(
            ["image_patches[n_patches=[all,40],image='photos/my photo.png']"]
        )
    assert parameters["n_patches"] == ["all", 40]
    assert parameters["image"] == "photos/my photo.png"


NAMES = [("gaussian", SMALL_GAUSSIAN), ("image_patches", SMALL_PATCHES)]


@pytest.mark.parametrize("name, small", NAMES)
def test_data_follow_the_seed(load, name, small):
    small = small | ({"n_patches": 40} if name == "image_patches" else {})
    check_data_follow_the_seed(load, name, **small)


@pytest.mark.parametrize("name, small", NAMES)
def test_data_outside_a_run_ask_for_one(make, name, small):
    with pytest.raises(ValueError, match="run_context was not initialized"):
        make(name, **small).get_data()


@pytest.mark.parametrize("name, small", NAMES)
def test_prepare_needs_no_repetition(make, name, small):
    """`benchopt prepare` knows of no repetition, and must not fail on these."""
    dataset = make(name, **small)
    assert BaseDataset._prepare(dataset) is None
    with pytest.raises(ValueError, match="no repetition is defined"):
        dataset.get_data()
