import numpy as np
from benchopt import BaseDataset

from benchmark_utils.component import Component
from benchmark_utils.signals.patches import PatchedImage
from benchmark_utils.signals.photographs import load_gray_image


class Dataset(Component, BaseDataset):
    """Overlapping patches of a noisy photograph (paper, A.2 and A.4).

    ``image`` is a name of an image in scikit-learn or scikit-image (flower, china,
    camera, astronaut, ...: see ``IMAGE_NAMES`` in `photographs.py`), or the path of an
    image file, for instance ``image_patches[image='photos/me.jpg']``. A file is rotated
    by its EXIF orientation, and its transparent pixels are put on white. The image is
    cropped to a square and shrunk to ``size`` pixels a side (None keeps it whole).
    Gaussian noise of *variance* ``sigma2`` is added, and the result is normalised.
    Patches are not centred individually.

    Methods learn from ``n_patches`` random patches. With "all", they learn from all
    patches, in the order of the image. The PSNR is always that of the image rebuilt
    from all patches.
    """

    name = "image_patches"
    requirements = ["pip::scikit-learn", "pip::scikit-image"]
    parameters = {
        "image": ["flower"],
        "size": [128],
        "patch_side": [10],
        "sigma2": [0.1],
        "normalize": ["standardize"],
        "n_patches": ["all"],
        "n_atoms": [128],
    }
    parameter_template = (
        "{image},size={size},patch={patch_side},sigma2={sigma2},{normalize},"
        "n_patches={n_patches},n_atoms={n_atoms}"
    )
    test_parameters = {"size": [16], "patch_side": [4], "n_atoms": [8]}

    @classmethod
    def get_all_parameter_values(cls, name):
        """Tell benchopt that `n_patches=all` is a value, not a wildcard."""
        return "all" if name == "n_patches" else None

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        clean = PatchedImage(
            load_gray_image(self.image, self.size),
            sigma2=self.sigma2,
            patch_side=self.patch_side,
            normalize=self.normalize,
            rng=rng,
        )
        return {
            "X": self._choose_patches(clean.signals(), rng),
            "model": "dense",
            "n_atoms": self.n_atoms,
            "atom_shape": (self.patch_side**2,),
            "clean": clean,
            "info": {
                "image": self.image,
                "patch_shape": (self.patch_side, self.patch_side),
            },
        }

    def _choose_patches(self, X, rng):
        """The patches to learn from, shape (n_patches, patch_side ** 2)."""
        if self.n_patches == "all":
            return X
        if self.n_patches > len(X):
            raise ValueError(
                f"n_patches={self.n_patches}, but the image has {len(X)} patches only. "
                "Ask for n_patches='all', or for a larger size."
            )
        return X[rng.choice(len(X), self.n_patches, replace=False)]
