import numpy as np
from benchopt import BaseObjective

from benchmark_utils.component import ObjectiveComponent
from benchmark_utils.dictionaries.factors import rank_one_atoms
from benchmark_utils.problem.initial import initial_dictionary
from benchmark_utils.problem.regularization import absolute_lmbd, warn_of_lmbd
from benchmark_utils.problem.units import Units
from benchmark_utils.problem.validation import check_dictionary, check_problem
from benchmark_utils.reading.on_disk import is_on_disk
from benchmark_utils.scoring import kept_atoms
from benchmark_utils.scoring.atom_names import atom_names
from benchmark_utils.scoring.evaluation import Evaluator
from benchmark_utils.scoring.outliers import outlier_f1
from benchmark_utils.signals.recording_info import RECORDING_INFO

LOSSES = ("value", "test_loss", "network_loss")


class Objective(ObjectiveComponent, BaseObjective):
    """Lasso dictionary learning: the quality of a dictionary against time.

    The problem is min over D in C, Z of ½‖X - Z·D‖² + λ‖Z‖₁, with atoms of unit norm
    (eq. 1 of B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022). No solver is trusted:
    every D is checked, and the signals are coded again, to a certified precision.
    """

    name = "Dictionary learning"
    url = "https://github.com/benchopt/benchmark_dictionary_learning"
    min_benchopt_version = "1.10"
    requirements = [
        "pip::numpy<2.4",
        "pip::scikit-learn",
        "pip::scipy",
        "pip::threadpoolctl",
        "pip::torch>=2.4",
    ]

    parameters = {
        "reg": [0.1],
        "scaled_reg": [False],
        "init": ["random"],
        "positive": [False],
        "landscape": [False],
        "predict": [False],
    }
    shown = {"reg": "reg"}
    sampling_strategy = "callback"

    test_dataset_name = "gaussian"
    test_config = {
        "dataset": {"name": ["gaussian", "image_patches", "image", "simulated_meg"]}
    }

    def skip(self, X, D_true=None, n_atoms=None, **data):
        remedy = "use init=random or init=data"
        if self.init == "perturbed" and D_true is None:
            return True, f"init=perturbed needs a dataset with a known D_true: {remedy}"
        if self.init == "perturbed" and len(D_true) != n_atoms:
            return True, (
                "init=perturbed needs as many true atoms as are to be learned: "
                f"{remedy}"
            )
        if self.landscape and is_on_disk(X):
            return True, (
                "landscape=True puts all of X in the results, and X is on disk: use "
                "landscape=False"
            )
        if self.predict and data.get("X_test") is None:
            return True, (
                "predict=True needs held-out signals: use test_fraction=0.2, or "
                "predict=False"
            )
        return False, None

    def set_data(
        self,
        X,
        model,
        n_atoms,
        atom_shape,
        X_test=None,
        D_true=None,
        clean=None,
        info=None,
    ):
        X, X_test = check_problem(X, X_test, model, n_atoms, atom_shape)
        # From here on, signals have unit root mean square.
        self.units = Units.of(X)
        self.X = self.units.scaled(X)
        self.model, self.n_atoms, self.atom_shape = model, n_atoms, tuple(atom_shape)
        self.D_true, self.clean, self.info = D_true, clean, info or {}
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        self.D_init = initial_dictionary(
            self.init, n_atoms, self.atom_shape, rng, self.X, model, D_true, self.info
        )
        reg = self.reg if self.scaled_reg else self.units.scaled(self.reg)
        self.lmbd = absolute_lmbd(
            reg, self.scaled_reg, self.model, self.D_init, self.X, self.positive
        )
        self.evaluator = self._evaluator(self.units.scaled(X_test), rng)

    def _evaluator(self, X_test, rng):
        return Evaluator(
            self.X,
            self.model,
            self.atom_shape,
            self.lmbd,
            self.positive,
            X_test=X_test,
            D_true=self.D_true,
            reference=self._reference_atoms(),
            clean=self.units.image(self.clean),
            rng=rng,
            n_atoms=self.n_atoms,
            codes_test=self.info.get("codes_test"),
        )

    def _reference_atoms(self):
        """Kernels of the reference atoms that a dataset has, or None."""
        factors = self.info.get("reference")
        if factors is None:
            return None
        return rank_one_atoms(factors["u"], factors["v"])

    def get_objective(self):
        # Called once for each run. No run may start at the codes of another one.
        self.evaluator.reset()
        self.history = []
        return {
            "X": self.X,
            "model": self.model,
            "n_atoms": self.n_atoms,
            "atom_shape": self.atom_shape,
            "lmbd": self.lmbd,
            "D_init": self.D_init,
            "positive": self.positive,
            "with_codes": self.clean is not None,
        }

    def evaluate_result(
        self,
        D,
        Z=None,
        n_steps=0,
        n_evaluations=np.nan,
        solver="?",
        encode=None,
        outliers=None,
        **extra,
    ):
        D = check_dictionary(D, self.D_init.shape, self.model, solver)
        if not self._keeps_factors:
            self.history.append(D.astype(np.float32))
        # Scalars of the method, such as n_threads, come first: scores replace them.
        metrics = {**extra, **self.evaluator.evaluate(D, Z, encode, solver)}
        self.density = metrics["density"]
        losses = {k: self.units.loss(metrics[k]) for k in LOSSES if k in metrics}
        return {
            **metrics,
            **losses,
            "outlier_f1": self._outlier_f1(outliers, solver),
            "n_steps": n_steps,
            "n_evaluations": n_evaluations,
            "lmbd": self.units.code(self.lmbd),
        }

    def _outlier_f1(self, outliers, solver):
        """Score of the mask of a method, or NaN without a mask or without the truth."""
        truth = self.info.get("outliers")
        if outliers is None or truth is None:
            return np.nan
        return outlier_f1(outliers, self.X, truth, solver)

    def save_final_results(self, D, solver="?", **result):
        image = self.clean is not None
        if self.D_true is None and not image:  # with the truth, scores judge λ
            warn_of_lmbd(self.density, solver)
        return {
            **self._atoms(D),
            "usage": self.units.code(self.evaluator.usage(D)),
            "atom_names": self._atom_names(D),
            "model": self.model,
            "atom_shape": self.atom_shape,
            "problem": self._problem() if self.landscape else None,
            "stretch": self._stretch(D),
            "patch_shape": self.info.get("patch_shape"),
            "clean": self.clean.clean if image else None,
            "noisy": self.clean.noisy if image else None,
            "denoised": self.evaluator.denoised(D),
            "prediction": self.evaluator.prediction(D) if self.predict else None,
            **{key: self.info.get(key) for key in (*RECORDING_INFO, "reference")},
        }

    @property
    def _keeps_factors(self):
        """Whether results have ``u`` and ``v`` instead of kernels.

        Kernels are a hundred times larger, and only landscapes need them.
        """
        return self.model == "rank1" and not self.landscape

    def _atoms(self, D):
        """The learned and the true atoms, in the form that results have."""
        if self._keeps_factors:
            return kept_atoms.factors(D, self.D_init, self.D_true)
        return kept_atoms.kernels(D, self.D_true, self.history)

    def _stretch(self, D):
        """A stretch of a recording and of its codes, in the user's units, or None."""
        found = self.evaluator.stretch(D, self.info.get("sfreq"))
        if found is None:
            return None
        signals = ("signal", "reconstruction", "activations")
        return found | {key: self.units.code(found[key]) for key in signals}

    def _atom_names(self, D):
        """Names of the signals that are most similar to each atom, or None."""
        named = self.info.get("named")
        return None if named is None else atom_names(D, **named)

    def _problem(self):
        """The problem whose loss the plots of landscapes show."""
        X, lmbd = (self.units.code(value) for value in (self.X, self.lmbd))
        return {"X": X, "lmbd": lmbd, "positive": self.positive}

    def get_one_result(self):
        return {"D": self.D_init, "n_steps": 0}
