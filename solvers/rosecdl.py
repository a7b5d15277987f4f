import os
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from benchmark_utils.devices import resolve_device, synchronize
from benchmark_utils.dictionaries.factors import rank_one_factors
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning.trimming import warn_of_many
from benchmark_utils.solver import DictionarySolver

WINDOW = 10  # length of a window in atoms, as for the other methods
FAR = 3.5  # of the modified z-score: the value in the examples of the package


class Solver(DictionarySolver):
    """RoseCDL: stochastic alternating minimisation on windows, with a trimmed loss.

    A step is an epoch of the package, of at most eleven batches of ``n_windows``
    windows. The length of its steps falls along a cosine over ``n_epochs``. ``trim``
    leaves badly coded patches out of the loss: a share of them or, with ``mad``, those
    of a modified z-score above 3.5. ``window`` is the length of a window in samples.
    With None, it is ten times that of an atom.

    The package cannot do signed codes: use ``positive=True``. Its data term lacks the
    ½ in the line search, but not in the codes.

    J. Yehya, M. Benbakoura, C. Allain, B. Malézieux, M. Kowalski and T. Moreau,
    "RoseCDL: robust and scalable convolutional dictionary learning for rare-event and
    anomaly detection", AISTATS 2026.
    """

    name = "RoseCDL"
    requirements = ["pip::rosecdl@git+https://github.com/tomMoral/RoseCDL"]
    optional = ("rosecdl",)
    parameters = {
        "trim": [None],
        "n_layers": [30],
        "n_windows": [10],
        "window": [None],
        "n_epochs": [100],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5, "n_epochs": 2}
    models = ("conv", "rank1")
    signed = False

    @classmethod
    def missing(cls):
        # Of the wheel that pip builds, version 0.1.0 has the first folder alone.
        found = find_spec("rosecdl")
        folders = found.submodule_search_locations if found else ()
        if any((Path(folder) / "csc").is_dir() for folder in folders or ()):
            return None
        return (
            "RoseCDL needs rosecdl, installed from a clone (its wheel is not complete):"
            " git clone https://github.com/tomMoral/RoseCDL && pip install -e RoseCDL"
        )

    def skip(self, **objective):
        try:
            resolve_device(self.device)
        except ValueError as error:
            return True, str(error)
        return super().skip(**objective)

    def set_objective(self, **objective):
        super().set_objective(**objective)
        warn_of_many(self, self.trim)

    def warm_up(self):
        with silence():
            self.method(max_batch=1, callbacks=[lambda *state: True]).fit(self.X)

    def method(self, **options):
        """The estimator of the package, at ``D_init``."""
        from rosecdl import RoseCDL  # optional

        n_channels, *kernel_size = self.atom_shape
        self.torch_device = resolve_device(self.device)
        window = self.window or [WINDOW * m for m in kernel_size]
        return RoseCDL(
            lmbd=self.lmbd,
            scale_lmbd=False,
            n_components=self.n_atoms,
            n_channels=n_channels,
            kernel_size=tuple(kernel_size),
            D_init=self.first_atoms(),
            rank1=self.model == "rank1",
            n_iterations=self.n_layers,
            epochs=self.n_epochs,
            mini_batch_size=self.n_windows,
            sample_window=window if isinstance(window, int) else tuple(window),
            outliers_kwargs=self.rule(),
            device=self.torch_device,
            random_state=int(self.rng().integers(2**31)),
            **options,
        )

    def first_atoms(self):
        """``D_init`` in the form of the package: for rank 1, u and v side by side."""
        rank1, D = self.model == "rank1", self.D_init
        return torch.as_tensor(np.hstack(rank_one_factors(D)) if rank1 else D)

    def rule(self):
        """The rule for outliers, in the words of the package, or None."""
        if self.trim is None:
            return None
        if self.trim == "mad":
            return {"method": "mad", "alpha": FAR}
        return {"method": "quantile", "alpha": self.trim}

    def run(self, cb):
        self.n_steps, streams = 0, (sys.stdout, sys.stderr)

        def callback(method, epoch, loss):
            self.n_steps = epoch + 1
            synchronize(self.torch_device)
            with redirect_stdout(streams[0]), redirect_stderr(streams[1]):
                return not self.call(cb)

        self.begin(cb)
        with silence():
            self.learner = self.method(callbacks=[callback])
        if self.call(cb):
            with silence():
                self.learner.fit(self.X)
        self.end(cb)

    def atoms(self):
        D = self.learner.D_hat_.astype(np.float64)
        return unit_atoms(D, fallback=self.D_init)

    def extra_results(self):
        return {} if self.trim is None else {"outliers": self.outliers}

    def outliers(self, X):
        """The package's mask of outliers, shape (n_signals, *support)."""
        return self.learner.get_outlier_mask(X).any(axis=1)


@contextmanager
def silence():
    """Without the messages and the progress bar of the package."""
    with open(os.devnull, "w") as nowhere:
        with redirect_stdout(nowhere), redirect_stderr(nowhere):
            yield
