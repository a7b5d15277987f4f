"""What the two solvers of scikit-learn share."""

import warnings

from joblib import effective_n_jobs
from sklearn.decomposition import sparse_encode
from sklearn.exceptions import ConvergenceWarning

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.reading.on_disk import in_memory
from benchmark_utils.solver import DictionarySolver

WARM_UP_SIGNALS = 64


class SklearnSolver(DictionarySolver):
    """Base of Online-sklearn and Batch-sklearn. ``iterate`` updates ``self.D``.

    Subclasses have the parameters ``fit_algorithm`` (cd or lars) and ``n_jobs``, the
    number of processes that code signals.
    """

    def skip(self, positive, **objective):
        if positive and self.fit_algorithm == "lars":
            return True, "fit_algorithm=lars cannot do z >= 0: use fit_algorithm=cd"
        return super().skip(positive=positive, **objective)

    def warm_up(self):
        # Processes take a second to start.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            X, D = in_memory(self.X[:WARM_UP_SIGNALS]), self.D_init
            sparse_encode(X, D, algorithm="lasso_cd", alpha=1, n_jobs=self.n_jobs)

    def step(self):
        # Coordinate descent warns of each signal that does not reach its tolerance.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return self.iterate()

    def atoms(self):
        # scikit-learn constrains atoms to ‖d‖ <= 1.
        return unit_atoms(self.D, fallback=self.D_init)

    def extra_results(self):
        return {"n_threads": effective_n_jobs(self.n_jobs)}
