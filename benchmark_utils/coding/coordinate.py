"""Codes of small convolutional atoms by coordinate descent, and by Newton's method."""

import numpy as np
import torch

from benchmark_utils.coding.method import Method
from benchmark_utils.coding.newton import solve_on_signs
from benchmark_utils.compiled import shifts

RELAXATION = 1.8  # scales the moves: 1 lands on the minimum
SWEEPS = 50  # most sweeps of the non-zero codes between two sweeps of all codes
# Sweeps of the non-zero codes stop at moves of this share of the full sweep's largest.
ENOUGH = 1e-3
SETTLED = 0.01  # share of codes that change sign below which Newton's method pays
CONJUGATE_STEPS = 200


class CoordinateDescent(Method):
    """Coordinate descent: one sweep of all codes, then sweeps of the non-zero ones.

    For each atom, an image has about as many codes as pixels, and FISTA takes thousands
    of products with ``G``. About one code in fifty is not zero, so a sweep of these is
    cheap. Neighbouring codes are correlated, so the sweeps are over-relaxed.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, n_channels, *atom_support)
        Atoms of unit norm, of one or two dimensions.
    X : Tensor, shape (n_signals, n_channels, *support)
    x : Tensor, shape (n_signals, n_atoms, *codes)
        Codes to start at.
    lmbd : float
    positive : bool
    """

    check_every = 3
    patience, last = 100, 30

    def __init__(self, D, X, x, lmbd, positive):
        self.lmbd, self.low = lmbd, -np.inf if positive else -lmbd
        D = D if D.ndim == 4 else D[:, :, None]
        self.D, self.codes = np.ascontiguousarray(D), x.shape[1:]
        X = X if X.dim() == 4 else X[:, :, None]  # a recording is an image of one row
        self.X, self.Z = X.numpy(), _images(x)
        self.signs = [None] * len(x)
        self.residuals = list(map(self._residual, self.X, self.Z))

    @property
    def x(self):
        """The codes."""
        return torch.from_numpy(np.stack(self.Z)).reshape(-1, *self.codes)

    def advance(self):
        """A sweep of all codes, then sweeps of the non-zero ones."""
        for z, r in zip(self.Z, self.residuals, strict=True):
            largest = shifts.sweep(self.D, r, z, self.low, self.lmbd)
            places = _places(z)
            values = z[tuple(places.T)]
            for left in range(SWEEPS)[::-1]:
                # The last sweep is not over-relaxed: it ends at minima of the codes.
                rule = self.low, self.lmbd, RELAXATION if left > 1 else 1.0
                moved = shifts.sweep_places(self.D, r, places, values, *rule)
                if moved < ENOUGH * largest:
                    break
            z[tuple(places.T)] = values

    def solved(self):
        """The codes. They are exact if their signs have settled and are right."""
        solved = map(self._newton, range(len(self.Z)))
        return torch.from_numpy(np.stack(list(solved))).reshape(-1, *self.codes)

    def restart(self, rows, codes):
        for i, z in zip(rows.tolist(), _images(codes), strict=True):
            self.Z[i], self.residuals[i] = z, self._residual(self.X[i], z)

    def keep(self, stay):
        """Drop the other signals."""
        kept = torch.nonzero(stay)[:, 0].tolist()
        for name in ("X", "Z", "residuals", "signs"):
            setattr(self, name, [getattr(self, name)[i] for i in kept])

    def _residual(self, x, z):
        r, places = x.copy(), _places(z)
        shifts.add_all(self.D, r, places, z[tuple(places.T)], -1.0)
        return r

    def _newton(self, i):
        """The minimum for the signs of a code; entries that would change sign are 0."""
        z = self.Z[i]
        before, self.signs[i] = self.signs[i], np.sign(z).astype(np.int8)
        places = _places(z)
        if before is None or (before != self.signs[i]).sum() > SETTLED * len(places):
            return z
        values, residual = z[tuple(places.T)], self.residuals[i]
        slope = self._correlations(residual, places) - self.lmbd * np.sign(values)

        def product(direction):
            image = np.zeros_like(residual)
            shifts.add_all(self.D, image, places, direction, 1.0)
            return self._correlations(image, places)

        solved = np.zeros_like(z)
        found = solve_on_signs(values, slope, product, CONJUGATE_STEPS)
        solved[tuple(places.T)] = found
        return solved

    def _correlations(self, r, places):
        out = np.empty(len(places))
        shifts.correlations(self.D, r, places, out)
        return out


def _images(codes):
    """Copies of the codes: a list of arrays of shape (n_atoms, height, width)."""
    codes = codes if codes.dim() == 4 else codes[:, :, None]
    return [z.numpy().copy() for z in codes]


def _places(z):
    """Atom, row and column of the codes that are not zero."""
    return np.ascontiguousarray(np.argwhere(z))
