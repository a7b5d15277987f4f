"""Checks of signals and dictionaries. Each error names what is wrong and a remedy."""

import numpy as np

from benchmark_utils.reading.on_disk import in_memory, is_on_disk, parts

MODELS = ("dense", "conv", "rank1")
RANK_TOLERANCE = 1e-2
NORM_TOLERANCE = 1e-4  # float32 atoms come within 1e-6 of unit norm


def check_signals(X, name="X"):
    """Check signals; returns them in float64 and C order, or unchanged from disk.

    Signals on disk are read part by part for the check. They stay on disk, with their
    own dtype.

    Parameters
    ----------
    X : array-like, shape (n_signals, ...)
    name : str
        Name of X in an error.

    Returns
    -------
    X : ndarray, or signals on disk

    Raises
    ------
    ValueError
        If there is no signal, or if a value is NaN, infinite or not a real number.
    """
    X = X if is_on_disk(X) else in_memory(X)
    if X.ndim < 2 or 0 in X.shape:
        raise ValueError(
            f"{name} must hold at least one signal in an array of shape "
            f"(n_signals, ...), got shape {X.shape}."
        )
    if X.dtype.kind not in "fiub":
        raise ValueError(
            f"{name} must hold real numbers, and is of dtype {X.dtype}: convert it, "
            "e.g. with X.astype('float32')."
        )
    bad = np.unique(np.concatenate([_not_finite(*part) for part in parts(X)]))
    if bad.size:
        raise ValueError(
            f"{name} has NaN or infinite values in {bad.size} of {len(X)} signals, "
            f"the first is number {bad[0]}: drop or interpolate them in the dataset, "
            "or, with from_file, use missing=nan to leave out what is NaN."
        )
    return X


def _not_finite(first, part):
    """Indices of the signals with NaN or infinite values."""
    finite = np.isfinite(part).reshape(len(part), -1).all(axis=1)
    return first + np.flatnonzero(~finite)


def check_problem(X, X_test, model, n_atoms, atom_shape):
    """Check training and test signals against the other facts of the dataset.

    Parameters
    ----------
    X, X_test : array-like
        ``X_test`` may be None.
    model : str
    n_atoms : int
    atom_shape : tuple of int

    Returns
    -------
    X, X_test : ndarray, float64, C order, or signals on disk

    Raises
    ------
    ValueError
        If the model is not known, if a signal is not finite, if there is no atom, or if
        atoms do not fit in the signals.
    """
    if model not in MODELS:
        raise ValueError(f"Unknown model {model!r}: use one of {MODELS}.")
    if n_atoms < 1:
        raise ValueError(f"n_atoms must be at least 1, got {n_atoms}.")
    X = check_signals(X)
    _check_fit(X, model, atom_shape, "X")
    if X_test is not None:
        X_test = check_signals(X_test, "X_test")
        _check_fit(X_test, model, atom_shape, "X_test")
    return X, X_test


def _check_fit(X, model, atom_shape, name):
    shape = X.shape[1:]
    fits = (
        shape == tuple(atom_shape)
        if model == "dense"
        else (
            len(shape) == len(atom_shape)
            and shape[0] == atom_shape[0]
            and all(n >= m for n, m in zip(shape[1:], atom_shape[1:], strict=True))
        )
    )
    if not fits:
        raise ValueError(
            f"{name} has signals of shape {shape}, which atoms of shape "
            f"{tuple(atom_shape)} do not fit in the model {model!r}."
        )


def check_dictionary(D, shape, model="dense", solver="the solver"):
    """Check the atoms that a solver returned.

    Parameters
    ----------
    D : array-like
    shape : tuple of int
        ``(n_atoms, *atom_shape)``.
    model : {"dense", "conv", "rank1"}
    solver : str
        Name of the solver, for the error.

    Returns
    -------
    D : ndarray, float64, C order

    Raises
    ------
    ValueError
        If D has another shape, values that are not finite, or atoms that do not
        have unit norm or, for the model rank1, do not have rank 1.
    """
    D = np.ascontiguousarray(D, dtype=np.float64)
    if D.shape != tuple(shape):
        raise ValueError(
            f"{solver} returned D of shape {D.shape}, expected "
            f"(n_atoms, *atom_shape) = {tuple(shape)}."
        )
    finite = np.isfinite(D).reshape(len(D), -1).all(axis=1)
    if not finite.all():
        raise ValueError(
            f"{solver} returned D with NaN or infinite values in "
            f"{(~finite).sum()} of {len(D)} atoms: it has diverged."
        )
    norms = np.linalg.norm(D.reshape(len(D), -1), axis=1)
    off = np.abs(norms - 1) > NORM_TOLERANCE
    if off.any():
        first = np.flatnonzero(off)[0]
        raise ValueError(
            f"{solver} returned {off.sum()} of {len(D)} atoms that do not have unit "
            f"norm (atom {first} has norm {norms[first]:.3g}): normalise them in "
            "atoms(), e.g. by unit_atoms of benchmark_utils.problem.initial."
        )
    if model == "rank1":
        _check_rank_one(D, solver)
    return D


def _check_rank_one(D, solver):
    """Raise a ValueError unless the first singular value of unit-norm atoms is 1."""
    second = np.sqrt(np.maximum(1 - np.linalg.norm(D, 2, axis=(1, 2)) ** 2, 0))
    off = np.flatnonzero(second > RANK_TOLERANCE)
    if off.size:
        raise ValueError(
            f"{solver} returned {off.size} of {len(D)} atoms that are not u vᵀ (the "
            f"rest of atom {off[0]} has norm {second[off[0]]:.3g}): the model is "
            "rank1. Return the best rank-1 approximations, or use a conv dataset."
        )
