"""Loading images, and the patches of a noisy one."""

import pickle

import numpy as np
import pytest
from PIL import Image

from benchmark_utils.signals.patches import PatchedImage
from benchmark_utils.signals.photographs import IMAGE_NAMES, load_gray_image

RAMP = np.linspace(0, 1, 30 * 40).reshape(30, 40)
GRAY = (255 * RAMP).round().astype(np.uint8)


def noisy_flower(size=24, patch_side=5, sigma2=0.1, normalize="standardize", seed=0):
    clean = load_gray_image("flower", size)
    rng = np.random.default_rng(seed)
    return PatchedImage(clean, sigma2, patch_side, normalize, rng=rng)


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("an image of the list asks for the network")

    monkeypatch.setattr("socket.socket.connect", refuse)


@pytest.mark.parametrize("name", IMAGE_NAMES)
def test_known_images_load_offline(name, no_network):
    image = load_gray_image(name, 32)
    assert image.shape == (32, 32)
    assert image.dtype == np.float64 and image.flags.c_contiguous
    assert image.min() >= 0 and image.max() <= 1
    assert image.std() > 0.01


@pytest.mark.parametrize(
    "file, pixels, tolerance",
    [
        ("gray.png", (255 * RAMP).round().astype(np.uint8), 1 / 500),
        ("wide.png", (65535 * RAMP).round().astype(np.uint16), 1e-5),
        ("float.tif", RAMP.astype(np.float32), 1e-7),
        ("color.png", np.dstack(3 * [(255 * RAMP).round().astype(np.uint8)]), 1 / 500),
        ("alpha.png", np.dstack([*3 * [GRAY], 255 + 0 * GRAY]), 1 / 500),
    ],
)
def test_file_formats_agree(tmp_path, file, pixels, tolerance):
    Image.fromarray(pixels).save(tmp_path / file)
    np.testing.assert_allclose(load_gray_image(tmp_path / file), RAMP, atol=tolerance)
    assert load_gray_image(str(tmp_path / file), 20).shape == (20, 20)


