"""All metrics of a dictionary that the result page shows."""

import numpy as np

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.scoring.codes import atom_usage, explained_variance, l0
from benchmark_utils.scoring.kept_codes import KeptCodes
from benchmark_utils.scoring.own_codes import OWN, own_codes, own_scores
from benchmark_utils.scoring.prediction import predicted_variance
from benchmark_utils.scoring.rebuilt_image import PART, RebuiltImage
from benchmark_utils.scoring.recovery import Recovery
from benchmark_utils.scoring.stretch import stretch, stretch_length
from benchmark_utils.scoring.subsets import chosen, subset


class Evaluator:
    """Scores of dictionaries on one problem, with codes certified in float64.

    The codes of one evaluation are the start of the next. Call ``reset`` before a run,
    so that its numbers do not depend on earlier runs.

    Parameters
    ----------
    X : ndarray or signals on disk, shape (n_signals, ...)
        Only the signals that are evaluated are read.
    model : str
    atom_shape : tuple of int
    lmbd : float
    positive : bool
    X_test : ndarray or None
        Held-out signals.
    D_true : ndarray or None
    reference : ndarray, shape (n_atoms_reference, *atom_shape), or None
        Atoms of another method. Rank-1 atoms are compared with them if there is no
        ``D_true``.
    clean : object or None
        An image whose signals can be rebuilt (:mod:`benchmark_utils.signals.images`).
    rng : numpy.random.Generator
        Draws the part of large data that is evaluated.
    n_atoms : int or None
        Number of atoms of the dictionaries. With many atoms, fewer signals are coded.
    codes_test : sparse array, shape (n_test, n_atoms_true), or None
        True codes of the held-out signals, for the scores of supports.
    """

    def __init__(
        self,
        X,
        model,
        atom_shape,
        lmbd,
        positive,
        X_test=None,
        D_true=None,
        reference=None,
        clean=None,
        rng=None,
        n_atoms=None,
        codes_test=None,
    ):
        self.model, self.lmbd, self.positive = model, lmbd, positive
        parts = {"train": subset(X, atom_shape, rng, "training", n_atoms)}
        if codes_test is not None:
            places = chosen(len(X_test), n_atoms, rng, "test")
            X_test, codes_test = X_test[places], codes_test[places]
        if X_test is not None:
            parts["test"] = subset(X_test, atom_shape, rng, "test", n_atoms)
        self.image = None if clean is None else RebuiltImage(clean, parts["train"])
        if self.image is not None:
            parts[PART] = self.image.others
        self.recovery = Recovery(model, D_true, reference, codes_test)
        self.codes = KeptCodes(parts, model, lmbd, positive, n_atoms)
        self.signals = self.codes.signals

    def reset(self):
        """Forget the codes of earlier evaluations."""
        self.codes.reset()

    def evaluate(self, D, Z=None, encode=None, solver="the solver"):
        """All metrics of a dictionary.

        Parameters
        ----------
        D : ndarray, shape (n_atoms, *atom_shape)
            Valid (see :func:`benchmark_utils.problem.validation.check_dictionary`).
        Z : ndarray or None
            The method's own codes of all of X, for ``psnr_network``.
        encode : callable or None
            The method's own encoder, signals -> codes, for ``amortisation_gap``.
        solver : str
            Name of the solver, for errors.

        Returns
        -------
        metrics : dict of str to float
            A metric is NaN if the data do not have what it needs.
        """
        metrics = self._losses(D)
        name = "test" if "test" in self.signals else "train"
        codes = self.codes.of(D, name)
        metrics["l0"] = l0(codes)
        metrics["explained_variance"] = explained_variance(
            self.signals[name], codes, self.lmbd
        )
        metrics |= dict.fromkeys(OWN, np.nan)
        own = None
        if encode:
            X, dictionary = self.signals[name], make_dictionary(self.model, D)
            own = own_codes(encode, X, codes.Z, self.positive, solver)
            metrics |= own_scores(dictionary, X, own, codes, self.lmbd)
        image = {"psnr": np.nan, "psnr_network": np.nan}
        if self.image is not None:
            image = self.image.scores(D, self.codes, Z)
        recovery = self.recovery.scores(D, codes.Z, own)
        return {**metrics, **recovery, **image}

    def _losses(self, D):
        """Losses with their precision, and how much the codes use the atoms."""
        train = self.codes.of(D, "train")
        metrics = {
            "value": train.values.mean().item(),
            "duality_gap": train.relative_gap,
            "test_loss": np.nan,
            "dead_atoms": int((atom_usage(train.Z) == 0).sum()),
            "density": (train.Z != 0).double().mean().item(),
            "n_evaluated": len(train.Z),
        }
        if "test" in self.signals:
            test = self.codes.of(D, "test")
            metrics["test_loss"] = test.values.mean().item()
            metrics["duality_gap"] = max(metrics["duality_gap"], test.relative_gap)
        return metrics

    def usage(self, D):
        """Mean absolute code of each atom, shape (n_atoms,)."""
        return atom_usage(self.codes.of(D, "train").Z)

    def stretch(self, D, sfreq=None):
        """A stretch of a recording with its codes, or None for other signals.

        Parameters
        ----------
        D : ndarray, shape (n_atoms, n_channels, n_times_atom)
        sfreq : float or None
            In Hz.

        Returns
        -------
        dict or None
            See :func:`stretch.stretch`.
        """
        X = self.signals["train"]
        if self.model == "dense" or X.dim() != 3:
            return None
        codes = self.codes.of(D, "train").Z
        dictionary = make_dictionary(self.model, D)
        return stretch(dictionary, X, codes, stretch_length(sfreq))

    def prediction(self, D):
        """Score of the prediction of hidden features of the held-out signals.

        Returns
        -------
        score, error : float
            See :func:`prediction.predicted_variance`.
        """
        X = self.signals["test"]
        return predicted_variance(self.model, D, X, self.lmbd, self.positive)

    def denoised(self, D):
        """The image rebuilt from the certified codes, or None."""
        return None if self.image is None else self.image.denoised(D, self.codes)
