"""Codes of dense dictionaries by ADMM, a splitting method that soon finds supports."""

from functools import cached_property

import torch

from benchmark_utils.coding.method import Method
from benchmark_utils.coding.shrinkage import shrink_
from benchmark_utils.coding.supports import solve_signs

RELAXATION = 1.7
STEPS = 2  # active-set steps from signs that have settled
# Penalties, as shares of the largest eigenvalue of G. A large penalty settles most
# supports soon, and a small one settles the last ones. So the penalty decreases from
# round to round, down to a floor, without which ADMM would not converge.
PENALTIES = [1 / 15 / 1.5**k for k in range(9)]


class Ridges:
    """The matrices ``(G + ρI)⁻¹`` of a dictionary, one for each penalty ρ.

    Parameters
    ----------
    G : Tensor, shape (n_atoms, n_atoms)
    """

    def __init__(self, G):
        self.G, self._inverses = G, {}

    @cached_property
    def _spectrum(self):
        return torch.linalg.eigh(self.G)

    def __getitem__(self, k):
        """The k-th penalty and its matrix; after the last one, the last one."""
        k = min(k, len(PENALTIES) - 1)
        if k not in self._inverses:
            values, vectors = self._spectrum
            penalty = PENALTIES[k] * values[-1].item()
            inverse = (vectors / (values.clamp_min(0) + penalty)) @ vectors.T
            self._inverses[k] = penalty, inverse
        return self._inverses[k]


class Splitting(Method):
    """ADMM with over-relaxation (Boyd et al. 2011, section 6.4), on many signals.

    As in FISTA, an iteration is one product with a matrix that all signals share. FISTA
    needs several times as many iterations to find the support.

    Parameters
    ----------
    ridges : Ridges
    x, b : Tensor, shape (n_signals, n_atoms)
        Codes to start at, and ``Dᵀ`` of the signals.
    lmbd : float
    positive : bool
    """

    check_every = 15

    def __init__(self, ridges, x, b, lmbd, positive):
        self.ridges, self.lmbd, self.positive = ridges, lmbd, positive
        self.x, self.b, self.signs, self._n_steps = x, b, x.sign(), 0
        self.penalty, self.inverse = ridges[0]
        self._ridge = b @ self.inverse
        # At a solution, the multiplier is the correlation of atoms and residual.
        slope = torch.addmm(b, x, ridges.G, alpha=-1)
        self.u = slope.clamp_(None if positive else -lmbd, lmbd) / self.penalty

    def advance(self):
        """One iteration. The first one of a round changes the penalty."""
        if self._n_steps and self._n_steps % self.check_every == 0:
            self._next_penalty()
        self._n_steps += 1
        z = torch.addmm(self._ridge, self.x - self.u, self.inverse, alpha=self.penalty)
        self.u.add_(z, alpha=RELAXATION).add_(self.x, alpha=1 - RELAXATION)
        self.x = shrink_(self.u.clone(), self.lmbd / self.penalty, self.positive)
        self.u.sub_(self.x)

    def solved(self):
        """The codes. They are exact if their signs have settled since the last call."""
        signs, codes = self.x.sign(), self.x.clone()
        rows = torch.nonzero((signs == self.signs).all(1))[:, 0]
        self.signs, s = signs, signs[rows]
        for _ in range(STEPS):
            if len(rows) == 0:
                break
            b = self.b[rows]
            z = solve_signs(self.ridges.G, b, s, self.lmbd)
            agree = (z.sign() == s).all(1)
            codes[rows[agree]] = z[agree]
            # An active-set step: the signs that the optimality conditions give.
            new = torch.addmm(b + z, z, self.ridges.G, alpha=-1)
            new = shrink_(new, self.lmbd, self.positive).sign()
            go_on = (new != s).any(1) & z.any(1)
            rows, s = rows[go_on], new[go_on]
        return codes

    def restart(self, rows, codes):
        """Do nothing: the multiplier belongs to the codes of the iteration."""

    def keep(self, stay):
        """Drop the other signals."""
        for name in ("x", "u", "b", "signs", "_ridge"):
            setattr(self, name, getattr(self, name)[stay])

    def _next_penalty(self):
        penalty, self.inverse = self.ridges[self._n_steps // self.check_every]
        self._ridge = self.b @ self.inverse
        self.u.mul_(self.penalty / penalty)
        self.penalty = penalty
