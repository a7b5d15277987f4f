"""Certified codes of the signals of one problem, computed once for each dictionary."""

from functools import cache
from importlib import import_module

import numpy as np
import torch

from benchmark_utils.coding.certified import WIDE, certified_codes
from benchmark_utils.compiled import has_numba
from benchmark_utils.devices import host_tensor
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms

TOLERANCE = 1e-6  # relative duality gap of the losses


class KeptCodes:
    """Codes of parts of the signals, kept until they are asked for another dictionary.

    The codes of one dictionary are the start for the next.

    Parameters
    ----------
    parts : dict of str to ndarray
        Signals of each part, shape (n_signals, ...).
    model : str
    lmbd : float
    positive : bool
    n_atoms : int or None
        Number of atoms of the dictionaries, if it is known.

    Attributes
    ----------
    signals : dict of str to Tensor
        The parts in float64.
    """

    def __init__(self, parts, model, lmbd, positive, n_atoms=None):
        self.model, self.lmbd, self.positive = model, lmbd, positive
        self.signals = {
            name: host_tensor(part, torch.float64) for name, part in parts.items()
        }
        compile_for(model, (n_atoms or 0) >= WIDE)
        self.reset()

    def reset(self):
        """Forget the codes of earlier dictionaries."""
        self._starts = dict.fromkeys(self.signals)
        self._D, self._found = None, {}

    def of(self, D, name, tol=TOLERANCE):
        """The codes of one part.

        Parameters
        ----------
        D : ndarray, shape (n_atoms, *atom_shape)
        name : str
            A key of ``signals``.
        tol : float
            Relative duality gap. It must be the same whenever this part is coded.

        Returns
        -------
        codes : CertifiedCodes
        """
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
            Z_init=self._starts[name],
        )
        codes.warn_above(tol, name)
        self._starts[name] = codes.Z
        return codes


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
