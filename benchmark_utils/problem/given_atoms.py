"""Atoms to start from, read from a file."""

import warnings

import numpy as np

from benchmark_utils.dictionaries.factors import rank_one_atoms, rank_one_factors
from benchmark_utils.signals.paths import find_file

SUFFIXES = (".npz", ".npy")
RANK_TOLERANCE = 1e-2  # norm of an atom of unit norm minus the nearest u vᵀ
SAME_RATE = 1e-6  # relative


def is_path(init):
    """Whether an ``init`` is the path of a file. Otherwise it names a way to draw."""
    return str(init).lower().endswith(SUFFIXES)


def given_atoms(path, n_atoms, atom_shape, model, info=None):
    """Read the atoms of a file to start from.

    Parameters
    ----------
    path : str or path
        A .npy file of ``D``, or an .npz file from ``python -m benchmark_utils.export``,
        with ``D`` or, for the model rank1, with ``u`` and ``v``.
    n_atoms : int
    atom_shape : tuple of int
    model : {"dense", "conv", "rank1"}
    info : dict or None
        Facts about the data. If data and file have ``ch_names`` or ``sfreq``, these
        must agree.

    Returns
    -------
    D : ndarray, shape (n_atoms, *atom_shape)

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file has no atoms, if their number, shape, channels or sampling rate is
        not right, or if an atom is zero or not finite.
    """
    path = find_file(path)
    content = _read(path)
    _check_recording(content, info or {}, path)
    D = _atoms(content, path)
    _check(D, (n_atoms, *atom_shape), path)
    if model == "rank1":
        _warn_of_rank(D, path)
    return D


def _read(path):
    """The arrays of the file, by their names."""
    try:
        loaded = np.load(path, allow_pickle=False)
        return {"D": loaded} if isinstance(loaded, np.ndarray) else dict(loaded)
    except Exception as error:  # EOFError, ValueError, zipfile.BadZipFile …
        why = " ".join(str(error).split())[:300] or type(error).__name__
        raise ValueError(
            f"init={path} cannot be read as atoms ({why}): give a .npy file of D, or "
            "an .npz file that python -m benchmark_utils.export has written."
        ) from error


def _atoms(content, path):
    if "D" in content:
        D = content["D"]
    elif {"u", "v"} <= set(content):
        u, v = content["u"], content["v"]
        if u.ndim != 2 or v.ndim != 2 or len(u) != len(v):
            raise ValueError(
                f"init={path} has u of shape {u.shape} and v of shape {v.shape}: they "
                "must be (n_atoms, n_channels) and (n_atoms, n_times_atom)."
            )
        D = rank_one_atoms(u, v)
    else:
        raise ValueError(
            f"init={path} has {', '.join(content) or 'nothing'}: it must have D, or u "
            "and v."
        )
    if D.dtype.kind not in "fiu":
        raise ValueError(f"init={path} has atoms of dtype {D.dtype}, not real numbers.")
    return D.astype(np.float64)


def _check(D, shape, path):
    if D.ndim != len(shape) or D.shape[1:] != shape[1:]:
        raise ValueError(
            f"init={path} has atoms of shape {D.shape[1:]}, and those to be learned "
            f"have {shape[1:]}: choose the same channels and the same atom_length, or "
            "another file."
        )
    if len(D) != shape[0]:
        raise ValueError(
            f"init={path} has {len(D)} atoms, and n_atoms={shape[0]} are to be "
            f"learned: use n_atoms={len(D)}."
        )
    flat = D.reshape(len(D), -1)
    unsound = ~np.isfinite(flat).all(axis=1) | ~flat.any(axis=1)
    if unsound.any():
        raise ValueError(
            f"init={path} has {unsound.sum()} atoms that are zero or not finite, the "
            f"first is number {np.flatnonzero(unsound)[0]}: replace them."
        )


def _check_recording(content, info, path):
    """Raise a ValueError if atoms have other channels or another sampling rate."""
    if "ch_names" in content and info.get("ch_names") is not None:
        mine, theirs = list(info["ch_names"]), content["ch_names"].tolist()
        if mine != theirs:
            raise ValueError(
                f"init={path} has atoms of other channels, or in another order: "
                f"{_difference(theirs, mine)}. Use the same picks, or another file."
            )
    if "sfreq" in content and info.get("sfreq") is not None:
        mine, theirs = float(info["sfreq"]), float(content["sfreq"])
        if not np.isclose(mine, theirs, rtol=SAME_RATE):
            raise ValueError(
                f"init={path} has atoms at {theirs:g} Hz, and the data are at "
                f"{mine:g} Hz: resample one of them."
            )


def _difference(theirs, mine):
    """How two lists of channels differ, in words."""
    sides = ("only the file has", theirs, mine), ("only the data have", mine, theirs)
    said = [
        f"{words} {', '.join(str(x) for x in own if x not in other)}"
        for words, own, other in sides
        if set(own) - set(other)
    ]
    if said:
        return " and ".join(said)
    pairs = zip(theirs, mine, strict=False)
    first, other = next(pair for pair in pairs if pair[0] != pair[1])
    return f"{first} is where the data have {other}"


def _warn_of_rank(D, path):
    """Warn of atoms that are not ``u vᵀ``: the nearest such atoms are taken."""
    u, v = rank_one_factors(D)
    flat = D.reshape(len(D), -1)
    norms = np.linalg.norm(flat, axis=1)
    rest = flat - np.einsum("kc,kct,kt->k", u, D, v)[:, None] * (
        rank_one_atoms(u, v)
    ).reshape(flat.shape)
    off = np.linalg.norm(rest, axis=1) > RANK_TOLERANCE * norms
    if off.any():
        warnings.warn(
            f"init={path}: {off.sum()} of {len(D)} atoms are not of rank 1; the "
            "nearest atoms of rank 1 are the start.",
            stacklevel=4,
        )
