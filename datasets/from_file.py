from benchopt import BaseDataset
from sklearn.datasets import load_digits

from benchmark_utils.component import Component
from benchmark_utils.signals.files import held_out, model_of, open_signals


class Dataset(Component, BaseDataset):
    """Signals of your own, from files that may be larger than memory.

    ``path`` is one of these:

    - An array of shape (n_signals, n_features), or of shape (n_signals, n_channels,
      n_times) for convolutional atoms of ``atom_length`` samples. A ``.npy`` file is
      memory-mapped. If a ``.npz`` or ``.mat`` file has several arrays, ``variable``
      names one.
    - A table of numbers (``.csv``, ``.tsv``, ``.txt``). Each row is a signal.
    - A recording that MNE-Python reads (``.fif``, ``.edf`` …). Solvers read only the
      parts that they need.

    A pattern (``sub-*/meg.fif``) or, in a run file, a list of paths names several files
    of one kind. No signal crosses from one file into the next. Recordings keep the
    channels that all of them have, matched by name. Each recording has its own means,
    and all have the same scale.

    Arrays are not changed. Recordings are prepared as follows. ``picks`` says which
    channels are used: "grad", "mag", "eeg", or "data" for all. ``filter="1-40"`` keeps
    frequencies from 1 to 40 Hz, and ``resample=150`` gives 150 samples a second. With
    one of them, the recording is held in memory. The mean of each channel is
    subtracted. ``scale=type`` then divides it by the standard deviation of all channels
    of its type, ``scale=channel`` by its own, and ``scale=none`` does not divide it.

    Spans annotated as ``BAD_…`` are left out of everything. No signal crosses such a
    span or an edge of the recording. X then has several signals of one length, and
    ``info["starts"]`` has the sample of the file at which each begins.

    NaN is an error, unless ``missing=nan``. Then features or channels that are NaN
    throughout are left out, and signals of arrays with NaN elsewhere, and samples of
    recordings at which another channel is NaN. A warning counts them.

    ``model=None`` is dense for two dimensions, rank1 for several channels, and conv
    otherwise. ``test_fraction`` of the signals of each file, or of each recording, is
    held out, at the end. λ depends on the scale of the signals. With
    ``scaled_reg=True``, it is a fraction of λ_max.

    Without a path, the data are the handwritten digits of scikit-learn, for a trial.
    """

    name = "from_file"
    requirements = ["pip::mne", "pip::pandas", "pip::scikit-learn", "pip::scipy"]
    parameters = {
        "path": [None],
        "n_atoms": [40],
        "atom_length": [None],
        "model": [None],
        "picks": ["grad"],
        "scale": ["type"],
        "filter": [None],
        "resample": [None],
        "missing": [None],
        "variable": [None],
        "test_fraction": [0.0],
    }
    shown = {"path": "path", "n_atoms": "n_atoms"}
    test_parameters = {"n_atoms": [4], "test_fraction": [0.1]}

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        X = self._open()
        model = model_of(X, self.model, self.path or "The dataset")
        atom_shape = self._atom_shape(X, model)
        X_train, X_test = held_out(X, self.test_fraction, atom_shape[-1])
        return {
            "X": X_train,
            "X_test": X_test,
            "model": model,
            "n_atoms": self.n_atoms,
            "atom_shape": atom_shape,
            "info": self._info(X_train, X_test),
        }

    def _open(self):
        if self.path is not None:
            options = self.variable, self.filter, self.resample, self.missing
            return open_signals(self.path, self.picks, self.scale, *options)
        for name in ("variable", "filter", "resample", "missing", "atom_length"):
            if getattr(self, name) is not None:
                raise ValueError(
                    f"{name}={getattr(self, name)} is for files, and no path is given: "
                    "without one, the data are handwritten digits. Give a path."
                )
        X = load_digits().data
        return (X - X.mean()) / X.std()

    def _atom_shape(self, X, model):
        if model == "dense":
            if self.atom_length is not None:
                raise ValueError(
                    f"atom_length={self.atom_length} is for signals with samples, and "
                    f"{self.path} has an array of shape {X.shape}, whose atoms have "
                    f"all {X.shape[1]} features: leave out atom_length, or save the "
                    "array as (n_signals, n_channels, n_times)."
                )
            return X.shape[1:]
        length, longest = self.atom_length, min(X.shape[2:])
        if length is None or length > longest:
            raise ValueError(
                f"atom_length, in samples, must be an integer from 1 to {longest}, the "
                f"length of the signals; got {length!r}."
            )
        return X.shape[1], *[length] * (X.ndim - 2)

    def _info(self, X, X_test):
        """Facts for plots: places of sensors and signals, or the shape of digits."""
        if self.path is None:
            return {"patch_shape": (8, 8)}
        return X.info(X_test) if hasattr(X, "info") else {}
