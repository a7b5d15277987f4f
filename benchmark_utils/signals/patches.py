"""A noisy image as its patches, for a dense model."""

from numbers import Integral

import numpy as np
from sklearn.feature_extraction.image import (
    extract_patches_2d,
    reconstruct_from_patches_2d,
)

from benchmark_utils.signals.images import NoisyImage


class PatchedImage(NoisyImage):
    """A noisy image seen as all of its overlapping patches, for a dense model.

    Patches are not centred one by one.

    Parameters
    ----------
    clean, sigma2, normalize, rng
        See `NoisyImage`.
    patch_side : int
        Patches have patch_side x patch_side pixels.

    Raises
    ------
    ValueError
        On a parameter out of range, and on an image smaller than a patch.
    """

    def __init__(self, clean, sigma2, patch_side, normalize="standardize", *, rng):
        super().__init__(clean, sigma2, normalize, rng=rng)
        if not isinstance(patch_side, Integral) or patch_side < 1:
            raise ValueError(f"patch_side must be an integer >= 1; got {patch_side!r}.")
        height, width = self.clean.shape
        if patch_side > min(height, width):
            raise ValueError(
                f"The image has {height} x {width} pixels, less than one patch of "
                f"{patch_side} x {patch_side}. Reduce patch_side, or take a larger "
                "image."
            )
        self.patch_side = patch_side

    def signals(self):
        """All overlapping patches of the normalised noisy image.

        Returns
        -------
        X : array, shape (n_patches, patch_side ** 2)
            In scikit-learn's order: row after row of the image.
        """
        patches = extract_patches_2d(self.normalized, 2 * (self.patch_side,))
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
        image, ones = (
            reconstruct_from_patches_2d(p, (height, width))
            for p in (patches, np.ones_like(patches))
        )
        # `ones` is not 1 in scikit-learn 1.7, which miscounts the overlaps of patches
        # that are larger than half of the image.
        return self.offset + self.scale * (image / ones)
