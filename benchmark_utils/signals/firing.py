"""Which atoms fire in a signal: their frequencies, and draws with these frequencies."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

LOG_RANGE = 40  # range of log(1 + q): beyond ±40, frequencies do not change


def zipf_frequencies(n_atoms, n_nonzero, exponent, max_frequency=None):
    """Firing probabilities that decrease with the rank of an atom, as a power law.

    The probabilities are p_r = c (r + q)^-exponent for r = 1 … n_atoms, with sum
    ``n_nonzero`` (Zipf's law, in the form of Mandelbrot, 1953). Without
    ``max_frequency``, q = 0. With it, q makes p_1 = max_frequency.

    Parameters
    ----------
    n_atoms : int
    n_nonzero : float
        Mean number of atoms of a signal.
    exponent : float
    max_frequency : float or None
        Probability of the most frequent atom.

    Returns
    -------
    frequency : ndarray, shape (n_atoms,)
        In decreasing order.

    Raises
    ------
    ValueError
        If no such probabilities below 1 exist. The error says what to change.
    """
    if max_frequency is None:
        return _zipf(n_atoms, n_nonzero, exponent)
    return _zipf_mandelbrot(n_atoms, n_nonzero, exponent, max_frequency)


def _zipf(n_atoms, n_nonzero, exponent):
    """The frequencies with q = 0."""
    frequency = np.arange(1.0, n_atoms + 1) ** -exponent
    frequency *= n_nonzero / frequency.sum()
    if frequency[0] >= 1:
        raise ValueError(
            f"n_nonzero={n_nonzero} codes a signal, over n_atoms={n_atoms} with "
            f"zipf_exponent={exponent}, make the most frequent atom fire with "
            f"probability {frequency[0]:.3g}, which must be below 1: set "
            "max_frequency, or lower zipf_exponent or n_nonzero."
        )
    return frequency


def _zipf_mandelbrot(n_atoms, n_nonzero, exponent, max_frequency):
    """The frequencies with the q that makes the largest ``max_frequency``."""
    if not max_frequency < n_nonzero < n_atoms * max_frequency:
        raise ValueError(
            f"max_frequency={max_frequency} for each of n_atoms={n_atoms} atoms at "
            f"most cannot give n_nonzero={n_nonzero} codes a signal: it must be above "
            f"{n_nonzero / n_atoms:.3g} and below {n_nonzero}."
        )
    rank = np.arange(n_atoms)  # from 0

    def frequencies(log_first):
        """Those for 1 + q = exp(log_first)."""
        return max_frequency * (1 + rank * np.exp(-log_first)) ** -exponent

    def excess(log_first):
        return frequencies(log_first).sum() - n_nonzero

    if excess(-LOG_RANGE) > 0:
        raise ValueError(
            f"zipf_exponent={exponent} is too small for n_nonzero={n_nonzero} with "
            f"max_frequency={max_frequency}: raise zipf_exponent, or leave "
            "max_frequency=None."
        )
    return frequencies(brentq(excess, -LOG_RANGE, LOG_RANGE))


@dataclass(frozen=True)
class ExactNumber:
    """The same number of distinct atoms in each signal. All sets are equally likely.

    Parameters
    ----------
    n_atoms, n_nonzero : int
    """

    n_atoms: int
    n_nonzero: int

    def draw(self, n_signals, rng):
        """Pairs of a signal and an atom that fires in it.

        This is Floyd's algorithm (Bentley and Floyd, Comm. ACM 30, 1987) for all
        signals at once. It needs no array with n_atoms columns.

        Parameters
        ----------
        n_signals : int
        rng : numpy.random.Generator

        Returns
        -------
        signals, atoms : ndarray of int, shape (n_pairs,)
            Pairs are distinct.
        """
        chosen = np.empty((n_signals, self.n_nonzero), dtype=np.int64)
        for column in range(self.n_nonzero):
            last = self.n_atoms - self.n_nonzero + column
            atom = rng.integers(last + 1, size=n_signals)
            taken = (chosen[:, :column] == atom[:, np.newaxis]).any(axis=1)
            chosen[:, column] = np.where(taken, last, atom)
        signals = np.repeat(np.arange(n_signals), self.n_nonzero)
        return signals, chosen.ravel()


@dataclass(frozen=True)
class Independent:
    """Atoms that fire independently of each other.

    Parameters
    ----------
    frequency : ndarray, shape (n_atoms,)
        Probabilities, below 1.
    """

    frequency: np.ndarray

    def draw(self, n_signals, rng):
        """Pairs of a signal and an atom that fires in it: see `ExactNumber.draw`."""
        every = np.arange(n_signals)
        counts = rng.poisson(n_signals * hit_rate(self.frequency))
        signals, atoms = hits(counts[:, np.newaxis], [every], rng)[:2]
        return signals, atoms


def hit_rate(probability):
    """Mean of a Poisson variable that is non-zero with this probability."""
    return -np.log1p(-probability)


def hits(counts, members, rng):
    """Distinct pairs of signal and atom, drawn with given rates.

    The number of hits of a pair is a Poisson variable. A pair with at least one hit is
    returned once. So it has the probability p exactly if the rate is -log(1 - p). The
    work grows with the number of returned pairs, not with n_signals x n_atoms.

    Parameters
    ----------
    counts : ndarray of int, shape (n_atoms, n_parts)
        Number of hits of each atom in the signals of each part.
    members : list of n_parts ndarrays
        Signals of each part.
    rng : numpy.random.Generator

    Returns
    -------
    signals, atoms, parts : ndarray of int, shape (n_pairs,)
    """
    n_atoms, n_parts = counts.shape
    sizes = np.array([len(part) for part in members])
    first = np.cumsum(sizes) - sizes
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    parts = cells % n_parts
    places = first[parts] + rng.integers(sizes[parts])
    keys = np.unique(places * n_atoms + cells // n_parts)
    places, atoms = np.divmod(keys, n_atoms)
    parts = np.searchsorted(first, places, side="right") - 1
    return np.concatenate(members)[places], atoms, parts
