import numpy as np
from sklearn.decomposition import dict_learning
from sklearn.utils import check_random_state

from benchmark_utils.sklearn_solver import SklearnSolver

TOLERANCE = 1e-8  # relative decrease of the cost at which scikit-learn stops


class Solver(SklearnSolver):
    """Batch dictionary learning by scikit-learn (``DictionaryLearning``): codes of all
    signals, then one pass of block coordinate descent on D.

    A step is one iteration, started at the last codes and atoms. So the iterates are
    those of a single run.

    J. Mairal, F. Bach, J. Ponce and G. Sapiro, "Online dictionary learning for sparse
    coding", ICML 2009, Algorithm 2 on all of the data.
    """

    name = "Batch-sklearn"
    requirements = ["pip::scikit-learn"]
    parameters = {"fit_algorithm": ["cd"], "n_jobs": [1]}
    parameter_template = "{fit_algorithm},jobs={n_jobs}"

    def memory(self, X, n_atoms, **objective):
        # All codes, before and after a step and transposed, and DᵀD; float64.
        return 8 * n_atoms * (3 * len(X) + 2 * n_atoms)

    def start(self):
        self.random_state = check_random_state(int(self.rng().integers(2**31)))
        self.D, self.cost = self.D_init.copy(), np.inf  # D is updated in place
        # Without initial codes, scikit-learn ignores the initial dictionary too.
        self.Z = np.zeros((len(self.X), self.n_atoms))

    def iterate(self):
        self.Z, self.D, (cost,) = dict_learning(
            self.X,
            self.n_atoms,
            alpha=self.lmbd,  # of ½‖X - ZD‖² + α‖Z‖₁, as here
            max_iter=1,
            method=self.fit_algorithm,
            dict_init=self.D,
            code_init=self.Z,
            positive_code=self.positive,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
        )
        going = self.cost - cost > TOLERANCE * cost
        self.cost = cost
        return going
