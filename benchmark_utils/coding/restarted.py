"""Codes of convolutional dictionaries by FISTA, each signal with its own momentum."""

import torch

from benchmark_utils.coding.method import Method
from benchmark_utils.coding.newton import solve_on_signs
from benchmark_utils.coding.restricted import MAX_SUPPORT
from benchmark_utils.coding.shrinkage import shrink_

SETTLED = 0.03  # share of codes that change sign below which Newton's method pays
CONJUGATE_STEPS = 50


class RestartedFista(Method):
    """FISTA on many signals, with a restart of the momentum for each signal.

    A signal restarts when its momentum points uphill (O'Donoghue and Candès 2015,
    gradient scheme).

    Parameters
    ----------
    gram : Gram
    step : float
    restricted : Restricted
        Solves a code on its support. If the support is too large, the code is solved
        for its signs, once they have settled (:mod:`.newton`).
    x, b : Tensor, shape (n_signals, n_atoms, ...)
        Codes to start at, and ``Dᵀ`` of the signals.
    lmbd : float
    positive : bool
    """

    check_every = 20

    def __init__(self, gram, step, restricted, x, b, lmbd, positive):
        self.gram, self.step, self.restricted = gram, step, restricted
        self.lmbd, self.positive = lmbd, positive
        self.x, self.z, self.b = x, x.clone(), b
        self.signs = torch.zeros_like(x)
        self.t = torch.ones(len(x), *[1] * (x.dim() - 1), dtype=x.dtype).to(x.device)

    def advance(self):
        """One iteration."""
        new = self.gram.descend(self.z, self.b, self.step, torch.empty_like(self.b))
        shrink_(new, self.step * self.lmbd, self.positive)
        move = new - self.x
        uphill = (self.z.sub_(new).mul_(move)).flatten(1).sum(1) > 0
        self.t[uphill] = 1.0
        t_next = (1 + (1 + 4 * self.t**2).sqrt()) / 2
        self.z = torch.addcmul(new, (self.t - 1) / t_next, move)
        self.x, self.t = new, t_next

    def solved(self):
        """The codes. They are exact if their supports are right."""
        before, self.signs = self.signs, self.x.sign()
        n_changed = (before != self.signs).flatten(1).sum(1)
        n_used = self.signs.count_nonzero(dim=tuple(range(1, self.x.dim())))
        solved = []
        for i, n in enumerate(n_used.tolist()):
            if n <= MAX_SUPPORT:
                solved.append(self.restricted.solve(self.x[i], self.b[i]))
            elif n_changed[i] <= SETTLED * n:
                solved.append(self._newton(self.x[i : i + 1], self.b[i : i + 1])[0])
            else:
                solved.append(self.x[i])
        return torch.stack(solved)

    def _newton(self, x, b):
        signs, used = x.sign(), x != 0
        slope = (b - self.gram.apply(x) - self.lmbd * signs) * used

        def product(direction):
            return self.gram.apply(direction) * used

        return solve_on_signs(x, slope, product, CONJUGATE_STEPS)

    def restart(self, rows, codes):
        """Continue from better codes, without momentum."""
        self.x[rows] = self.z[rows] = codes
        self.t[rows] = 1.0

    def keep(self, stay):
        """Drop the other signals."""
        for name in ("x", "z", "b", "t", "signs"):
            setattr(self, name, getattr(self, name)[stay])