TURNED = {
    1: RAMP, 2: RAMP[:, ::-1], 3: RAMP[::-1, ::-1], 4: RAMP[::-1],
    5: RAMP.T, 6: RAMP.T[:, ::-1], 7: RAMP.T[::-1, ::-1], 8: RAMP.T[::-1],
}  # fmt: skip


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize(
    "file, pixels, tolerance",
    [
        ("photo.jpg", GRAY, 0.02),
        ("color.jpg", np.dstack(3 * [GRAY]), 0.02),
        ("photo.png", GRAY, 1 / 500),
        ("wide.png", (65535 * RAMP).round().astype(np.uint16), 1e-5),
        ("photo.tif", GRAY, 1 / 500),
        ("wide.tif", (65535 * RAMP).round().astype(np.uint16), 1e-5),
        ("float.tif", RAMP.astype(np.float32), 1e-7),
        ("photo.webp", np.dstack(3 * [GRAY]), 0.05),
    ],
)
def test_orientations_are_obeyed(tmp_path, file, pixels, tolerance, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(tmp_path / file, exif=exif)
    image = load_gray_image(tmp_path / file)
    np.testing.assert_allclose(image, TURNED[orientation], atol=tolerance)


def with_alpha(mode):
    """Left half transparent, right half opaque, and half so in between."""
    alpha = np.repeat([0, 128, 255], [15, 10, 15]).astype(np.uint8) + 0 * GRAY
    image = Image.fromarray(np.dstack([GRAY, GRAY, GRAY, alpha])).convert(mode)
    return image, alpha / 255


@pytest.mark.parametrize(
    "file, mode", [("a.png", "RGBA"), ("a.png", "LA"), ("a.tif", "RGBA")]
)
def test_transparent_pixels_are_on_white(tmp_path, file, mode):
    image, alpha = with_alpha(mode)
    image.save(tmp_path / file)
    expected = alpha * RAMP + 1 - alpha
    np.testing.assert_allclose(load_gray_image(tmp_path / file), expected, atol=0.005)


@pytest.mark.parametrize("file", ["palette.png", "palette.gif"])
def test_transparent_colours_of_a_palette_are_on_white(tmp_path, file):
    pixels = np.array([[0, 1], [2, 3]], dtype=np.uint8)
    image = Image.fromarray(pixels).convert("P")
    image.putpalette([0, 0, 0, 60, 60, 60, 120, 120, 120, 180, 180, 180])
    image.save(tmp_path / file, transparency=1)
    expected = np.array([[0, 255], [120, 180]]) / 255
    np.testing.assert_allclose(load_gray_image(tmp_path / file), expected, atol=1e-9)


@pytest.mark.parametrize(
    "pixels, hidden",
    [
        (GRAY, 0),
        (np.dstack(3 * [GRAY]), (0, 0, 0)),
        (257 * GRAY.astype(np.uint16), 0),
    ],
    ids=["gray", "color", "16 bits"],
)
def test_a_transparent_level_is_on_white(tmp_path, pixels, hidden):
    Image.fromarray(pixels).save(tmp_path / "a.png", transparency=hidden)
    expected = np.where(GRAY == 0, 1, GRAY / 255)
    np.testing.assert_allclose(load_gray_image(tmp_path / "a.png"), expected, atol=1e-9)


@pytest.mark.parametrize("file", ["a.gif", "a.png", "a.tif", "a.webp"])
def test_of_several_images_the_first_is_taken_and_that_is_said(tmp_path, file):
    first, second = (Image.fromarray(x).convert("L") for x in (GRAY, 255 - GRAY))
    first.save(tmp_path / file, save_all=True, append_images=[second])
    with pytest.warns(UserWarning, match=f"{file}' has 2 images: the first is taken"):
        image = load_gray_image(tmp_path / file)
    np.testing.assert_allclose(image, RAMP, atol=0.05)


def test_of_several_views_of_a_photograph_the_first_is_taken(tmp_path, recwarn):
    first, second = (Image.fromarray(x).convert("RGB") for x in (GRAY, 255 - GRAY))
    first.save(tmp_path / "a.mpo", save_all=True, append_images=[second])
    np.testing.assert_allclose(load_gray_image(tmp_path / "a.mpo"), RAMP, atol=0.05)
    assert not recwarn.list


def test_colours_for_print_are_read(tmp_path):
    image = Image.fromarray(np.dstack(3 * [GRAY])).convert("CMYK")
    image.save(tmp_path / "a.jpg", quality=95)
    np.testing.assert_allclose(load_gray_image(tmp_path / "a.jpg"), RAMP, atol=0.05)


def test_crop_is_at_the_centre(tmp_path):
    pixels = np.zeros((10, 30), dtype=np.uint8)
    pixels[:, 10:20] = 255
    Image.fromarray(pixels).save(tmp_path / "band.png")
    np.testing.assert_array_equal(load_gray_image(tmp_path / "band.png", 10), 1)


def test_shrinking_does_not_alias(tmp_path):
    stripes = np.tile(np.array([0, 255], dtype=np.uint8), (64, 32))
    Image.fromarray(stripes).save(tmp_path / "stripes.png")
    image = load_gray_image(tmp_path / "stripes.png", 16)
    np.testing.assert_allclose(image[2:-2, 2:-2], 0.5, atol=0.02)


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(FileNotFoundError, match="'flowr'.*camera, .*flower"):
        load_gray_image("flowr", 32)


@pytest.mark.parametrize("content", [b"not an image", b""])
def test_text_file_called_png(tmp_path, content):
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(ValueError, match="x.png' cannot be read as an image"):
        load_gray_image(tmp_path / "x.png", 32)


def test_truncated_file(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.png")
    half = (tmp_path / "whole.png").read_bytes()[:2000]
    (tmp_path / "half.png").write_bytes(half)
    with pytest.raises(ValueError, match="half.png' cannot be read as an image"):
        load_gray_image(tmp_path / "half.png")


@pytest.mark.parametrize("scale", [255, np.nan])
def test_unknown_white_level(tmp_path, scale):
    Image.fromarray((scale * RAMP).astype(np.float32)).save(tmp_path / "float.tif")
    with pytest.raises(ValueError, match=r"Save it with 8 or 16 bits, or .* \[0, 1\]"):
        load_gray_image(tmp_path / "float.tif")


@pytest.mark.parametrize("size", [0, -3, 12.5, "big"])
def test_bad_size(size):
    with pytest.raises(ValueError, match="size must be an integer >= 1"):
        load_gray_image("flower", size)


def test_images_are_not_enlarged():
    with pytest.raises(ValueError, match="102 x 102 pixels, less than size=128"):
        load_gray_image("microaneurysms", 128)


@pytest.mark.parametrize("normalize", ["standardize", "none"])
def test_rebuilding_the_signals_gives_the_noisy_image(normalize):
    image = noisy_flower(normalize=normalize)
    X = image.signals()
    assert X.shape == (20 * 20, 25)
    assert X.dtype == np.float64 and X.flags.c_contiguous
    np.testing.assert_allclose(image.rebuild(X), image.noisy, atol=1e-12)
    assert image.psnr(X) == pytest.approx(image.noisy_psnr)


def test_whole_images_need_not_be_square():
    rng = np.random.default_rng(0)
    image = PatchedImage(RAMP, 0.1, 6, rng=rng)
    assert image.signals().shape == (25 * 35, 36)
    np.testing.assert_allclose(image.rebuild(image.signals()), image.noisy, atol=1e-12)


def test_patches_are_row_after_row():
    image = PatchedImage(RAMP, 0, 6, "none", rng=np.random.default_rng(0))
    X = image.signals()
    np.testing.assert_array_equal(X[1].reshape(6, 6), RAMP[:6, 1:7])
    np.testing.assert_array_equal(X[35].reshape(6, 6), RAMP[1:7, :6])


def test_rebuilding_averages_the_overlaps():
    image = noisy_flower(size=6, patch_side=5, normalize="none")
    patches = np.repeat([[0.0], [1.0], [2.0], [3.0]], 25, axis=1)
    rebuilt = image.rebuild(patches)
    assert [rebuilt[0, 0], rebuilt[0, -1], rebuilt[-1, 0]] == [0, 1, 2]
    assert rebuilt[0, 1] == 0.5 and rebuilt[1, 0] == 1 and rebuilt[2, 2] == 1.5


def test_noise_of_variance_a_tenth_has_a_psnr_of_10_dB():
    image = noisy_flower(size=128)
    assert image.noisy_psnr == pytest.approx(10, abs=0.2)


def test_without_noise_the_psnr_is_infinite():
    image = noisy_flower(sigma2=0, normalize="none")
    np.testing.assert_array_equal(image.noisy, image.clean)
    assert image.noisy_psnr == np.inf


def test_standardized_image():
    image = noisy_flower()
    normalized = (image.noisy - image.offset) / image.scale
    assert normalized.mean() == pytest.approx(0, abs=1e-12)
    assert normalized.std() == pytest.approx(1)
    np.testing.assert_allclose(image.signals()[0], normalized[:5, :5].ravel())


def test_noise_follows_the_generator():
    np.testing.assert_array_equal(noisy_flower().noisy, noisy_flower().noisy)
    assert np.abs(noisy_flower().noisy - noisy_flower(seed=1).noisy).max() > 0.1


def test_pickling():
    image = noisy_flower()
    copy = pickle.loads(pickle.dumps(image))
    np.testing.assert_array_equal(copy.signals(), image.signals())
    assert copy.psnr(0.5 * copy.signals()) == image.psnr(0.5 * image.signals())


@pytest.mark.parametrize("shape", [(399, 25), (400, 24), (400, 5, 5), (25,)])
def test_patches_of_a_wrong_shape(shape):
    with pytest.raises(ValueError, match=r"of shape \(400, 25\); got"):
        noisy_flower().psnr(np.zeros(shape))


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"patch_side": 31}, "30 x 40 pixels, less than one patch of 31 x 31"),
        ({"patch_side": 0}, "patch_side must be an integer >= 1; got 0"),
        ({"patch_side": 5.0}, "patch_side must be an integer >= 1; got 5.0"),
        ({"sigma2": -0.1}, "sigma2 is a variance: a finite number >= 0; got -0.1"),
        ({"sigma2": np.nan}, "sigma2 is a variance"),
        ({"normalize": "center"}, "must be 'standardize' or 'none'; got 'center'"),
        ({"clean": 255 * RAMP}, r"values in \[0, 1\]"),
        ({"clean": np.full((30, 40), np.nan)}, r"values in \[0, 1\]"),
        ({"clean": np.zeros((30, 40, 3))}, r"got shape \(30, 40, 3\)"),
        ({"clean": np.ones((30, 40)), "sigma2": 0}, "constant image"),
    ],
)
def test_bad_parameters(parameters, message):
    parameters = {"clean": RAMP, "sigma2": 0.1, "patch_side": 6} | parameters
    with pytest.raises(ValueError, match=message):
        PatchedImage(**parameters, rng=np.random.default_rng(0))
