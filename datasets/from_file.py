import numpy as np
from benchopt import BaseDataset
from sklearn.datasets import load_digits

from benchmark_utils.component import Component
from benchmark_utils.signals.files import held_out, model_of, open_signals


class Dataset(Component, BaseDataset):
    """Signals of your own, from a file that may be larger than memory.

    ``path`` is a ``.npy`` file, memory-mapped, of shape (n_signals, n_features), or
    (n_signals, n_channels, n_times) for convolutional atoms of ``atom_length``
    samples; or a recording that MNE-Python reads (``.fif``, ``.edf`` …), of which the
    channels ``picks`` ("grad", "mag", "eeg", "data" for all) are used. Only what a
    solver asks for is read.

    ``model=None`` is dense for two dimensions, rank1 for several channels, else conv.
    ``test_fraction`` of the signals, or of a single recording, at the end, is held
    out. A ``.npy`` file is taken as it is; channels of a recording are divided by the
    standard deviation of those of their type, and not filtered. λ depends on the
    scale of signals: ``scaled_reg=True`` gives it as a fraction of λ_max.

    Without a path, it has the handwritten digits of scikit-learn, to be tried on.
    """

    name = "from_file"
    requirements = ["pip::mne", "pip::scikit-learn"]
    parameters = {
        "path": [None],
        "n_atoms": [40],
        "atom_length": [None],
        "model": [None],
        "picks": ["grad"],
        "test_fraction": [0.0],
    }
    shown = {"path": "path", "n_atoms": "n_atoms"}
    test_parameters = {"n_atoms": [4], "test_fraction": [0.1]}

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        X = self._open()
        model = model_of(X, self.model)
        atom_shape = self._atom_shape(X, model)
        X_train, X_test = held_out(X, self.test_fraction)
        return {
            "X": X_train,
            "X_test": X_test,
            "model": model,
            "n_atoms": self.n_atoms,
            "atom_shape": atom_shape,
            "info": self._info(X),
        }

    def _open(self):
        if self.path is not None:
            return open_signals(self.path, self.picks)
        X = load_digits().data
        return (X - X.mean()) / X.std()

    def _atom_shape(self, X, model):
        if model == "dense":
            return X.shape[1:]
        length, longest = self.atom_length, min(X.shape[2:])
        if length is None or length > longest:
            raise ValueError(
                f"atom_length, in samples, must be an integer from 1 to {longest}, the "
                f"length of the signals; got {length!r}."
            )
        return X.shape[1], *[length] * (X.ndim - 2)

    def _info(self, X):
        """What plots can use: where gradiometers are, and that digits are images."""
        if self.path is None:
            return {"patch_shape": (8, 8)}
        raw = getattr(X, "raw", None)
        if raw is None or set(raw.get_channel_types()) != {"grad"}:
            return {}
        return {
            "sfreq": raw.info["sfreq"],
            "ch_names": raw.ch_names,
            "ch_loc": np.array([channel["loc"] for channel in raw.info["chs"]]),
        }
