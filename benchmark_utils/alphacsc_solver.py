"""What the three solvers of alphacsc share."""

from contextlib import suppress

import numpy as np
from joblib import effective_n_jobs

from benchmark_utils.dictionaries.factors import rank_one_atoms, rank_one_factors
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.parameters.kinds import Flag
from benchmark_utils.signals.alphacsc_imports import (
    ConvolutionalDictionaryLearning,
    split_signal,
    tukey_window,
)
from benchmark_utils.solver import DictionarySolver

UNBOUNDED = 10**9  # iterations. benchopt decides when to stop


class EnoughSteps(Exception):
    """Ends alphacsc's loop from inside its callback."""


class AlphacscSolver(DictionarySolver):
    """Base of the solvers of alphacsc, which run its own loop with a callback.

    The iterations are not changed. alphacsc divides the signals by their standard
    deviation. λ is divided by it here, so that the problem is that of the objective.

    Subclasses name the ``algorithm``. All have the parameters ``solver_z``, ``tol_z``
    (its tolerance, for signals of unit standard deviation), ``window`` (whether a Tukey
    window tapers the atoms), ``n_splits`` (pieces that one recording is cut into) and
    ``n_jobs`` (processes that code signals or pieces).
    """

    parameters = {
        "solver_z": ["lgcd"],
        "tol_z": [1e-3],
        "window": [False],
        "n_splits": [1],
        "n_jobs": [1],
    }
    test_config = {"objective": {"positive": True}}
    models = ("conv", "rank1")
    kinds = {"window": Flag()}
    signed = False
    eps = -np.inf  # alphacsc never stops by itself

    def skip(self, X, model, positive, atom_shape, **objective):
        skipped, reason = super().skip(X=X, model=model, positive=positive, **objective)
        if skipped:
            return skipped, reason
        if len(atom_shape) != 2:
            return True, f"{self.name} does signals in time only, not images"
        if np.std(X) == 0:
            return True, "alphacsc divides signals by their standard deviation, here 0"
        if self.n_splits == 1:
            return False, None
        if len(X) > 1:
            return True, (
                f"n_splits cuts one recording, and here are {len(X)} signals: "
                "use n_splits=1"
            )
        if X.shape[2] // self.n_splits < atom_shape[1]:
            return True, (
                f"n_splits={self.n_splits} leaves pieces shorter than an atom: use "
                f"n_splits={X.shape[2] // atom_shape[1]} or less"
            )
        return False, None

    def warm_up(self):
        # Imports, processes and compiled loops. Rank 1 has its own loops.
        X = np.random.default_rng(0).standard_normal((max(2, self.n_jobs), 2, 40))
        sizes = {"n_atoms": 2, "n_times_atom": 5, "n_iter": 2}
        self.learner(X, rank1=self.model == "rank1", **sizes).fit(X)

    def run(self, cb):
        self.n_steps, self.D = 0, self.D_init

        def callback(encoder, values):
            self.n_steps = len(values) // 2  # one value, then two for each iteration
            if len(encoder.D_hat) == self.n_atoms:
                self.D = self.full_atoms(encoder.D_hat)
            if not self.call(cb):
                raise EnoughSteps

        self.begin(cb)
        X = self.X
        if self.n_splits > 1:
            X = split_signal(X, self.n_splits, apply_window=False)
        with suppress(EnoughSteps):
            self.learner(X, callback=callback, **self.problem(X)).fit(X)
        self.end(cb)

    def problem(self, X):
        """Options of the estimator that define the problem, for signals X."""
        return {
            "n_atoms": self.n_atoms,
            "n_times_atom": self.atom_shape[1],
            "reg": self.lmbd / X.std(),
            "lmbd_max": "fixed",
            "rank1": self.model == "rank1",
            "window": self.window,
            "D_init": self.first_atoms(),
            "random_state": int(self.rng().integers(2**31)),
        }

    def learner(self, X, **kwargs):
        """The unfitted estimator for signals X."""
        return ConvolutionalDictionaryLearning(
            **{"n_iter": UNBOUNDED, **kwargs},
            algorithm=self.algorithm,
            algorithm_params=self.algorithm_params(len(X)),
            solver_z=self.solver_z,
            solver_z_kwargs={"tol": self.tol_z},
            eps=self.eps,
            n_jobs=self.n_jobs,
            verbose=0,
            raise_on_increase=False,  # it would raise for rounding errors
            name=self.name,
        )

    def algorithm_params(self, n_signals):
        """Further options of the algorithm."""
        return {}

    def first_atoms(self):
        """``D_init`` in the form of alphacsc: for rank 1, u and v side by side."""
        D = self.D_init
        if self.window:  # alphacsc expects atoms that are already tapered
            D = unit_atoms(D * tukey_window(D.shape[2]))
        return np.hstack(rank_one_factors(D)) if self.model == "rank1" else D

    def full_atoms(self, D):
        """Atoms scaled to unit norm. alphacsc's constraint is ‖d‖ <= 1."""
        if self.model == "rank1":
            u, v = np.split(D, [self.atom_shape[0]], axis=1)
            D = rank_one_atoms(u, v)
        return unit_atoms(D, fallback=self.D_init)

    def atoms(self):
        return self.D

    def extra_results(self):
        return {"n_threads": effective_n_jobs(self.n_jobs)}
