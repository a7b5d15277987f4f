import numpy as np
from benchopt import BaseDataset

from benchmark_utils.component import Component
from benchmark_utils.signals.shares import count
from benchmark_utils.signals.token_embeddings import token_embeddings


class Dataset(Component, BaseDataset):
    """Embeddings of the 32000 tokens of a language model, in 256 dimensions.

    They are those of the package wordllama (MIT; D. L. Miller, 2024), minus their mean.
    A random ``test_fraction`` of them is held out. Results name each atom by the five
    tokens whose embeddings have the largest cosine with it.
    """

    name = "token_embeddings"
    requirements = ["pip::wordllama", "pip::safetensors"]
    optional = ("wordllama", "safetensors")
    parameters = {"n_atoms": [1024], "test_fraction": [0.05]}
    test_parameters = {"n_atoms": [16]}

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        E, tokens = token_embeddings()
        E -= E.mean(axis=0)
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        order = rng.permutation(len(E))
        n_test = count("test_fraction", self.test_fraction, len(E), "tokens")
        return {
            "X": E[order[n_test:]],
            "X_test": E[order[:n_test]] if n_test else None,
            "model": "dense",
            "n_atoms": self.n_atoms,
            "atom_shape": E.shape[1:],
            "info": {"named": {"X": E, "names": tokens}},
        }
