from numbers import Integral

import numpy as np
from benchopt import BaseDataset

BLOCK = 10_000  # signals drawn at a time, so that their codes take little memory


class Dataset(BaseDataset):
    """Sparse combinations of random atoms, in noise (paper, §2 and A.1 to A.5).

    x = z D + b with Gaussian atoms of unit norm, Bernoulli-Gaussian codes z of unit
    variance, and Gaussian noise b.

    ``sigma`` is the *standard deviation* of the noise. The paper states a variance,
    σ²_noise = 0.1: that is ``sigma=0.316``. ``sigma=0`` gives noiseless signals.

    The dictionary is drawn first, then the test signals: with one seed, they do not
    change with ``n_signals``. Nor do atoms, codes and directions of the noise with
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
        self._check_parameters()
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        D = rng.standard_normal((self.n_atoms, self.n_features))
        D /= np.linalg.norm(D, axis=1, keepdims=True)
        X_test = self._draw_signals(D, self.n_test, rng)
        X = self._draw_signals(D, self.n_signals, rng)
        return {
            "X": X,
            "X_test": X_test,
            "D_true": D,
            "model": "dense",
            "n_atoms": self.n_atoms,
            "atom_shape": (self.n_features,),
        }

    def _draw_signals(self, D, n_signals, rng):
        """Signals, shape (n_signals, n_features)."""
        X = rng.standard_normal((n_signals, self.n_features))
        X *= self.sigma
        for start in range(0, n_signals, BLOCK):
            X_block = X[start : start + BLOCK]
            Z = rng.standard_normal((len(X_block), self.n_atoms))
            Z *= rng.random(Z.shape) < self.density
            X_block += Z @ D
        return X

    def _check_parameters(self):
        for size in ("n_features", "n_atoms", "n_signals", "n_test"):
            value = getattr(self, size)
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{size} must be an integer >= 1; got {value!r}.")
        if not 0 < self.density <= 1:
            raise ValueError(
                "density, the fraction of non-zero codes, must be in (0, 1]; "
                f"got {self.density}."
            )
        if not 0 <= self.sigma < np.inf:
            raise ValueError(
                "sigma, the standard deviation of the noise, must be a finite number "
                f">= 0; got {self.sigma}."
            )
