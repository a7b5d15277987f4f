"""A learned dictionary, and everything that is needed to use it."""

from dataclasses import dataclass, field

import numpy as np
import torch

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.problem.units import Units

TOLERANCE = 1e-6  # relative duality gap of the codes


@dataclass
class Learned:
    """A learned dictionary.

    Attributes
    ----------
    D : ndarray, shape (n_atoms, n_features) or (n_atoms, n_channels, *atom_support)
        Unit-norm atoms, the most used ones first.
    model : {"dense", "conv", "rank1"}
    lmbd : float
        λ, in the units of the signals.
    positive : bool
        Whether codes are constrained to z >= 0.
    u, v : ndarray or None
        Maps (n_atoms, n_channels) and waveforms (n_atoms, n_times_atom) of rank-1
        atoms.
    names : dict of str
        Names of the solver, the dataset and the objective.
    scores : dict of float
        Metrics of the last evaluation: see docs/metrics.md.
    info : dict
        Facts about recordings, as far as they are known: ``sfreq`` in Hz, ``ch_names``,
        ``ch_types``, ``ch_pos`` (n_channels, 3) and ``ch_loc`` (n_channels, 12) in
        metres, ``ch_scale`` (n_channels,), the numbers that channels were divided by,
        and ``filter`` and ``resample``, as given to ``from_file``.
    """

    D: np.ndarray
    model: str
    lmbd: float
    positive: bool
    u: np.ndarray = None
    v: np.ndarray = None
    names: dict = field(default_factory=dict)
    scores: dict = field(default_factory=dict)
    info: dict = field(default_factory=dict)

    def transform(self, X):
        """Lasso codes of new signals, to a relative duality gap of 1e-6.

        Parameters
        ----------
        X : ndarray, shape (n_signals, n_features) or (n_signals, n_channels, *support)
            In the units of the signals that were learned from.

        Returns
        -------
        Z : ndarray, shape (n_signals, n_atoms) or (n_signals, n_atoms, *places)

        Raises
        ------
        ValueError
            If the atoms do not fit in the signals, or the signals are not finite.
        """
        X = np.asarray(X, dtype=np.float64)
        self._check(X)
        units = Units.of(X)
        signals = torch.as_tensor(units.scaled(X))
        options = units.scaled(self.lmbd), self.positive
        D = make_dictionary(self.model, self.D)
        codes = certified_codes(D, signals, *options, tol=TOLERANCE)
        codes.warn_above(TOLERANCE, "new")
        return units.code(codes.Z.numpy())

    def save(self, path, Z=None):
        """Write everything to an .npz file, which numpy reads.

        Parameters
        ----------
        path : str or path
        Z : ndarray or None
            Codes to store beside the atoms.
        """
        arrays = {"D": self.D, "u": self.u, "v": self.v, "Z": Z, **self.info}
        words = {"model": self.model, **self.names}
        numbers = {"lmbd": self.lmbd, "positive": self.positive, **self.scores}
        content = {**words, **numbers, **arrays}
        np.savez_compressed(path, **{k: v for k, v in content.items() if v is not None})

    def _check(self, X):
        same = X.ndim == self.D.ndim and X.shape[1] == self.D.shape[1]
        if not same or any(
            n < m for n, m in zip(X.shape[2:], self.D.shape[2:], strict=True)
        ):
            raise ValueError(
                f"Signals have shape {X.shape}, atoms {self.D.shape}: a signal must "
                "have as many features or channels, and be at least as long."
            )
        if not np.isfinite(X).all():
            raise ValueError("Signals are not finite: leave out NaN and infinite ones.")
