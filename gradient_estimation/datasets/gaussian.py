import numpy as np
from benchopt import BaseDataset

from benchmark_utils.component import Component
from benchmark_utils.problem.initial import initial_dictionary
from benchmark_utils.signals.synthetic import gaussian_atoms, sparse_signals


class Dataset(Component, BaseDataset):
    """Sparse combinations of random atoms, plus noise. The dictionary is the true one,
    perturbed (paper, A.1 and A.2).

    ``sigma`` is the *standard deviation* of the noise. The paper's variance of 0.1 is
    ``sigma=0.316``. D is the true dictionary plus Gaussian noise of half its standard
    deviation, with atoms of unit norm.
    """

    name = "gaussian"
    requirements = []
    parameters = {
        "n_features, n_atoms, n_signals": [(30, 50, 1000)],
        "density": [0.3],
        "sigma": [0.316],
    }
    parameter_template = (
        "{n_features}x{n_atoms}x{n_signals},density={density},sigma={sigma}"
    )
    test_parameters = {"n_features, n_atoms, n_signals": [(6, 8, 10)]}

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        D_true = gaussian_atoms(self.n_atoms, (self.n_features,), rng)
        X = sparse_signals(D_true, self.n_signals, self.density, self.sigma, rng)
        shape = self.n_atoms, D_true.shape[1:]
        D = initial_dictionary("perturbed", *shape, rng, X, "dense", D_true)
        return {"X": X, "D": D, "model": "dense"}
