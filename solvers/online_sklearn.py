import warnings

import torch
from joblib import effective_n_jobs
from sklearn.decomposition import MiniBatchDictionaryLearning
from sklearn.exceptions import ConvergenceWarning

from benchmark_utils.initial import unit_atoms
from benchmark_utils.sampling import MiniBatches
from benchmark_utils.solver import DictionarySolver


class Solver(DictionarySolver):
    """Online dictionary learning by scikit-learn: ``MiniBatchDictionaryLearning``,
    one mini-batch a step.

    J. Mairal, F. Bach, J. Ponce and G. Sapiro, "Online dictionary learning for sparse
    coding", ICML 2009.
    """

    name = "Online-sklearn"
    requirements = ["pip::scikit-learn", "pip::torch==2.13.0"]
    parameters = {
        "batch_size": [512],
        "fit_algorithm": ["cd"],
        "n_jobs": [1],  # processes pay from about 4000 signals a batch
    }
    parameter_template = "batch={batch_size},{fit_algorithm},jobs={n_jobs}"
    test_config = {"batch_size": 20}

    def skip(self, model, positive, **objective):
        if positive and self.fit_algorithm == "lars":
            return True, "fit_algorithm=lars cannot do z >= 0: use fit_algorithm=cd"
        return super().skip(model, positive, **objective)

    def start(self):
        rng = self.rng()
        self.batches = MiniBatches(self.X, self.batch_size, rng, dtype=torch.float64)
        self.learner = MiniBatchDictionaryLearning(
            self.n_atoms,
            alpha=self.lmbd,  # of ½‖X - ZD‖² + α‖Z‖₁, as here
            dict_init=self.D_init.copy(),  # it may be updated in place
            fit_algorithm=self.fit_algorithm,
            positive_code=self.positive,
            n_jobs=self.n_jobs,
            random_state=int(rng.integers(2**31)),
        )

    def step(self):
        with warnings.catch_warnings():
            # Coordinate descent says so of each signal short of its tolerance.
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.learner.partial_fit(self.batches.draw().numpy())
        return True

    def atoms(self):
        D = getattr(self.learner, "components_", self.D_init)
        return unit_atoms(D, fallback=self.D_init)

    def extra_results(self):
        return {"n_threads": effective_n_jobs(self.n_jobs)}
