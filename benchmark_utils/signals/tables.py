"""Tables of numbers in text files: each row is a signal."""

import warnings

import numpy as np
import pandas as pd

SEPARATORS = ("\t", ";", ",")  # the first of these that the file has, or blanks
COMMENT = "#"


def read_table(path, missing=None):
    """The numbers of a .csv, .tsv or .txt file. Each row is a signal.

    A first row without any number is a header, and is left out. A first column without
    any number, or without a name in the header, is an index, and is left out too.
    Columns are separated by tabs, semicolons, commas or blanks. With semicolons,
    decimals may have a comma.

    Parameters
    ----------
    path : path
    missing : {"nan"} or None
        With "nan", empty cells and NaN are allowed, and are NaN. With None, they are an
        error.

    Returns
    -------
    X : ndarray, float64, shape (n_signals, n_features)

    Raises
    ------
    ValueError
        If it is not a table of numbers, or has a single row or column.
    """
    try:
        cells = _cells(path)
    except Exception as error:  # wrong encoding, rows of different lengths …
        why = " ".join(str(error).split())[:300] or type(error).__name__
        raise ValueError(
            f"{path} cannot be read as a table of numbers ({why}): give rows of the "
            "same length, separated by commas, semicolons, tabs or blanks, or a .npy "
            "file. If it is a recording, save it as .fif by MNE-Python."
        ) from error
    cells = _without_labels(cells, path)
    X = cells.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    _check_numbers(X, cells, path, missing)
    if min(X.shape, default=0) < 2:
        raise ValueError(
            f"{path} has {X.shape[0]} rows and {X.shape[1]} columns of numbers. Each "
            "row is a signal, and there must be two of each at least. Save one long "
            "series as a .npy file of shape (1, 1, n_times), for convolutional atoms."
        )
    _warn_of_index(X, path)
    return np.ascontiguousarray(X)


def _cells(path):
    """All cells, with the header: as numbers or, if one is not a number, as text."""
    with open(path, encoding="utf-8-sig") as file:
        lines = (line for line in file if line.split(COMMENT)[0].strip())
        first = next(lines, "")
        second = next(lines, first)
    separator = next((sign for sign in SEPARATORS if sign in second), r"\s+")
    continental = separator != "," and "," in second and "." not in second
    options = {
        "sep": separator,
        "decimal": "," if continental else ".",
        "header": None,
        "comment": COMMENT,
        "encoding": "utf-8-sig",
        "skipinitialspace": True,
    }
    try:
        return pd.read_csv(path, dtype=float, **options)
    except ValueError:  # some cells are words. Text takes more time and memory
        cells = pd.read_csv(path, dtype=str, **options)
        return cells.replace(",", ".", regex=True) if continental else cells


def _without_labels(cells, path):
    """The table without its header and its index, and a warning that says so."""
    said = []
    words = _words(cells)
    labels = len(cells) > 1 and words.iloc[1:, 0].all()
    missing = cells.iloc[0].isna()
    unnamed = len(cells) > 1 and missing.iloc[0] and missing.sum() == 1  # pandas' own
    if unnamed or words.iloc[0, int(labels) :].all():
        cells = cells.iloc[1:]
        said.append("the first row is a header")
    if cells.shape[1] > 1 and (unnamed or labels):
        cells = cells.iloc[:, 1:]
        said.append("the first column is an index")
    if said:
        warnings.warn(
            f"{path}: {' and '.join(said)}, and not data; each other row is a signal.",
            stacklevel=4,
        )
    return cells


def _words(cells):
    """Which cells are neither numbers nor missing."""
    return cells.apply(pd.to_numeric, errors="coerce").isna() & cells.notna()


def _check_numbers(X, cells, path, missing):
    """Refuse cells that are not finite numbers; ``missing`` allows NaN."""
    wrong = ~np.isfinite(X)
    if missing:
        wrong &= ~cells.isna().to_numpy()
    bad = np.argwhere(wrong)
    if len(bad):
        row, column = bad[0]
        cell = cells.iloc[row, column]
        raise ValueError(
            f"{path} has {len(bad)} cells that are missing or not numbers, the first "
            f"{'is empty' if pd.isna(cell) else f'has {str(cell)!r}'}, in row "
            f"{cells.index[row] + 1}, column {cells.columns[column] + 1} of the table: "
            "fill them in or remove their rows; missing=nan leaves out rows with "
            "cells that are empty or NaN."
        )


def _warn_of_index(X, path):
    """Warn of a first row or column in equal steps: it may be labels or times."""
    for what, values in (("row", X[0]), ("column", X[:, 0])):
        steps = np.diff(values)
        if len(steps) > 1 and steps[0] and np.allclose(steps, steps[0]):
            warnings.warn(
                f"{path}: the first {what} goes in equal steps, as labels or times do, "
                "and is taken for data: remove it if it is none.",
                stacklevel=3,
            )
