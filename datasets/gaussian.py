import numpy as np
from benchopt import BaseDataset

from benchmark_utils.component import Component
from benchmark_utils.signals.synthetic import gaussian_atoms, sparse_signals


class Dataset(Component, BaseDataset):
    """Sparse combinations of random atoms, plus noise (paper, §2 and A.1 to A.5).

    x = z D + b with Gaussian atoms of unit norm, Bernoulli-Gaussian codes z of unit
    variance, and Gaussian noise b.

    ``sigma`` is the *standard deviation* of the noise. The paper states a variance,
    σ²_noise = 0.1: that is ``sigma=0.316``. ``sigma=0`` gives noiseless signals.

    The dictionary is drawn first, then the test signals. So they depend on the seed but
    not on ``n_signals``. Atoms, codes and directions of the noise do not depend on
    ``sigma``.
    """

    name = "gaussian"
    requirements = []
    parameters = {
        "n_features, n_atoms, n_signals": [(30, 50, 1000)],
        "n_test": [1000],
        "density": [0.3],
        "sigma": [0.1],
    }
    parameter_template = (
        "{n_features}x{n_atoms}x{n_signals},n_test={n_test},"
        "density={density},sigma={sigma}"
    )
    test_parameters = {
        "n_features, n_atoms, n_signals": [(6, 8, 60)],
        "n_test": [20],
    }

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        D = gaussian_atoms(self.n_atoms, (self.n_features,), rng)
        draw = self.density, self.sigma, rng
        X_test = sparse_signals(D, self.n_test, *draw)
        X = sparse_signals(D, self.n_signals, *draw)
        return {
            "X": X,
            "X_test": X_test,
            "D_true": D,
            "model": "dense",
            "n_atoms": self.n_atoms,
            "atom_shape": (self.n_features,),
        }
