"""Signals in files of one's own, left on disk."""

import warnings
from pathlib import Path

import numpy as np

from benchmark_utils.signals.raw_signals import RawSignals, open_recording

SHAPES = {
    "dense": "(n_signals, n_features)",
    "conv": "(n_signals, n_channels, n_times), or as many images of (height, width)",
    "rank1": "(n_signals, n_channels, n_times)",
}
MODELS_OF = {2: ("dense",), 3: ("rank1", "conv"), 4: ("conv",)}  # by dimensions of X


def open_signals(path, picks="grad"):
    """Signals of a file, unread.

    Parameters
    ----------
    path : str or path
        Of a .npy file, or of a recording that MNE-Python reads.
    picks : str
        Channels of a recording: see :func:`raw_signals.open_recording`.

    Returns
    -------
    X : numpy.memmap or RawSignals

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it cannot be read, or not without running code of its maker.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise FileNotFoundError(
            f"There is no file {str(path)!r}, seen from {str(Path.cwd())!r}."
        )
    return _map(path) if path.suffix == ".npy" else open_recording(path, picks)


def _map(path):
    """A .npy file, memory-mapped."""
    try:
        X = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError as error:
        raise ValueError(
            f"{path} is not an array of numbers as numpy.save writes it: {error}"
        ) from error
    if X.flags.f_contiguous and not X.flags.c_contiguous:
        warnings.warn(
            f"{path} is in Fortran order, in which a signal is all over the file, and "
            "slow to read: write it again after numpy.ascontiguousarray(X).",
            stacklevel=2,
        )
    return X


def model_of(X, model=None):
    """The model of signals: the one asked for, or the first that their shape allows.

    Parameters
    ----------
    X : array, or signals on disk
    model : {"dense", "conv", "rank1"} or None
        None is dense for two dimensions; rank1 for recordings of several channels;
        conv for others, and for images.

    Returns
    -------
    model : str

    Raises
    ------
    ValueError
        If X has not the dimensions of the model.
    """
    if model is not None and model not in SHAPES:
        raise ValueError(f"model must be one of {', '.join(SHAPES)}; got {model!r}.")
    possible = MODELS_OF.get(X.ndim, ())
    if model not in (None, *possible) or not possible:
        wanted = SHAPES.get(model) or " or ".join(SHAPES[m] for m in ("dense", "conv"))
        raise ValueError(
            f"The file has an array of shape {X.shape}, and "
            f"model={model} is for {wanted}: reshape it."
        )
    if model is None and X.ndim == 3 and X.shape[1] == 1:
        return "conv"
    return model or possible[0]


def held_out(X, fraction):
    """Signals to learn from, and the last of them, to test on.

    Of several signals those are whole signals, of a single one its end.

    Parameters
    ----------
    X : array, or signals on disk
    fraction : float
        Part for the test, in [0, 1).

    Returns
    -------
    X, X_test : array, or signals on disk
        ``X_test`` is None for a fraction of 0.

    Raises
    ------
    ValueError
        If the fraction is out of range, or leaves nothing to one of them.
    """
    if not 0 <= fraction < 1:
        raise ValueError(f"test_fraction must be in [0, 1); got {fraction}.")
    if not fraction:
        return X, None
    single = len(X) == 1 and X.ndim > 2
    n = X.shape[2] if single else len(X)
    first = n - round(fraction * n)
    if not 0 < first < n:
        raise ValueError(
            f"test_fraction={fraction} of {n} leaves nothing to learn from or to test "
            "on: choose another, or 0 for no test."
        )
    if isinstance(X, RawSignals):
        return X.stretch(0, first), X.stretch(first, n)
    return (X[:, :, :first], X[:, :, first:]) if single else (X[:first], X[first:])
