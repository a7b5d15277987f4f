"""Arrays of numbers in files of numpy, MATLAB and others."""

import warnings

import numpy as np
from scipy.io import loadmat

DIMENSIONS = (2, 3, 4)  # of X, in one of the models
NUMBERS = "fiub"  # kinds of dtype


def read_npy(path, variable=None):
    """The array of a .npy file, memory-mapped, or one of an .npz file, in memory.

    Parameters
    ----------
    path : path
    variable : str or None
        Name of the array in a .npz file. None if only one array fits.

    Returns
    -------
    X : numpy.memmap or ndarray

    Raises
    ------
    ValueError
        If the file is damaged or holds Python objects; if no array fits, or several do.
    """
    try:
        loaded = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(loaded, np.ndarray):  # an archive, even under another suffix
            with loaded:
                arrays = _entries(loaded, variable)
    except Exception as error:  # EOFError, ValueError, zipfile.BadZipFile, zlib.error …
        raise ValueError(
            f"{path} is not an array of numbers as numpy.save or numpy.savez writes it "
            f"({_why(error)}): it is empty, truncated, of another format, or "
            "has Python objects. Save numbers in it."
        ) from error
    if not isinstance(loaded, np.ndarray):
        return choose(arrays, path, variable)
    _check_mapped(loaded, path)
    return loaded


def _check_mapped(X, path):
    """Refuse an array that is not of numbers; warn of one that is slow to read."""
    if X.dtype.kind not in NUMBERS:
        raise ValueError(
            f"{path} has values of dtype {X.dtype}, not real numbers: convert them, "
            "e.g. with X.astype('float32'), and save them again."
        )
    if X.flags.f_contiguous and not X.flags.c_contiguous:
        warnings.warn(
            f"{path} is in Fortran order, in which a signal is all over the file, and "
            "slow to read: write it again after numpy.ascontiguousarray(X).",
            stacklevel=4,
        )


def _entries(archive, variable):
    """The named array or, if no array of that name fits, all arrays."""
    if variable in archive.files:
        named = _entry(archive, variable)
        if _fits(named):
            return {variable: named}
    return {name: _entry(archive, name) for name in archive.files}


def _entry(archive, name):
    """An array of an archive, or None if it holds Python objects."""
    try:
        return archive[name]
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        return None


def read_mat(path, variable=None):
    """One of the arrays of a MATLAB file, in memory.

    Parameters
    ----------
    path, variable
        See `read_npy`.

    Returns
    -------
    X : ndarray

    Raises
    ------
    ValueError
        If it cannot be read; if no array fits, or several do.
    """
    try:
        content = loadmat(path)
    except NotImplementedError as error:
        raise ValueError(
            f"{path} is a MATLAB file of version 7.3, which scipy does not read: save "
            "it with the option -v7, or as a .npy file."
        ) from error
    except Exception as error:  # scipy raises many kinds of errors
        raise ValueError(
            f"{path} cannot be read as a MATLAB file ({_why(error)}): it is empty, "
            "truncated or of another format. Save it again, or as a .npy file."
        ) from error
    arrays = {name: x for name, x in content.items() if not name.startswith("__")}
    return choose(arrays, path, variable)


def choose(arrays, path, variable=None):
    """The named array or, without a name, the only one that fits.

    An array fits if it has real numbers and two to four dimensions. If several arrays
    fit, those with more than one row and column are preferred: MATLAB also stores
    vectors and scalars as matrices.

    Parameters
    ----------
    arrays : dict of str to object
    path : path
    variable : str or None

    Returns
    -------
    X : ndarray, C order

    Raises
    ------
    ValueError
        If no array fits, or several do. The message lists all arrays.
    """
    if variable is not None:
        fitting = [name for name in arrays if name == variable and _fits(arrays[name])]
    else:
        fitting = [name for name, x in arrays.items() if _fits(x)]
        if len(fitting) > 1:
            large = [
                name for name in fitting if sum(n > 1 for n in arrays[name].shape) > 1
            ]
            fitting = large or fitting
    if len(fitting) == 1:
        return np.ascontiguousarray(arrays[fitting[0]])
    listed = (
        ", ".join(f"{name} {_described(x)}" for name, x in arrays.items()) or "nothing"
    )
    asked = f"variable={variable!r} names none" if variable else f"{len(fitting)} fit"
    raise ValueError(
        f"{path} must have one array of numbers with two to four dimensions, and "
        f"{asked}. It holds: {listed}. Choose one by variable=NAME, or save it alone."
    )


def _fits(x):
    is_array = isinstance(x, np.ndarray) and x.dtype.kind in NUMBERS
    return is_array and x.ndim in DIMENSIONS and x.size > 1


def _described(x):
    shape = getattr(x, "shape", None)
    return f"{getattr(x, 'dtype', type(x).__name__)} {shape}" if shape else "(objects)"


def _why(error):
    return " ".join(str(error).split())[:300] or type(error).__name__
