"""Learned dictionaries of a result table, and the losses that they minimise.

With ``landscape=True``, the objective keeps the signals of a run. Losses can be drawn
only then.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark_utils.pages import results
from benchmark_utils.problem.units import Units
from benchmark_utils.scoring.landscape import (
    certified_loss,
    filter_normalised,
    line,
    matched,
    network_loss,
    plane,
)

N_PAIRS = 10  # as in the paper
SHARES = np.linspace(-0.25, 1.25, 31)  # a little more than from one to the other
STEPS = np.linspace(-1, 1, 21)


@dataclass
class Minimum:
    """A learned dictionary and its problem.

    Attributes
    ----------
    D : ndarray, shape (n_atoms, *atom_shape)
    X : ndarray, shape (n_signals, ...)
    model : str
    lmbd : float
    positive : bool
    n_layers : int or None
        Layers of the network, None for methods without one.
    algorithm : str
    rep : int or None
        Number of the repetition, None if it is not known.
    """

    D: np.ndarray
    X: np.ndarray
    model: str
    lmbd: float
    positive: bool
    n_layers: int | None
    algorithm: str
    rep: int | None

    def loss(self, *others):
        """Return the loss that the method minimises, of its network or certified.

        Parameters
        ----------
        *others : Minimum
            Of the same problem. The step sizes of the network are those of the
            minimum, which its gradient takes as constants, or of all if L is larger
            there: see :func:`benchmark_utils.scoring.landscape.network_loss`.

        Returns
        -------
        loss : callable, ndarray (n_atoms, *atom_shape) -> float
        """
        units = Units.of(self.X)
        problem = units.scaled(self.X), units.scaled(self.lmbd), self.model
        if self.n_layers is None:
            loss = certified_loss(*problem, positive=self.positive)
        else:
            network = self.n_layers, self.algorithm, self.positive
            held_at = [minimum.D for minimum in (self, *others)]
            loss = network_loss(*problem, *network, held_at=held_at)
        return lambda D: units.loss(loss(D))


def find(df, dataset, objective, solver):
    """Return the minima of one solver: one for each repetition that kept its signals.

    Returns
    -------
    list of Minimum
    """
    runs = results.final_rows(df, dataset, objective, solver)
    return [_minimum(row) for _, row in runs.iterrows() if _is_kept(row)]


def pairs(minima):
    """Return up to ten pairs of minima of one problem. No minimum is in two pairs."""
    couples = list(zip(minima[::2], minima[1::2], strict=False))
    return [(a, b) for a, b in couples if np.array_equal(a.X, b.X)][:N_PAIRS]


def line_between(first, second, match_atoms=False):
    """Return the losses at `SHARES` on the line from one minimum to another.

    With `match_atoms`, the atoms of the second minimum are first matched with those of
    the first one. They get the same order and the same signs.
    """
    D_end = matched(first.D, second.D) if match_atoms else second.D
    return line(first.loss(second), first.D, D_end, SHARES)


def plane_around(minimum, seed=0):
    """Return the losses at `STEPS` along two random filter-normalised directions."""
    rng = np.random.default_rng(seed)
    directions = [filter_normalised(minimum.D, rng) for _ in range(2)]
    return plane(minimum.loss(), minimum.D, directions, STEPS)


def _is_kept(row):
    final = row["final_results"]
    return final.get("problem") is not None and final.get("D") is not None


def _minimum(row):
    final, n_layers = row["final_results"], row.get("p_solver_n_layers")
    algorithm = row.get("p_solver_algorithm")
    return Minimum(
        D=np.asarray(final["D"], dtype=float),
        model=final["model"],
        **final["problem"],
        n_layers=None if pd.isna(n_layers) else int(n_layers),
        algorithm=algorithm if isinstance(algorithm, str) else "fista",
        rep=row.get("idx_rep"),
    )
