"""Signals in superposition: sparse codes on many more atoms than features.

No array of size n_signals x n_atoms is made. Signals are drawn in chunks of a fixed
size, each with its own seed. So a signal depends neither on the number of signals nor
on where they are stored. Signals are computed in single precision, and files have the
same precision.
"""

from dataclasses import dataclass
from math import ceil, log

import numpy as np
from scipy.sparse import csr_array

from benchmark_utils.signals.firing import (
    ExactNumber,
    Independent,
    zipf_frequencies,
)
from benchmark_utils.signals.grouped_firing import Grouped
from benchmark_utils.signals.hierarchy import ROOT, Hierarchical, find_parents
from benchmark_utils.signals.synthetic import gaussian_atoms

CHUNK = 4096  # signals of one seed. Another number would change the signals
ATOMS, TEST, TRAINING = range(3)  # independent streams of random numbers

CODES = {
    "uniform": lambda size, rng: 1 - rng.random(size),  # in (0, 1]: never zero
    "gaussian": lambda size, rng: rng.standard_normal(size),
    "near_one": lambda size, rng: np.abs(1 + 0.3 * rng.standard_normal(size)),
}


def least_features(n_atoms, n_nonzero):
    """⌈2k ln(n/k)⌉: the number of features from which convex methods find k of n codes.

    This is the asymptotic bound for Gaussian atoms (D. L. Donoho and J. Tanner, J.
    Amer. Math. Soc. 22, 2009).
    """
    return ceil(2 * n_nonzero * log(n_atoms / n_nonzero))


def make_firing(
    n_atoms,
    n_nonzero,
    law="uniform",
    zipf_exponent=1.0,
    max_frequency=None,
    correlation=0.0,
    n_groups=25,
    depth=0,
    branching=4,
):
    """How atoms fire: their frequencies, their parents, and an object that draws them.

    Parameters
    ----------
    n_atoms, n_nonzero : int
    law : {"uniform", "zipf"}
        Equal frequencies, or those of `firing.zipf_frequencies`.
    zipf_exponent, max_frequency : float
        See `firing.zipf_frequencies`.
    correlation, n_groups
        See `grouped_firing.Grouped`. With ``correlation=0``, atoms are independent.
    depth, branching : int
        See `hierarchy.find_parents`. With ``depth=0``, there is no hierarchy.

    Returns
    -------
    frequency : ndarray, shape (n_atoms,)
    parent : ndarray of int, shape (n_atoms,)
    firing : object with ``draw(n_signals, rng)``
        With the uniform law and no correlation, a signal has exactly ``n_nonzero``
        atoms. Otherwise it has so many on average.
    """
    if law == "zipf":
        frequency = zipf_frequencies(n_atoms, n_nonzero, zipf_exponent, max_frequency)
    else:
        frequency = np.full(n_atoms, n_nonzero / n_atoms)
    parent = find_parents(frequency, branching, depth)
    roots = frequency[parent == ROOT]
    if correlation:
        firing = Grouped(roots, correlation, n_groups)
    elif law == "uniform":
        firing = ExactNumber(n_atoms, n_nonzero)
    else:
        firing = Independent(roots)
    if depth:
        firing = Hierarchical(frequency, parent, firing)
    return frequency, parent, firing


@dataclass(frozen=True)
class Superposition:
    """Signals x = z D + b, with sparse codes z and Gaussian noise b.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, n_features)
    firing : object with ``draw(n_signals, rng)``
        Draws the atoms of each signal: see `make_firing`.
    codes : {"uniform", "gaussian", "near_one"}
        Distribution of the non-zero codes: uniform in (0, 1]; standard Gaussian; or the
        absolute value of a Gaussian of mean 1 and standard deviation 0.3.
    sigma : float
        Standard deviation of the noise.
    seed : int
    """

    D: np.ndarray
    firing: object
    codes: str
    sigma: float
    seed: int

    def draw_codes(self, n_signals, stream):
        """True codes of the first signals of a stream.

        Parameters
        ----------
        n_signals : int
        stream : int
            ``TEST`` or ``TRAINING``.

        Returns
        -------
        Z : scipy.sparse.csr_array, shape (n_signals, n_atoms)
        """
        chunks = [self._codes(chunk, stream) for chunk in _chunks(n_signals)]
        indices, data = (
            np.concatenate([getattr(Z, name) for Z in chunks])
            for name in ("indices", "data")
        )
        counts = np.concatenate([np.diff(Z.indptr) for Z in chunks])[:n_signals]
        indptr = np.concatenate([[0], np.cumsum(counts)])
        kept = slice(indptr[-1])
        shape = n_signals, len(self.D)
        return csr_array((data[kept], indices[kept], indptr), shape=shape)

    def blocks(self, n_signals, stream):
        """The first signals of a stream, one chunk after the other.

        Yields
        ------
        X : ndarray, float32, shape (at most CHUNK, n_features)
        """
        D = self.D.astype(np.float32)
        for chunk in _chunks(n_signals):
            n_block = min(CHUNK, n_signals - chunk * CHUNK)
            X = self._codes(chunk, stream)[:n_block].astype(np.float32) @ D
            if self.sigma:
                X += self._noise(chunk, stream, X.shape)
            yield X

    def draw_signals(self, n_signals, stream):
        """The first signals of a stream, in memory.

        Returns
        -------
        X : ndarray, float64, shape (n_signals, n_features)
            The values are those of `blocks`.
        """
        X = np.empty((n_signals, self.D.shape[1]))
        for chunk, block in enumerate(self.blocks(n_signals, stream)):
            X[chunk * CHUNK : (chunk + 1) * CHUNK] = block
        return X

    def _codes(self, chunk, stream):
        """Codes of a whole chunk. They do not depend on how many of them are needed."""
        rng = self._rng(chunk, stream, "codes")
        signals, atoms = self.firing.draw(CHUNK, rng)
        keys = np.sort(signals * len(self.D) + atoms)
        signals, atoms = np.divmod(keys, len(self.D))
        data = CODES[self.codes](len(keys), rng)
        indptr = np.searchsorted(signals, np.arange(CHUNK + 1))
        shape = CHUNK, len(self.D)
        return csr_array((data, atoms.astype(np.int32), indptr), shape=shape)

    def _noise(self, chunk, stream, shape):
        noise = self._rng(chunk, stream, "noise").standard_normal(shape, np.float32)
        noise *= np.float32(self.sigma)
        return noise

    def _rng(self, chunk, stream, what):
        key = stream, chunk, ("codes", "noise").index(what)
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))


def draw_atoms(n_atoms, n_features, seed):
    """Gaussian atoms of unit norm, from the seed of the signals.

    Returns
    -------
    D : ndarray, shape (n_atoms, n_features)
    """
    seeds = np.random.SeedSequence(seed, spawn_key=(ATOMS,))
    return gaussian_atoms(n_atoms, (n_features,), np.random.default_rng(seeds))


def _chunks(n_signals):
    return range(ceil(n_signals / CHUNK))
