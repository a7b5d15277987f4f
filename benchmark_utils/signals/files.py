"""Signals in files of one's own, left on disk where their format allows."""

from benchmark_utils.signals.arrays import read_mat, read_npy
from benchmark_utils.signals.channels import check_scale
from benchmark_utils.signals.opening import open_recording
from benchmark_utils.signals.paths import find_file
from benchmark_utils.signals.raw_signals import OpenRecording
from benchmark_utils.signals.tables import read_table

SHAPES = {
    "dense": "(n_signals, n_features)",
    "conv": "(n_signals, n_channels, n_times), or as many images of (height, width)",
    "rank1": "(n_signals, n_channels, n_times)",
}
MODELS_OF = {2: ("dense",), 3: ("rank1", "conv"), 4: ("conv",)}  # by dimensions of X
ARRAYS = {".npy": read_npy, ".npz": read_npy, ".mat": read_mat}
TABLES = (".csv", ".tsv", ".txt")


def open_signals(path, picks="grad", scale="type", variable=None):
    """Signals of a file: unread for .npy and recordings, else in memory.

    Parameters
    ----------
    path : str or path
        Of an array (.npy, .npz, .mat), of a table of numbers (.csv, .tsv, .txt), of
        which each row is a signal, or of a recording that MNE-Python reads.
    picks, scale : str
        Channels of a recording, and what they are divided by: see
        :func:`opening.open_recording`.
    variable : str or None
        Which array of an .npz or .mat file.

    Returns
    -------
    X : ndarray, numpy.memmap or OpenRecording

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it cannot be read, or not without running code of its maker.
    """
    path = find_file(path)
    suffix = path.suffix.lower()
    check_scale(scale)
    is_recording = path.is_dir() or suffix not in (*ARRAYS, *TABLES)
    if variable is not None and suffix not in (".npz", ".mat"):
        raise ValueError(
            f"variable={variable!r} is for .npz and .mat files, not {path}."
        )
    if scale != "type" and not is_recording:
        raise ValueError(
            f"scale={scale} is for recordings, and {path} has an array, which is taken "
            "as it is: divide its channels before it is saved."
        )
    if is_recording:
        return open_recording(path, picks, scale)
    return read_table(path) if suffix in TABLES else ARRAYS[suffix](path, variable)


def model_of(X, model=None, name="The file"):
    """The model of signals: the one asked for, or the first that their shape allows.

    Parameters
    ----------
    X : array, or signals on disk
    model : {"dense", "conv", "rank1"} or None
        None is dense for two dimensions; rank1 for recordings of several channels;
        conv for others, and for images.
    name : str
        What to call the file in an error.

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
            f"{name} has an array of shape {X.shape}, and "
            f"model={model} is for {wanted}: reshape it."
        )
    if model is None and X.ndim == 3 and X.shape[1] == 1:
        return "conv"
    return model or possible[0]


def held_out(X, fraction, n_times_atom=1):
    """Signals to learn from, and the last of them, to test on.

    Of several signals those are whole signals, of a single one its end.

    Parameters
    ----------
    X : array, or signals on disk
    fraction : float
        Part for the test, in [0, 1).
    n_times_atom : int
        Samples of an atom, for a recording with gaps to be cut into longer signals.

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
    if isinstance(X, OpenRecording):
        return X.held_out(fraction, n_times_atom)
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
    return (X[:, :, :first], X[:, :, first:]) if single else (X[:first], X[first:])
