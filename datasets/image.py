import numpy as np
from benchopt import BaseDataset

from benchmark_utils.component import Component
from benchmark_utils.signals.images import WholeImage, noise_variance
from benchmark_utils.signals.photographs import load_gray_image


class Dataset(Component, BaseDataset):
    """A whole noisy photograph, for 2-D convolutional learning (paper, A.4).

    ``image`` is a name of an image in scikit-learn or scikit-image (flower, china,
    camera, astronaut, ...: see ``IMAGE_NAMES`` in `photographs.py`), or the path of an
    image file, for instance ``image[image='photos/me.jpg']``. A file is rotated by its
    EXIF orientation, and its transparent pixels are put on white. The image is cropped
    to a square and shrunk to ``size`` pixels a side (None keeps it whole). Gaussian
    noise is added, and the result is normalised.

    The noise has the *variance* ``sigma2``. If ``snr`` is given, in dB, it replaces
    ``sigma2``: snr = 10 log10(σ² / σ_b²), with σ² the variance of the clean image and
    σ_b² that of the noise (paper, §3.1 and Figure 5).

    Each repetition draws new noise. With ``new_noise=False``, all repetitions have the
    same noise, and differ only in their initial dictionary.

    Atoms have ``atom_side`` x ``atom_side`` pixels.
    """

    name = "image"
    requirements = ["pip::scikit-learn", "pip::scikit-image"]
    parameters = {
        "image": ["flower"],
        "size": [128],
        "sigma2": [0.1],
        "snr": [None],
        "normalize": ["standardize"],
        "n_atoms": [50],
        "atom_side": [8],
        "new_noise": [True],
    }
    shown = {"image": "image", "size": "size"}
    test_parameters = {"size": [16], "n_atoms": [3], "atom_side": [4]}

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        seed = self.get_seed(use_repetition=self.new_noise)
        rng = np.random.default_rng(seed)
        image = load_gray_image(self.image, self.size)
        self._check_atoms(image)
        sigma2 = self.sigma2 if self.snr is None else noise_variance(image, self.snr)
        clean = WholeImage(image, sigma2=sigma2, normalize=self.normalize, rng=rng)
        return {
            "X": clean.signals(),
            "model": "conv",
            "n_atoms": self.n_atoms,
            "atom_shape": (1, self.atom_side, self.atom_side),
            "clean": clean,
            "info": {"image": self.image, "sigma2": sigma2},
        }

    def _check_atoms(self, image):
        height, width = image.shape
        if self.atom_side > min(height, width):
            raise ValueError(
                f"The image has {height} x {width} pixels, less than one atom of "
                f"{self.atom_side} x {self.atom_side}. Reduce atom_side, or take a "
                "larger image."
            )
