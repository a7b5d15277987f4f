"""Atoms that fire together more often than by chance, by a low-rank Gaussian copula."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from benchmark_utils.signals.firing import hit_rate, hits

PARTS = 32  # parts of the range of a factor. More parts reject fewer candidates
ALMOST_ONE = 1 - 1e-12


@dataclass(frozen=True)
class Grouped:
    """Groups of atoms. The latent variables of one group are correlated.

    Atom i of group g fires where √ρ f_g + √(1 - ρ) ε_i > t_i. Here ε_i and f_g are
    standard Gaussian variables, and there is one f_g for each signal and group. The
    threshold t_i makes atom i fire with its own frequency exactly. So the covariance of
    the latent variables is F Fᵀ plus a diagonal, as in SynthSAEBench (arXiv
    2602.14687). Each row of F has one non-zero loading, √ρ. Atom i is in the group i
    modulo ``n_groups``.

    Parameters
    ----------
    frequency : ndarray, shape (n_atoms,)
        Probabilities, below 1.
    correlation : float
        ρ of two latent variables of one group, in [0, 1).
    n_groups : int
        Rank of F Fᵀ.

    Raises
    ------
    ValueError
        If a group would have fewer than two atoms.
    """

    frequency: np.ndarray
    correlation: float
    n_groups: int

    def __post_init__(self):
        if 2 * self.n_groups > len(self.frequency):
            raise ValueError(
                f"n_groups={self.n_groups} is too many for {len(self.frequency)} atoms "
                "(those without a parent, if there is a hierarchy): correlation needs "
                "two atoms a group, so n_groups must be at most "
                f"{len(self.frequency) // 2}."
            )

    def draw(self, n_signals, rng):
        """Pairs of a signal and an atom that fires in it: see `ExactNumber.draw`."""
        factors = rng.standard_normal((self.n_groups, n_signals))
        pairs = [
            self._draw_group(group, factor, rng) for group, factor in enumerate(factors)
        ]
        return tuple(map(np.concatenate, zip(*pairs, strict=True)))

    def _draw_group(self, group, factor, rng):
        """Pairs of one group, given its factor in each signal.

        The signals are split into parts with similar factors. In each part, candidates
        are drawn with the probability at the part's largest factor. Rejection then
        gives each its own probability.
        """
        members, largest = _parts(factor)
        threshold = -ndtri(self.frequency[group :: self.n_groups])
        bound = self._probability(largest, threshold[:, np.newaxis])
        sizes = np.array([len(part) for part in members])
        counts = rng.poisson(sizes * hit_rate(bound))
        signals, atoms, parts = hits(counts, members, rng)
        probability = self._probability(factor[signals], threshold[atoms])
        kept = rng.random(len(atoms)) * bound[atoms, parts] < probability
        return signals[kept], group + self.n_groups * atoms[kept]

    def _probability(self, factor, threshold):
        """Probability that an atom fires, given the factor of its group."""
        latent = np.sqrt(self.correlation) * factor - threshold
        return np.minimum(ndtr(latent / np.sqrt(1 - self.correlation)), ALMOST_ONE)


def _parts(factor):
    """Parts of signals with similar factors, and the largest factor of each part."""
    edges = np.linspace(factor.min(), factor.max(), PARTS + 1)[1:-1]
    order = np.argsort(factor, kind="stable")
    cuts = np.searchsorted(factor[order], edges)
    members = [part for part in np.split(order, cuts) if len(part)]
    return members, factor[[part[-1] for part in members]]
