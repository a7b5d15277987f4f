"""Dictionaries as pictures: arrays with values in [0, 1], gray or RGB."""

import numpy as np
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from skimage.measure import block_reduce
from skimage.util import montage

from benchmark_utils.scoring.scores import correlations, match


def atom_pictures(D, patch_shape=None):
    """Return each atom as a little picture, or None if atoms are not pictures.

    Parameters
    ----------
    D : array, shape (n_atoms, n_features) or (n_atoms, n_channels, *support)
        Kernels of three channels are taken as RGB; other channels of 2-D kernels
        stand in a row. 1-D kernels give pictures (n_channels, n_times_atom).
    patch_shape : tuple of int, optional
        Height, width (and 3 for RGB) of the patches that dense atoms stand for.

    Returns
    -------
    array, shape (n_atoms, height, width) or (n_atoms, height, width, 3)
        Zero is mid-gray; the contrast of each atom is stretched to [0, 1].
    """
    if D.ndim == 2:
        if patch_shape is None or np.prod(patch_shape) != D.shape[1]:
            return None
        pictures = D.reshape(len(D), *patch_shape)
    elif D.ndim == 4 and D.shape[1] == 3:
        pictures = np.moveaxis(D, 1, -1)
    elif D.ndim == 4:
        pictures = np.concatenate(np.moveaxis(D, 1, 0), axis=-1)
    else:
        pictures = D
    return np.stack([around_gray(picture) for picture in pictures])


def mosaic(pictures):
    """Return pictures of one size on a grid, about square, a white line between them.

    Parameters
    ----------
    pictures : array, shape (n, height, width) or (n, height, width, 3)
    """
    n, height, width = pictures.shape[:3]
    n_columns = int(np.clip(np.ceil(np.sqrt(n * height / width)), 1, n))
    grid = (int(np.ceil(n / n_columns)), n_columns)
    if pictures.ndim == 3:
        return montage(pictures, fill=1.0, padding_width=1, grid_shape=grid)
    white = [1.0] * pictures.shape[-1]
    return montage(
        pictures, fill=white, padding_width=1, grid_shape=grid, channel_axis=-1
    )


def enlarge(picture, side=320):
    """Repeat pixels until both sides have `side` or more.

    The page scales pictures to the width of their cards. Small ones would have pixels
    of different sizes there.
    """
    factor = max(1, -(-side // min(picture.shape[:2])))
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def posterize(picture, n_levels=16):
    """Round a picture to a few levels, so that it compresses well."""
    return np.round(picture * (n_levels - 1)) / (n_levels - 1)


def around_gray(values):
    """Map values to [0, 1] so that 0 becomes 0.5 and the largest |value| 0 or 1."""
    values = np.nan_to_num(np.asarray(values, dtype=float))
    largest = np.abs(values).max()
    return 0.5 + values / (2 * largest) if largest > 0 else np.full(values.shape, 0.5)


def signed_matrix(M, n_levels=255):
    """Return a matrix in colours: blue below zero, white at zero, red above.

    Parameters
    ----------
    M : array, shape (height, width)
    n_levels : int
        Odd, so that zero is one of them. Few levels compress well.
    """
    return colormaps["RdBu_r"](posterize(around_gray(M), n_levels))[..., :3]


def largest_of_blocks(M, side):
    """Return the entry of largest magnitude of each block of a matrix, with its sign.

    Parameters
    ----------
    M : array, shape (height, width)
    side : int
        Of a block, in entries. Blocks at the edges are filled with zeros.
    """
    if side == 1:
        return M
    high, low = (block_reduce(sign * M, (side, side), np.max) for sign in (1, -1))
    return np.where(high >= low, high, -low)


def of_blocks(side):
    """Return what a label says of pixels that stand for blocks of entries."""
    return "" if side == 1 else f"; a pixel is the largest of {side} x {side}"


def folded(picture):
    """Return a tall picture in strips side by side, about square, white between them.

    Parameters
    ----------
    picture : array, shape (height, width, 3)
    """
    height, width = picture.shape[:2]
    n_strips = max(1, round(np.sqrt(height / width)))
    rows = -(-height // n_strips)
    padding = ((0, n_strips * rows - height), (1, 1), (0, 0))
    filled = np.pad(picture, padding, constant_values=1.0)
    return np.concatenate(np.split(filled, n_strips), axis=1)


def correlation_matrix(D, D_true, at_most=None):
    """Return |D D_trueᵀ| in colours, learned atoms in the order of their true ones.

    Parameters
    ----------
    D, D_true : array, shape (n_atoms, n_features), (n_true_atoms, n_features)
        Unit-norm atoms.
    at_most : int, optional
        Pixels of a side. Of more true atoms than this, those are left out that no
        learned atom is matched with. If there are still more atoms, a pixel is the
        largest correlation of a block.

    Returns
    -------
    array, shape (n_atoms, n_true_atoms, 3)
        A recovered dictionary shows as a bright diagonal. Learned atoms that match
        no true one come last.
    """
    C = correlations(np.nan_to_num(D), D_true)
    rows, columns = match(C)
    matched = rows[np.argsort(columns)]
    left_over = np.setdiff1d(np.arange(len(C)), matched)
    C = C[[*matched, *left_over]]
    if at_most is not None:
        if C.shape[1] > at_most:
            C = C[:, np.sort(columns)]
        side = -(-max(C.shape) // at_most)
        C = block_reduce(C, (side, side), np.max)
    return colormaps["viridis"](C)[..., :3]


def pixels(figure):
    """Return what a matplotlib Figure looks like, shape (height, width, 3)."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3] / 255
