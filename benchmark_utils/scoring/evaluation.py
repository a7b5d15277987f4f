"""All metrics of a dictionary that the result page shows."""

from functools import cache
from importlib import import_module

import numpy as np
import torch

from benchmark_utils.coding.certified import WIDE, certified_codes
from benchmark_utils.compiled import has_numba
from benchmark_utils.devices import host_tensor
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.scoring.codes import explained_variance, l0
from benchmark_utils.scoring.own_codes import OWN, own_codes, own_scores, own_support
from benchmark_utils.scoring.prediction import predicted_variance
from benchmark_utils.scoring.scores import (
    atom_scores,
    correlations,
    match,
    rank_one_scores,
)
from benchmark_utils.scoring.stretch import stretch, stretch_length
from benchmark_utils.scoring.subsets import chosen, places_in, subset
from benchmark_utils.scoring.supports import support_scores

TOLERANCE = 1e-6  # relative duality gap of the losses
PSNR_TOLERANCE = 1e-3  # gap of the codes of an image. It costs at most 0.01 dB
RECOVERIES = (
    "recovery_score",
    "mcc",
    "recovered_atoms",
    "recovery_u",
    "recovery_v",
    "recovery_uv",
    "recovery_pairs",
    "support_precision",
    "support_recall",
    "support_f1",
)


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
        self.codes_test = codes_test
        if X_test is not None:
            parts["test"] = subset(X_test, atom_shape, rng, "test", n_atoms)
        if clean is not None:
            parts["image"] = self._not_coded_yet(clean.signals(), parts["train"])
        self.signals = {
            name: host_tensor(part, torch.float64) for name, part in parts.items()
        }
        self.D_true, self.reference, self.clean = D_true, reference, clean
        compile_for(model, (n_atoms or 0) >= WIDE)
        self.reset()

    def reset(self):
        """Forget the codes of earlier evaluations."""
        self._codes = dict.fromkeys(self.signals)
        self._D, self._found = None, {}

    def _not_coded_yet(self, image, train):
        """The signals of an image that are not among the training signals."""
        self._places = places_in(image, train)
        return image[self._places < 0]

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
        train = self._code(D, "train", TOLERANCE)
        usage = atom_usage(train.Z)
        metrics = {
            "value": train.values.mean().item(),
            "duality_gap": train.relative_gap,
            "test_loss": np.nan,
            "dead_atoms": int((usage == 0).sum()),
            "density": (train.Z != 0).double().mean().item(),
            "n_evaluated": len(train.Z),
        }
        if "test" in self.signals:
            test = self._code(D, "test", TOLERANCE)
            metrics["test_loss"] = test.values.mean().item()
            metrics["duality_gap"] = max(metrics["duality_gap"], test.relative_gap)
        name = "test" if "test" in self.signals else "train"
        codes = self._code(D, name, TOLERANCE)
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
        return {**metrics, **self._recovery(D, own), **self._image(D, Z)}

    def usage(self, D):
        """Mean absolute code of each atom, shape (n_atoms,)."""
        codes = self._code(D, "train", TOLERANCE)
        return atom_usage(codes.Z)

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
        codes = self._code(D, "train", TOLERANCE).Z
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
        if self.clean is None:
            return None
        dictionary = make_dictionary(self.model, D)
        codes = self._image_codes(D)
        return self.clean.rebuild(dictionary.reconstruct(codes).numpy())

    def _image_codes(self, D):
        """Certified codes of the image, shape (n_signals, ...)."""
        train = self._code(D, "train", TOLERANCE).Z
        there = self._places >= 0
        codes = train[np.maximum(self._places, 0)]
        if not there.all():
            codes[~there] = self._code(D, "image", PSNR_TOLERANCE).Z
        return codes

    def _code(self, D, name, tol):
        """Certified codes for a dictionary. They are computed once for each one."""
        if self._D is None or not np.array_equal(self._D, D):
            self._D, self._found = np.array(D), {}
        if name not in self._found:
            self._found[name] = self._certified(D, name, tol)
        return self._found[name]

    def _certified(self, D, name, tol):
        codes = certified_codes(
            make_dictionary(self.model, D),
            self.signals[name],
            self.lmbd,
            positive=self.positive,
            tol=tol,
            Z_init=self._codes[name],
        )
        codes.warn_above(tol, name)
        self._codes[name] = codes.Z
        return codes

    def _recovery(self, D, own):
        scores = dict.fromkeys(RECOVERIES, np.nan)
        if self.D_true is not None:
            C = correlations(D, self.D_true)
            matching = match(C)
            scores |= atom_scores(C, matching)
            if self.codes_test is not None:
                codes = self._code(D, "test", TOLERANCE).Z.numpy()
                scores |= support_scores(codes, self.codes_test, matching)
                if own is not None:
                    scores |= own_support(own, self.codes_test, matching)
        known = self.reference if self.D_true is None else self.D_true
        if self.model == "rank1" and known is not None:
            scores |= rank_one_scores(D, known)
        return scores

    def _image(self, D, Z):
        metrics = {"psnr": np.nan, "psnr_network": np.nan}
        if self.clean is None:
            return metrics
        dictionary, codes = make_dictionary(self.model, D), self._image_codes(D)
        metrics["psnr"] = self.clean.psnr(dictionary.reconstruct(codes).numpy())
        if Z is not None and np.shape(Z) == tuple(codes.shape):
            own = torch.as_tensor(np.asarray(Z, dtype=np.float64))
            rebuilt = dictionary.reconstruct(own).numpy()
            metrics["psnr_network"] = self.clean.psnr(rebuilt)
        return metrics


@cache
def compile_for(model, wide=False):
    """Compile the loops that certify codes of a model, before a run is timed."""
    if wide and has_numba():
        import_module("benchmark_utils.compiled.candidates")  # compiles on import
    rng = np.random.default_rng(0)
    atom, signal = ((5,), (5,)) if model == "dense" else ((2, 5), (2, 30))
    D = unit_atoms(rng.standard_normal((2, *atom)))
    X = torch.as_tensor(rng.standard_normal((2, *signal)))
    certified_codes(make_dictionary(model, D), X, lmbd=0.1, max_iter=100)


def atom_usage(Z):
    """Mean absolute code of each atom.

    Parameters
    ----------
    Z : Tensor, shape (n_signals, n_atoms, ...)

    Returns
    -------
    usage : ndarray, shape (n_atoms,)
    """
    if Z.dim() > 2:
        Z = Z.abs().flatten(2).mean(dim=2)
    return Z.abs().mean(dim=0).numpy()
