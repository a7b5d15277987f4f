"""Photographs, their noise, and the patches a dictionary is learned from."""

from numbers import Integral
from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image
from skimage.color import rgb2gray
from skimage.metrics import peak_signal_noise_ratio
from skimage.transform import resize
from skimage.util import img_as_float64
from sklearn.datasets import load_sample_image
from sklearn.feature_extraction.image import (
    extract_patches_2d,
    reconstruct_from_patches_2d,
)

# Only what the wheels contain: the other images of skimage.data are downloads.
SKLEARN_IMAGES = ("china", "flower")
SKIMAGE_IMAGES = (
    "astronaut", "brick", "camera", "cell", "chelsea", "clock", "coffee", "coins",
    "grass", "gravel", "hubble_deep_field", "immunohistochemistry", "microaneurysms",
    "moon", "page", "retina", "rocket", "text",
)  # fmt: skip
IMAGE_NAMES = tuple(sorted(SKLEARN_IMAGES + SKIMAGE_IMAGES))

# Pillow's gray modes of more than 8 bits, which a conversion to RGB would clip.
WIDE_MODES = ("I;16", "I;16B", "I;16L", "I", "F")


def load_gray_image(name, size=None):
    """Load an image as gray levels in [0, 1].

    Parameters
    ----------
    name : str or path
        A name of `IMAGE_NAMES`, or the path of an image file.
    size : int, optional
        The image is cropped at its centre to a square, then resized, with
        anti-aliasing, to (size, size). By default it is kept whole.

    Returns
    -------
    image : array, shape (height, width)
        float64.

    Raises
    ------
    FileNotFoundError
        If `name` is neither a known name nor a file.
    ValueError
        If the file is no image that can be read, or if it has fewer pixels than
        `size` asks for: enlarging it would make up what it does not hold.
    """
    if name in SKLEARN_IMAGES:
        pixels = load_sample_image(f"{name}.jpg")
    elif name in SKIMAGE_IMAGES:
        pixels = getattr(skimage.data, name)()
    else:
        pixels = _read_pixels(Path(name).expanduser())
    image = img_as_float64(pixels)
    if image.ndim == 3:
        image = rgb2gray(image)
    if size is not None:
        image = _fit(image, size, name)
    return np.clip(image, 0, 1, order="C")  # conversions overshoot by a rounding error


def _read_pixels(path):
    """Pixels of a file, (height, width) or (height, width, 3)."""
    if not path.is_file():
        raise FileNotFoundError(
            f"No image {str(path)!r}: it is not a file, seen from {str(Path.cwd())!r}. "
            f"Give the path of an image file, or one of {', '.join(IMAGE_NAMES)}."
        )
    try:
        with Image.open(path) as file:
            is_wide = file.mode in WIDE_MODES
            pixels = np.asarray(file if is_wide else file.convert("RGB"))
    except Exception as error:  # each file format raises errors of its own
        raise ValueError(
            f"{str(path)!r} cannot be read as an image ({error}). "
            "Give a file that Pillow reads, for instance PNG, JPEG or TIFF."
        ) from error
    _check_white_level(pixels, path)
    return pixels


def _check_white_level(pixels, path):
    """Refuse pixels that are neither unsigned integers nor floats within [0, 1]."""
    kind = pixels.dtype.kind
    if kind != "u" and not (kind == "f" and np.all((pixels >= 0) & (pixels <= 1))):
        raise ValueError(
            f"{str(path)!r} holds {pixels.dtype} values from {pixels.min()} to "
            f"{pixels.max()}, whose white level is unknown. "
            "Save it with 8 or 16 bits, or as floating point within [0, 1]."
        )


