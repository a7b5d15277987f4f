import numpy as np
from benchopt import BaseDataset

from benchmark_utils.component import Component
from benchmark_utils.problem.initial import initial_dictionary
from benchmark_utils.signals.patches import PatchedImage
from benchmark_utils.signals.photographs import load_gray_image


class Dataset(Component, BaseDataset):
    """Patches of a noisy photograph. The atoms are other patches of it (paper, A.2).

    ``image`` is a name of an image in scikit-learn or scikit-image, or the path of an
    image file. It is cropped to a square of ``size`` pixels a side. Gaussian noise of
    *variance* ``sigma2`` is added, and the result is scaled to zero mean and unit
    variance. ``n_signals`` patches and ``n_atoms`` other patches are drawn at random.
    """

    name = "image_patches"
    requirements = ["pip::scikit-learn", "pip::scikit-image"]
    parameters = {
        "image": ["flower"],
        "size": [128],
        "patch_side": [10],
        "sigma2": [0.1],
        "n_signals": [1000],
        "n_atoms": [128],
    }
    shown = {"image": "image", "n_signals": "n_signals", "n_atoms": "n_atoms"}
    test_parameters = {
        "size": [16],
        "patch_side": [4],
        "n_signals": [10],
        "n_atoms": [8],
    }

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        image = load_gray_image(self.image, self.size)
        patched = PatchedImage(image, self.sigma2, self.patch_side, rng=rng)
        patches = patched.signals()
        if self.n_signals + self.n_atoms > len(patches):
            raise ValueError(
                f"n_signals={self.n_signals} and n_atoms={self.n_atoms} patches are "
                f"more than the {len(patches)} of the image: ask for fewer, or for a "
                "larger size."
            )
        patches = rng.permutation(patches)
        X, others = patches[: self.n_signals], patches[self.n_signals :]
        shape = self.n_atoms, X.shape[1:]
        D = initial_dictionary("data", *shape, rng, others, "dense")
        return {"X": X, "D": D, "model": "dense"}
