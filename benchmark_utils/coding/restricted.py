"""The Lasso on the support of a code, to be solved once FISTA has found the support."""

import warnings

import numpy as np
import torch
from scipy.linalg import cholesky, solve_triangular
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import lasso_path

MAX_SUPPORT = 1500  # non-zero entries. A code with more is left to FISTA
RIDGE = 1e-10  # added to the diagonal of G, which is one. It matters for equal atoms
PRECISION = 1e-10


class Restricted:
    """Codes of long signals, solved by coordinate descent on their own support.

    Codes of recordings have many entries, and only few are not zero. A step of FISTA on
    all entries is expensive. It takes thousands of steps, because neighbouring entries
    are strongly correlated. Restricted to the non-zero entries, ``G`` is a small matrix
    of cross-correlations of atoms.

    Parameters
    ----------
    dictionary : Dictionary
        Convolutional, with full or rank-1 atoms.
    X : Tensor, shape (n_signals, n_channels, *support)
    codes : tuple of int
        Shape of the codes of one atom.
    lmbd : float
    positive : bool
    """

    def __init__(self, dictionary, X, codes, lmbd, positive):
        self.lmbd, self.positive = lmbd, positive
        self.atom = [n - c + 1 for n, c in zip(X.shape[2:], codes, strict=True)]
        self.dictionary, self.X, self._lags = dictionary, X, None

    def solve(self, z, b):
        """Minimise over codes of the same support.

        Parameters
        ----------
        z, b : Tensor, shape (n_atoms, *codes)
            A code to start at, and ``Dᵀx``.

        Returns
        -------
        z : Tensor, shape (n_atoms, *codes)
            The minimum. It is the given code if that has no support, or one of more
            than ``MAX_SUPPORT`` entries.
        """
        places = torch.nonzero(z)
        if not 0 < len(places) <= MAX_SUPPORT:
            return z
        support = tuple(places.T)
        G = self.matrix(places).cpu().numpy()
        values = self._lasso(G, b[support].cpu().numpy(), z[support].cpu().numpy())
        solved = torch.zeros_like(z)
        solved[support] = torch.as_tensor(values).to(z)
        return solved

    def matrix(self, places):
        """``G`` between entries of a code.

        Parameters
        ----------
        places : Tensor, shape (n_places, 1 + n_dims)
            Atom, and time or position.

        Returns
        -------
        G : Tensor, shape (n_places, n_places)
        """
        if self._lags is None:
            self._lags = self._cross_correlations()
        atoms, times = places[:, 0], places[:, 1:]
        reach = torch.as_tensor(self.atom, device=times.device) - 1
        lags = times[:, None] - times[None]
        overlap = (lags.abs() <= reach).all(2)
        lags = (lags + reach) * overlap[:, :, None]
        index = (atoms[None], atoms[:, None], *lags.unbind(2))
        return self._lags[index] * overlap

    def _cross_correlations(self):
        """``⟨d_l, d_k shifted⟩``: ``G`` applied to an impulse of each atom."""
        n_atoms = self.dictionary.n_atoms
        around = self.X.new_empty(1, 1, *(3 * m - 2 for m in self.atom))
        impulses = self.X.new_zeros(n_atoms, n_atoms, *(2 * m - 1 for m in self.atom))
        each = torch.arange(n_atoms)
        impulses[(each, each, *(m - 1 for m in self.atom))] = 1
        return self.dictionary.gram(around).apply(impulses)

    def _lasso(self, G, b, start):
        # With G = RᵀR and y = R⁻ᵀb, ½‖y - Rw‖² is ½wᵀGw - bᵀw up to a constant.
        R = cholesky(G + RIDGE * np.eye(len(G)))
        y = solve_triangular(R, b, trans="T")
        with warnings.catch_warnings():
            # The result is certified afterwards, whether it has converged or not.
            warnings.simplefilter("ignore", ConvergenceWarning)
            _, path, _ = lasso_path(
                R,
                y,
                alphas=[self.lmbd / len(y)],
                coef_init=start,
                positive=self.positive,
                tol=PRECISION,
            )
        return path[:, 0]
