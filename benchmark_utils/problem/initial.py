"""Initial dictionaries, the same for every solver."""

from itertools import chain
from math import prod

import numpy as np

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.problem.given_atoms import given_atoms, is_path
from benchmark_utils.reading.shuffling import shuffled

INITS = ("random", "data", "perturbed")
PERTURBATION = 0.5  # scale of the noise relative to that of D_true (paper, A.3)


def initial_dictionary(
    init, n_atoms, atom_shape, rng, X, model, D_true=None, info=None
):
    """Draw, or read, an initial dictionary of unit-norm atoms.

    Parameters
    ----------
    init : {"random", "data", "perturbed"}, or a path
        "random": Gaussian atoms. "data": pieces of the signals. "perturbed": ``D_true``
        plus Gaussian noise of half its standard deviation (paper, A.3). A path: the
        atoms of a file (see `given_atoms`).
    n_atoms : int
    atom_shape : tuple of int
    rng : numpy.random.Generator
    X : ndarray, shape (n_signals, *signal_shape)
    model : {"dense", "conv", "rank1"}
        For rank1, each atom is replaced by the nearest ``u vᵀ``.
    D_true : ndarray, shape (n_atoms, *atom_shape), or None
    info : dict or None
        Facts about the channels, to check the atoms of a file.

    Returns
    -------
    D_init : ndarray, shape (n_atoms, *atom_shape)

    Raises
    ------
    ValueError
        If ``init`` is not known, if the dataset does not have what it needs, or if the
        atoms of the file do not fit.
    """
    if init == "random":
        D = rng.standard_normal((n_atoms, *atom_shape))
    elif init == "data":
        D = _pieces(X, n_atoms, atom_shape, rng)
    elif is_path(init):
        D = given_atoms(init, n_atoms, atom_shape, model, info)
    elif init == "perturbed":
        D = _perturbed(D_true, n_atoms, rng)
    else:
        raise ValueError(f"Unknown init {init!r}: use one of {INITS}.")
    D = unit_atoms(D)
    return make_dictionary(model, D).to_array() if model == "rank1" else D


def _perturbed(D_true, n_atoms, rng):
    """The true atoms in Gaussian noise."""
    if D_true is None:
        raise ValueError(
            "init=perturbed needs a dataset with a known D_true: "
            "use init=random or init=data."
        )
    if len(D_true) != n_atoms:
        raise ValueError(
            f"init=perturbed starts from the {len(D_true)} true atoms, and n_atoms="
            f"{n_atoms} are to be learned: use init=random or init=data."
        )
    noise = D_true.std() * rng.standard_normal(D_true.shape)
    return D_true + PERTURBATION * noise


def _pieces(X, n_atoms, atom_shape, rng):
    """Pieces of the signals at different places. None is zero."""
    lags = [n - m + 1 for n, m in zip(X.shape[1:], atom_shape, strict=True)]
    counts = (len(X), *lags)
    pieces = []
    for place in chain.from_iterable(shuffled(prod(counts), rng)):
        signal, *start = np.unravel_index(place, counts)
        box = [slice(s, s + m) for s, m in zip(start, atom_shape, strict=True)]
        piece = np.array(X[(signal, *box)])  # a copy: X may be on disk
        if piece.any():
            pieces.append(piece)
        if len(pieces) == n_atoms:
            return np.array(pieces)
    raise ValueError(
        f"init=data needs as many pieces of the signals that are not zero as atoms: "
        f"there are {len(pieces)} for n_atoms={n_atoms}. Use init=random, more signals "
        "or fewer atoms."
    )
