"""A whole noisy image for 2-D convolutional learning, and the dataset of it."""

import pickle

import numpy as np
import pytest
from benchopt.base import BaseDataset
from seeds import check_data_follow_the_seed

from benchmark_utils.problem.validation import check_problem
from benchmark_utils.signals.images import WholeImage, noise_variance
from benchmark_utils.signals.patches import PatchedImage
from benchmark_utils.signals.photographs import load_gray_image

RAMP = np.linspace(0, 1, 30 * 40).reshape(30, 40)
SMALL = {"size": 24, "n_atoms": 3, "atom_side": 5}


def noisy_ramp(sigma2=0.1, normalize="standardize"):
    return WholeImage(RAMP, sigma2, normalize, rng=np.random.default_rng(0))


@pytest.mark.parametrize("normalize", ["standardize", "none"])
def test_the_signal_rebuilds_the_noisy_image(normalize):
    image = noisy_ramp(normalize=normalize)
    X = image.signals()
    assert X.shape == (1, 1, 30, 40)
    assert X.dtype == np.float64 and X.flags.c_contiguous
    np.testing.assert_allclose(image.rebuild(X), image.noisy, atol=1e-12)
    assert image.psnr(X) == pytest.approx(image.noisy_psnr)
    copy = pickle.loads(pickle.dumps(image))
    np.testing.assert_array_equal(copy.signals(), X)


def test_psnr_is_in_the_units_of_the_clean_image():
    image = noisy_ramp()
    perfect = (image.clean - image.offset) / image.scale
    assert image.psnr(perfect[None, None]) > 200
    off = perfect + 0.1 / image.scale  # a tenth off everywhere: 20 dB
    assert image.psnr(off[None, None]) == pytest.approx(20)


def test_whole_and_patched_images_are_the_same_image():
    whole = noisy_ramp()
    patched = PatchedImage(RAMP, 0.1, 6, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(patched.noisy, whole.noisy)
    first = whole.signals()[0, 0, :6, :6]
    np.testing.assert_array_equal(patched.signals()[0], first.ravel())


@pytest.mark.parametrize("shape", [(30, 40), (1, 30, 40), (1, 1, 40, 30)])
def test_reconstruction_of_a_wrong_shape(shape):
    with pytest.raises(ValueError, match=r"an array of shape \(1, 1, 30, 40\); got"):
        noisy_ramp().psnr(np.zeros(shape))


@pytest.mark.parametrize("snr, ratio", [(0, 1), (10, 10), (-10, 0.1)])
def test_noise_variance_of_an_snr(snr, ratio):
    assert noise_variance(RAMP, snr) == pytest.approx(RAMP.var() / ratio)


def test_dataset_fits_the_contract(load):
    data = load("image", **SMALL)
    X, X_test = check_problem(
        data["X"], None, data["model"], data["n_atoms"], data["atom_shape"]
    )
    assert X.shape == (1, 1, 24, 24) and data["X"].flags.c_contiguous
    assert data["model"] == "conv" and data["atom_shape"] == (1, 5, 5)
    np.testing.assert_array_equal(X, data["clean"].signals())
    np.testing.assert_array_equal(data["clean"].clean, load_gray_image("flower", 24))
    assert data["clean"].psnr(X) == pytest.approx(data["clean"].noisy_psnr)


def test_dataset_of_the_paper(load):
    data = load("image")
    assert data["X"].shape == (1, 1, 128, 128)
    assert data["n_atoms"] == 50 and data["atom_shape"] == (1, 8, 8)
    assert data["clean"].noisy_psnr == pytest.approx(10, abs=0.2)
    assert data["X"].mean() == pytest.approx(0, abs=1e-12)
    assert data["X"].std() == pytest.approx(1)


@pytest.mark.parametrize("snr", [-5, 0, 20])
def test_snr_takes_the_place_of_sigma2(load, snr):
    clean = load("image", size=128, snr=snr, sigma2=7)["clean"]
    noise = clean.noisy - clean.clean
    ratio = 10 * np.log10(clean.clean.var() / noise.var())
    assert ratio == pytest.approx(snr, abs=0.2)


def test_a_rectangular_image_is_kept_whole(load):
    data = load("image", size=None, image="china")
    assert data["X"].shape == (1, 1, 427, 640)


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"atom_side": 25}, "24 x 24 pixels, less than one atom of 25 x 25"),
    ],
)
def test_bad_parameters(load, parameters, message):
    with pytest.raises(ValueError, match=message):
        load("image", **SMALL | parameters)


def test_data_follow_the_seed(load):
    check_data_follow_the_seed(load, "image", **SMALL)


def test_nothing_is_prepared(make):
    assert BaseDataset._prepare(make("image")) is None
