"""Photographs as gray levels, from packages or from files."""

import warnings
from numbers import Integral

import numpy as np
import skimage.data
from PIL import Image, ImageOps, TiffImagePlugin
from skimage.color import rgb2gray
from skimage.transform import resize
from skimage.util import img_as_float64
from sklearn.datasets import load_sample_image

from benchmark_utils.parameters.photographs import (
    IMAGE_NAMES,
    SKIMAGE_IMAGES,
    SKLEARN_IMAGES,
)
from benchmark_utils.signals.paths import find_file

# Pillow's gray modes of more than 8 bits, which a conversion to RGB would clip.
WIDE_MODES = ("I;16", "I;16B", "I;16L", "I", "F")
# Pillow 13 mixes up rows and columns of an uncompressed TIFF with a rotated
# orientation, unless libtiff reads it.
TiffImagePlugin.READ_LIBTIFF = True
STILL = ("MPO",)  # formats whose further images are other views of one photograph


def load_gray_image(name, size=None):
    """Load an image as gray levels in [0, 1].

    Parameters
    ----------
    name : str or path
        A name of `IMAGE_NAMES`, or the path of an image file. A file is rotated by its
        EXIF orientation, transparent pixels are put on white, and if it has several
        images, the first is taken.
    size : int, optional
        The image is cropped at its centre to a square, then resized, with
        anti-aliasing, to (size, size). By default it keeps its size.

    Returns
    -------
    image : array, shape (height, width)
        float64.

    Raises
    ------
    FileNotFoundError
        If `name` is neither a known name nor a file.
    ValueError
        If the file cannot be read as an image, or if it has fewer pixels than `size`
        asks for: a larger image would have invented pixels.
    """
    if name in SKLEARN_IMAGES:
        pixels = load_sample_image(f"{name}.jpg")
    elif name in SKIMAGE_IMAGES:
        pixels = getattr(skimage.data, name)()
    else:
        pixels = _read_pixels(name)
    image = img_as_float64(pixels)
    if image.ndim == 3:
        image = rgb2gray(image)
    if size is not None:
        image = _fit(image, size, name)
    return np.clip(image, 0, 1, order="C")  # conversions overshoot by a rounding error


def _read_pixels(name):
    """Pixels of a file, (height, width) or (height, width, 3)."""
    try:
        path = find_file(name, "image")
    except FileNotFoundError as error:
        names = ", ".join(IMAGE_NAMES)
        raise FileNotFoundError(f"{error} Or name one of {names}.") from error
    try:
        with Image.open(path) as file:
            n_images, kind = getattr(file, "n_frames", 1), file.format
            pixels = _on_white(ImageOps.exif_transpose(file))
    except Exception as error:  # each file format raises errors of its own
        raise ValueError(
            f"{str(path)!r} cannot be read as an image ({error}). "
            "Give a file that Pillow reads, for instance PNG, JPEG or TIFF."
        ) from error
    if n_images > 1 and kind not in STILL:
        warnings.warn(
            f"{str(path)!r} has {n_images} images: the first is taken. Save another as "
            "a file of its own to use it.",
            stacklevel=3,
        )
    _check_white_level(pixels, path)
    return pixels


def _on_white(image):
    """Pixels of an image, with transparent ones composed on white."""
    if image.mode in WIDE_MODES:
        pixels = np.array(image)
        hidden = image.info.get("transparency")  # the gray level that is transparent
        if hidden is not None and pixels.dtype.kind == "u":
            pixels[pixels == hidden] = np.iinfo(pixels.dtype).max
        return pixels
    if not image.has_transparency_data:
        return np.asarray(image.convert("RGB"))
    image = image.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("RGB"))


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
