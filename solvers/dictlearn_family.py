import numpy as np

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.parameters.kinds import Choice
from benchmark_utils.solver import DictionarySolver

ALGORITHMS = ("aksvd", "ksvd", "uaksvd", "sgk", "mod", "sparsenet", "l1")


class Solver(DictionarySolver):
    """The K-SVD family, and dictionary learning with an l1 penalty, by ``dictlearn``.

    ``algorithm`` is the name that the package has: aksvd, ksvd, uaksvd, sgk, mod and
    sparsenet code with at most ``n_nonzero`` atoms by orthogonal matching pursuit;
    ``n_nonzero=None`` is a tenth of the features. They have no λ. ``l1`` (APrU) codes
    with FISTA, and its penalty is 2λ, for its data term lacks the ½. ``nsgk`` is not
    offered.

    A step is a call with ``max_iter=1``, from the last atoms. The codes that end a call
    begin the next one, so the iterates and the cost are those of a single call.

    P. Irofti, D. Ilie-Ablachim and B. Dumitrescu, ``dictlearn`` 1.0.0; B. Dumitrescu
    and P. Irofti, "Dictionary Learning Algorithms and Applications", Springer, 2018.
    """

    name = "dictlearn"
    requirements = ["pip::dictlearn"]
    optional = ("dictlearn",)
    parameters = {"algorithm": ["aksvd"], "n_nonzero": [None]}
    kinds = {"algorithm": Choice(*ALGORITHMS)}
    nonnegative = False
    code_counts = ("n_nonzero",)

    def skip(self, **objective):
        if self.n_nonzero is not None and self.algorithm == "l1":
            return True, "n_nonzero has no effect on algorithm=l1: use n_nonzero=None"
        return super().skip(**objective)

    def memory(self, X, n_atoms, **objective):
        # All codes: kept, moved with the atoms, new, and their products; float64.
        return 8 * n_atoms * (4 * len(X) + n_atoms)

    def warm_up(self):
        # The pursuit is compiled at its first call.
        self.start()
        self.method.fit(self.X[:64])

    def start(self):
        self.D, self.coded = self.D_init, None
        self.method = self._method(int(self.rng().integers(2**31)))
        self.coder = self.method.transform_algorithm
        self.method.transform_algorithm = self._codes

    def _method(self, seed):
        """The estimator of the package, which does one iteration a call."""
        from dictlearn import DictionaryLearning, L1DictionaryLearning  # optional

        given = {"dict_init": self.D_init, "max_iter": 1}
        given["random_state"] = np.random.RandomState(seed)  # goes on between calls
        if self.algorithm == "l1":
            method = L1DictionaryLearning(self.n_atoms, alpha=2 * self.lmbd, **given)
            method.n_nonzero_coefs = 1  # not looked at, but it has to be valid
            return method
        tenth = max(1, self.X.shape[1] // 10)
        n_nonzero = min(self.n_nonzero or tenth, self.n_atoms)
        return DictionaryLearning(
            self.n_atoms,
            fit_algorithm=self.algorithm,
            n_nonzero_coefs=n_nonzero,
            **given,
        )

    def _codes(self, X, D, **given):
        """Codes by the package's coder; those of the last atoms are remembered."""
        from dictlearn import sparse_encode

        if self.coded is None or not np.array_equal(D, self.coded[0]):
            codes = sparse_encode(X, D, algorithm=self.coder, **given)
            self.coded = D.copy(), codes
        return self.coded[1].copy()  # the update writes into codes

    def step(self):
        self.method.dict_init = self.D
        self.D = self.method.fit(self.X).components_
        return True

    def atoms(self):
        # MOD makes a zero of an atom that no signal uses.
        return unit_atoms(self.D, fallback=self.D_init)
