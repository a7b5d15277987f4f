"""Signals in the user's files. They stay on disk if their format allows it."""

from benchmark_utils.signals.arrays import read_mat, read_npy
from benchmark_utils.signals.channels import check_scale
from benchmark_utils.signals.missing import without_missing_signals
from benchmark_utils.signals.open_recordings import OpenRecordings
from benchmark_utils.signals.opening import open_recordings
from benchmark_utils.signals.paths import find_files
from benchmark_utils.signals.shares import count
from benchmark_utils.signals.stacked import Stacked, check_alike, stacked
from benchmark_utils.signals.tables import read_table

SHAPES = {
    "dense": "(n_signals, n_features)",
    "conv": "(n_signals, n_channels, n_times), or as many images of (height, width)",
    "rank1": "(n_signals, n_channels, n_times)",
}
MODELS_OF = {2: ("dense",), 3: ("rank1", "conv"), 4: ("conv",)}  # by dimensions of X
ARRAYS = {".npy": read_npy, ".npz": read_npy, ".mat": read_mat}
TABLES = (".csv", ".tsv", ".txt")


def open_signals(
    path,
    picks="grad",
    scale="type",
    variable=None,
    band=None,
    resample=None,
    missing=None,
):
    """Signals of files. Those of .npy files and recordings stay on disk.

    Parameters
    ----------
    path : str, path, or sequence of such
        Files of arrays (.npy, .npz, .mat), tables of numbers (.csv, .tsv, .txt), where
        each row is a signal, or recordings that MNE-Python reads. A pattern stands for
        all files that match it. Signals of several files follow one after the other.
    picks, scale : str
        Channels of recordings, and their scale: see :func:`opening.open_recordings`.
    variable : str or None
        Name of the array in an .npz or .mat file.
    band, resample : str and float, or None
        How recordings are filtered and resampled: see :func:`filtering.filtered`.
    missing : {"nan"} or None
        With "nan", values that are NaN are left out: see `missing`.

    Returns
    -------
    X : ndarray, numpy.memmap, Stacked or OpenRecordings

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a file cannot be read, or only by running code in it; if files do not go
        together.
    """
    paths = find_files(path)
    check_scale(scale)
    kinds = {_is_recording(path) for path in paths}
    if len(kinds) > 1:
        raise ValueError(
            "All files must be recordings, or all arrays or tables; got "
            f"{', '.join(map(str, paths))}."
        )
    if kinds == {True}:
        _refuse_variable(paths[0], variable)
        return open_recordings(paths, picks, scale, band, resample, missing)
    _refuse_processing(paths[0], band, resample)
    arrays = [_open_array(path, scale, variable, missing) for path in paths]
    check_alike(arrays, paths)
    if missing:
        arrays, paths = without_missing_signals(arrays, paths)
    return stacked(arrays)


def _is_recording(path):
    return path.is_dir() or path.suffix.lower() not in (*ARRAYS, *TABLES)


def _open_array(path, scale, variable, missing):
    suffix = path.suffix.lower()
    _refuse_variable(path, variable)
    if scale != "type":
        raise ValueError(
            f"scale={scale} is for recordings, and {path} has an array, which is taken "
            "as it is: divide its channels before it is saved."
        )
    if suffix in TABLES:
        return read_table(path, missing)
    return ARRAYS[suffix](path, variable)


def _refuse_processing(path, band, resample):
    for name, value in (("filter", band), ("resample", resample)):
        if value is not None:
            raise ValueError(
                f"{name}={value} is for recordings, and {path} has an array: "
                f"{name} it before it is saved."
            )


def _refuse_variable(path, variable):
    if variable is not None and path.suffix.lower() not in (".npz", ".mat"):
        raise ValueError(
            f"variable={variable!r} is for .npz and .mat files, not {path}."
        )


def model_of(X, model=None, name="The file"):
    """The model of signals: the one asked for, or the first that their shape allows.

    Parameters
    ----------
    X : array, or signals on disk
    model : {"dense", "conv", "rank1"} or None
        None is dense for two dimensions; rank1 for recordings of several channels;
        conv for others, and for images.
    name : str
        Name of the file in an error.

    Returns
    -------
    model : str

    Raises
    ------
    ValueError
        If X does not have the dimensions of the model.
    """
    if model is not None and model not in SHAPES:
        raise ValueError(f"model must be one of {', '.join(SHAPES)}; got {model!r}.")
    possible = MODELS_OF.get(X.ndim, ())
    if model not in (None, *possible) or not possible:
        wanted = SHAPES.get(model) or " or ".join(SHAPES[m] for m in ("dense", "conv"))
        raise ValueError(
            f"{name} has an array of shape {X.shape}, and "
            f"model={model} is for {wanted}: reshape it."
        )
    if model is None and X.ndim == 3 and X.shape[1] == 1:
        return "conv"
    return model or possible[0]


def held_out(X, fraction, n_times_atom=1):
    """Split signals into those to learn from and those to test on.

    The last signals are for the test. If there is one signal, its end is. With several
    files, each file is split.

    Parameters
    ----------
    X : array, or signals on disk
    fraction : float
        Part for the test, in [0, 1).
    n_times_atom : int
        Samples of an atom. Signals that are cut from a recording with gaps, or from one
        signal, are at least as long.

    Returns
    -------
    X, X_test : array, or signals on disk
        ``X_test`` is None for a fraction of 0.

    Raises
    ------
    ValueError
        If the fraction is out of range, or nothing is left to learn from or to test on.
    """
    if isinstance(X, OpenRecordings):
        return X.held_out(fraction, n_times_atom)
    if isinstance(X, Stacked):
        halves = (held_out(part, fraction, n_times_atom) for part in X.parts)
        halves = zip(*halves, strict=True)
        train, test = map(Stacked, halves) if fraction else (X, None)
        return train.joined(), test.joined() if fraction else None
    if not fraction:
        return X, None
    if len(X) == 1 and X.ndim > 2:
        n = X.shape[2]
        first = n - count("test_fraction", fraction, n, "samples", n_times_atom)
        return X[:, :, :first], X[:, :, first:]
    first = len(X) - count("test_fraction", fraction, len(X), "signals")
    return X[:first], X[first:]