def _fit(image, size, name):
    """Crop at the centre to a square, and shrink it to (size, size)."""
    if not isinstance(size, Integral) or size < 1:
        raise ValueError(f"size must be an integer >= 1, or None; got {size!r}.")
    side = min(image.shape)
    if size > side:
        raise ValueError(
            f"The image {str(name)!r} has {image.shape[0]} x {image.shape[1]} pixels, "
            f"less than size={size}. Take size={side} or less, or a larger image."
        )
    top, left = ((length - side) // 2 for length in image.shape)
    square = image[top : top + side, left : left + side]
    return resize(square, (size, size), anti_aliasing=True)


class PatchedImage:
    """A noisy image seen as all of its overlapping patches.

    Gaussian noise is added to the clean image, then the noisy image is normalised
    (paper, A.2 and A.4). Patches are not centred one by one.

    Parameters
    ----------
    clean : array, shape (height, width)
        Gray levels in [0, 1].
    sigma2 : float
        Variance of the noise: 0.1 gives a PSNR of 10 dB.
    patch_side : int
        Patches have patch_side x patch_side pixels.
    normalize : "standardize" | "none"
        Whether the noisy image is brought to zero mean and unit variance.
    rng : numpy.random.Generator
        Draws the noise.

    Attributes
    ----------
    noisy : array, shape (height, width)
        The noisy image, in the units of `clean`.
    offset, scale : float
        Signals are patches of (noisy - offset) / scale.

    Raises
    ------
    ValueError
        On a parameter out of range, and on an image smaller than a patch.
    """

    def __init__(self, clean, sigma2, patch_side, normalize="standardize", *, rng):
        clean = np.asarray(clean, dtype=np.float64)
        _check_image(clean, sigma2, patch_side, normalize)
        self.clean = clean
        self.patch_side = patch_side
        self.noisy = clean + np.sqrt(sigma2) * rng.standard_normal(clean.shape)
        self.offset, self.scale = 0.0, 1.0
        if normalize == "standardize":
            self.offset, self.scale = self.noisy.mean(), self.noisy.std()
            if np.ptp(self.noisy) == 0:
                raise ValueError(
                    "normalize='standardize' cannot bring a constant image to unit "
                    "variance. Use normalize='none', or another image."
                )

    def signals(self):
        """All overlapping patches of the normalised noisy image.

        Returns
        -------
        X : array, shape (n_patches, patch_side ** 2)
            In scikit-learn's order: row after row of the image.
        """
        image = (self.noisy - self.offset) / self.scale
        patches = extract_patches_2d(image, (self.patch_side, self.patch_side))
        return patches.reshape(len(patches), -1)

    def rebuild(self, reconstruction):
        """Average overlapping patches into an image, in the units of `clean`.

        Parameters
        ----------
        reconstruction : array, shape (n_patches, patch_side ** 2)
            One patch for each of `signals`, in the same order.

        Returns
        -------
        image : array, shape (height, width)
        """
        height, width = self.clean.shape
        side = self.patch_side
        n_patches = (height - side + 1) * (width - side + 1)
        if np.shape(reconstruction) != (n_patches, side**2):
            raise ValueError(
                f"Rebuilding the image needs all its patches, an array of shape "
                f"{(n_patches, side**2)}; got {np.shape(reconstruction)}."
            )
        patches = np.reshape(reconstruction, (n_patches, side, side))
        image = reconstruct_from_patches_2d(patches, (height, width))
        return self.offset + self.scale * image

    def psnr(self, reconstruction):
        """PSNR, in dB, of the image rebuilt from patches (see `rebuild`)."""
        return _psnr(self.clean, self.rebuild(reconstruction))

    @property
    def noisy_psnr(self):
        """PSNR, in dB, of the noisy image itself."""
        return _psnr(self.clean, self.noisy)


def _psnr(clean, image):
    with np.errstate(divide="ignore"):  # infinite where the two are equal
        return float(peak_signal_noise_ratio(clean, image, data_range=1))


def _check_image(clean, sigma2, patch_side, normalize):
    if clean.ndim != 2 or not np.all((clean >= 0) & (clean <= 1)):
        raise ValueError(
            "clean must be a gray image, an array of shape (height, width) with values "
            f"in [0, 1]; got shape {clean.shape}. load_gray_image gives one."
        )
    if not 0 <= sigma2 < np.inf:
        raise ValueError(f"sigma2 is a variance: a finite number >= 0; got {sigma2}.")
    if normalize not in ("standardize", "none"):
        raise ValueError(
            f"normalize must be 'standardize' or 'none'; got {normalize!r}."
        )
    if not isinstance(patch_side, Integral) or patch_side < 1:
        raise ValueError(f"patch_side must be an integer >= 1; got {patch_side!r}.")
    if patch_side > min(clean.shape):
        raise ValueError(
            f"The image has {clean.shape[0]} x {clean.shape[1]} pixels, less than one "
            f"patch of {patch_side} x {patch_side}. Reduce patch_side, or take a "
            "larger image."
        )
