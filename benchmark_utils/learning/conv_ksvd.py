"""Convolutional K-SVD: codes by matching pursuit, then the atoms one by one.

F. Yellin, B. D. Haeffele and R. Vidal, "Blood cell detection and counting in
holographic lens-free imaging by convolutional sparse dictionary learning and coding",
ISBI 2017.
"""

import numpy as np
import torch
from scipy.linalg import toeplitz

from benchmark_utils.dictionaries.factors import rank_one_factors
from benchmark_utils.learning.conv_pursuit import (
    TINY,
    dictionary_of,
    matching_pursuit,
    waveforms,
)


def conv_ksvd_step(X, D, model, n_activations=None, nonnegative=False):
    """One iteration: code, update every atom in turn, replace unused atoms.

    Parameters
    ----------
    X : ndarray, shape (n_signals, n_channels, n_times)
    D : ndarray, shape (n_atoms, n_channels, n_times_atom)
        Unit-norm atoms.
    model : {"conv", "rank1"}
        Whether atoms stay of the form ``u vᵀ``.
    n_activations : int or None
        Mean number of activations of an atom in a signal. Some atoms may have more than
        others. None is ``n_times // n_times_atom``, the largest number that fits in a
        signal without overlap.
    nonnegative : bool
        Whether z >= 0.

    Returns
    -------
    D : ndarray, shape (n_atoms, n_channels, n_times_atom)
    """
    if n_activations is None:
        n_activations = X.shape[2] // D.shape[2]
    Z = matching_pursuit(X, D, model, n_activations * len(D), nonnegative)
    D, Z = update_atoms(X, D, Z, model, nonnegative)
    return renew_atoms(X, D, Z, model)


def update_atoms(X, D, Z, model, nonnegative=False):
    """Fit each atom and its activations to the residual, which never increases.

    Parameters
    ----------
    X, D, model, nonnegative
        See :func:`conv_ksvd_step`.
    Z : ndarray, shape (n_signals, n_atoms, n_times - n_times_atom + 1)

    Returns
    -------
    D, Z : ndarray
        New arrays of the same shapes. The support of Z does not grow.
    """
    D, Z = D.copy(), Z.copy()
    residual = _residual(X, D, Z, model)
    for k in range(len(D)):
        signals, times = np.nonzero(Z[:, k])
        if not len(signals):
            continue
        curvature = _curvature(Z[:, k], D.shape[2])
        windows = [
            residual[s, :, t : t + D.shape[2]]
            for s, t in zip(signals, times, strict=True)
        ]
        z = Z[signals, k, times]
        D[k], z = _refit(D[k], z, windows, curvature, model, nonnegative)
        Z[signals, k, times] = z
    return D, Z


def _refit(atom, z, windows, curvature, model, nonnegative):
    """One power step on an atom, then the exact minimum of each of its activations.

    ``windows`` are views of the residual, which is updated in place.

    If activations do not overlap, ``curvature`` is ``Σz²``, and ``pull`` is the sum of
    the windows without the atom, times z. This is the power step of K-SVD. If
    activations overlap, the step minimises a majoriser of the residual. ``curvature``
    is the curvature of the majoriser.
    """
    pull = curvature * atom + sum(a * w for a, w in zip(z, windows, strict=True))
    new = _towards(pull, atom) if model == "rank1" else pull / np.linalg.norm(pull)
    for a, window in zip(z, windows, strict=True):
        window -= a * (new - atom)
    refitted = np.empty_like(z)
    for i, window in enumerate(windows):
        refitted[i] = z[i] + np.vdot(new, window)
        if nonnegative:
            refitted[i] = max(refitted[i], 0)
        window -= (refitted[i] - z[i]) * new
    return new, refitted


def _curvature(z, n_times_atom):
    """Norm of ``d ↦ z∗(z∗d)`` on atoms: a Toeplitz matrix of the autocorrelation.

    Parameters
    ----------
    z : ndarray, shape (n_signals, n_codes)
        Codes of one atom.
    """
    n = z.shape[1] + n_times_atom - 1  # no wrap at the lags that count
    power = np.abs(np.fft.rfft(z, n)) ** 2
    autocorrelation = np.fft.irfft(power.sum(axis=0), n)[:n_times_atom]
    return np.linalg.eigvalsh(toeplitz(autocorrelation))[-1]


def _towards(pattern, atom):
    """One power step from an atom towards the best ``u vᵀ`` of a pattern P.

    It takes the best u for the waveform of ``atom``, then the best v for that u. So
    ``uᵀ P v`` does not decrease, and the majoriser does not increase. Over iterations,
    the steps converge to the first singular vectors, without an SVD for each atom.

    Parameters
    ----------
    pattern : ndarray, shape (n_channels, n_times_atom)
    atom : ndarray, shape (n_channels, n_times_atom)
        Of rank 1.
    """
    u = pattern @ waveforms(atom[None])[0]
    if not u.any():
        return _nearest_atom(pattern, "rank1")
    u /= np.linalg.norm(u)
    v = u @ pattern
    return np.outer(u, v / np.linalg.norm(v))


def _nearest_atom(pattern, model):
    """The unit-norm atom that is most correlated with a pattern."""
    if model == "rank1":
        u, v = rank_one_factors(pattern[None])
        return np.outer(u, v)
    return pattern / np.linalg.norm(pattern)


def renew_atoms(X, D, Z, model):
    """Replace atoms without activation by the worst represented windows.

    A new atom is the residual in a window, so it differs from the other atoms. New
    atoms come from windows that do not overlap.

    Parameters
    ----------
    X, D, Z, model
        See :func:`update_atoms`.

    Returns
    -------
    D : ndarray, shape (n_atoms, n_channels, n_times_atom)
    """
    unused = np.flatnonzero(~Z.any(axis=(0, 2)))
    if not len(unused):
        return D
    D, residual, width = D.copy(), _residual(X, D, Z, model), D.shape[2]
    energy = np.einsum("nct,nct->nt", residual, residual)
    energy = np.cumsum(np.pad(energy, ((0, 0), (1, 0))), axis=1)
    errors = energy[:, width:] - energy[:, :-width]  # of each window
    for k in unused:
        s, t = np.unravel_index(errors.argmax(), errors.shape)
        if errors[s, t] <= TINY * np.vdot(X, X):
            break
        D[k] = _nearest_atom(residual[s, :, t : t + width], model)
        errors[s, max(t - width + 1, 0) : t + width] = 0
    return D


def _residual(X, D, Z, model):
    return X - dictionary_of(D, model).reconstruct(torch.as_tensor(Z)).numpy()
