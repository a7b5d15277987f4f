"""Sparse codes one coordinate at a time, the one that moves most first.

A layer of FISTA moves all codes and costs a product with ``G``. To move one code costs
one row of ``G``. If only few codes are not zero, this takes much less time.
"""

import numpy as np
import torch

from benchmark_utils.coding.encoder import Encoder
from benchmark_utils.compiled import has_numba
from benchmark_utils.threads import on_threads

if has_numba():  # without numba, this module can still be imported
    from benchmark_utils.compiled.greedy import descend

LANES = 32  # rows of G are padded to whole vector registers of float32
f32 = np.float32


class GreedyDescent(Encoder):
    """Codes of a dense dictionary on the CPU, by greedy coordinate descent from zero.

    It computes in single precision, on as many threads as torch uses. It needs numba.

    Parameters
    ----------
    lmbd : float
        Absolute regularisation λ.
    tol : float
        Tolerance at the first step of a learner. Descent stops when no code would move
        by more than ``tol`` times the root mean square of ``Dᵀx`` over all signals,
        nor by more than λ/3.
    n_steps : float
        After the first step, the tolerance decreases as ``1 / (1 + step / n_steps)``:
        codes of poor atoms need no precision. If infinite, it does not decrease.
    positive : bool
        Whether codes are constrained to be non-negative.
    max_moves : int
        Descent on a signal ends after ``max_moves * n_atoms`` moves.

    Raises
    ------
    ValueError
        If lmbd, tol or n_steps is not positive, or max_moves is less than 1.

    References
    ----------
    T. T. Wu and K. Lange, "Coordinate descent algorithms for lasso penalized
    regression", Annals of Applied Statistics 2, 2008; for convolutional codes
    T. Moreau, L. Oudre and N. Vayatis, "DICOD", ICML 2018.
    """

    def __init__(self, lmbd, tol=0.13, n_steps=200, positive=False, max_moves=10):
        if not min(lmbd, tol, n_steps) > 0 or max_moves < 1:
            raise ValueError(
                "lmbd, tol and n_steps must be positive and max_moves at least 1, got "
                f"{lmbd}, {tol}, {n_steps} and {max_moves}."
            )
        self.lmbd, self.tol, self.n_steps = float(lmbd), float(tol), n_steps
        self.positive, self.max_moves = positive, max_moves

    def codes(self, dictionary, X, step=0):
        """Codes of the signals.

        Parameters
        ----------
        dictionary : Dense
        X : Tensor, shape (n_signals, n_features)
        step : int
            Step of the learner, counted from 0.

        Returns
        -------
        Z : Tensor, shape (n_signals, n_atoms)
        """
        b = dictionary.correlate(X).float().numpy()
        gram = others(dictionary.gram(X).matrix.float().numpy())
        root_mean_square = np.linalg.norm(b) / max(1, b.size) ** 0.5
        tol = min(self.tol * root_mean_square, self.lmbd / 3)
        tol /= 1 + step / self.n_steps
        Z = np.empty_like(b)

        def code(part):
            descend(
                b[part],
                gram,
                f32(-np.inf if self.positive else -self.lmbd),
                f32(self.lmbd),
                f32(tol),
                self.max_moves * len(gram),
                Z[part],
            )

        on_threads(code, len(Z))
        return torch.from_numpy(Z).to(X.dtype)


def others(gram):
    """``G`` with a zero diagonal, and rows padded with zeros to whole registers."""
    padded = np.zeros((len(gram), -(-len(gram) // LANES) * LANES), np.float32)
    padded[:, : len(gram)] = gram
    np.fill_diagonal(padded, 0)
    return padded
