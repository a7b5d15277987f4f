"""How half-spectra are laid out for compiled loops: pairs of frequencies, in blocks.

The half-spectrum of ``2 m`` samples has the frequencies 0 to m. The frequencies f and
m - f form a pair, for f = 1, ..., m // 2 and then f = 0. A block holds ``BLOCK`` pairs
in four runs: the real parts at f, the imaginary parts at f, the real parts at m - f,
and the imaginary parts at m - f. The last block is padded with zeros.
"""

from functools import lru_cache

import numpy as np

from benchmark_utils.compiled.spectra import BLOCK


@lru_cache(maxsize=8)
def twiddles(m, dtype):
    """``exp(-iπ f / m)`` of the pairs: ndarray, shape (n_blocks, 2 BLOCK)."""
    roots = np.exp(-1j * np.pi / m * _firsts(m))
    return _cut(np.stack([roots.real, roots.imag])[None]).astype(dtype)[:, 0]


def to_blocks(half_spectrum):
    """Half-spectra in blocks.

    Parameters
    ----------
    half_spectrum : ndarray, complex, shape (n, m + 1)

    Returns
    -------
    blocks : ndarray, shape (n_blocks, n, 4 BLOCK)
    """
    firsts = _firsts(half_spectrum.shape[1] - 1)
    pairs = half_spectrum[:, firsts], half_spectrum[:, -1 - firsts]
    return _cut(np.stack([part for x in pairs for part in (x.real, x.imag)], 1))


def from_blocks(blocks, m):
    """The inverse of :func:`to_blocks`: ndarray, complex, shape (n, m + 1)."""
    n_blocks, n, _ = blocks.shape
    parts = blocks.reshape(n_blocks, n, 4, BLOCK).transpose(1, 2, 0, 3)
    firsts = _firsts(m)
    re, im, re1, im1 = parts.reshape(n, 4, -1)[..., : len(firsts)].swapaxes(0, 1)
    half_spectrum = np.empty((n, m + 1), np.result_type(re, 1j))
    half_spectrum[:, firsts], half_spectrum[:, -1 - firsts] = (
        re + 1j * im,
        re1 + 1j * im1,
    )
    return half_spectrum


def _firsts(m):
    """The first frequency of each pair."""
    return np.roll(np.arange(m // 2 + 1), -1)


def _cut(parts):
    """From (n, n_parts, n_pairs) to (n_blocks, n, n_parts * BLOCK)."""
    n, n_parts, n_pairs = parts.shape
    padded = np.pad(parts, [(0, 0), (0, 0), (0, -n_pairs % BLOCK)])
    blocks = padded.reshape(n, n_parts, -1, BLOCK).transpose(2, 0, 1, 3)
    return np.ascontiguousarray(blocks.reshape(-1, n, n_parts * BLOCK))
