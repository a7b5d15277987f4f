import numpy as np
from benchopt import BaseDataset

from benchmark_utils.component import Component
from benchmark_utils.problem.initial import initial_dictionary
from benchmark_utils.signals.synthetic import gaussian_atoms, sparse_series


class Dataset(Component, BaseDataset):
    """Series that are sums of random kernels at random times, plus noise. The
    dictionary is the true one, perturbed. For this convolutional case, the paper states
    the same law as for dense signals (§2).

    ``density`` is the fraction of non-zero activations. ``sigma`` is the *standard
    deviation* of the noise. D is the true dictionary plus Gaussian noise of half its
    standard deviation, with atoms of unit norm.
    """

    name = "convolutional"
    requirements = []
    parameters = {
        "n_times, n_times_atom, n_atoms, n_signals": [(100, 10, 5, 100)],
        "density": [0.1],
        "sigma": [0.316],
    }
    parameter_template = (
        "{n_signals}x{n_times},{n_atoms}x{n_times_atom},density={density},sigma={sigma}"
    )
    test_parameters = {"n_times, n_times_atom, n_atoms, n_signals": [(12, 4, 2, 4)]}

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        self._check_lengths()
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        D_true = gaussian_atoms(self.n_atoms, (1, self.n_times_atom), rng)
        draw = self.n_times, self.density, self.sigma, rng
        X = sparse_series(D_true, self.n_signals, *draw)
        shape = self.n_atoms, D_true.shape[1:]
        D = initial_dictionary("perturbed", *shape, rng, X, "conv", D_true)
        return {"X": X, "D": D, "model": "conv"}

    def _check_lengths(self):
        if self.n_times_atom > self.n_times:
            raise ValueError(
                f"Kernels of n_times_atom={self.n_times_atom} samples do not fit in "
                f"series of n_times={self.n_times}: use "
                f"n_times_atom={self.n_times} or less."
            )
