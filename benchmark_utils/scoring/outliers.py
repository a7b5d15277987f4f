"""The score of a mask of outliers, where the truth is known."""

import numpy as np


def outlier_f1(outliers, X, truth, solver="the solver"):
    """F1 of the samples that a method takes for outliers.

    Parameters
    ----------
    outliers : callable, ndarray -> array-like of bool
        Gives the mask of signals, shape (n_signals, *support).
    X : ndarray, shape (n_signals, n_channels, *support)
    truth : ndarray of bool, shape (n_signals, *support)
    solver : str
        Name of the solver, for the error.

    Returns
    -------
    f1 : float
        In [0, 1]. It is 0 if both masks are empty.

    Raises
    ------
    ValueError
        If the mask has another shape, or is not boolean.
    """
    found = np.asarray(outliers(X))
    if found.shape != truth.shape or found.dtype != bool:
        raise ValueError(
            f"outliers of {solver} returned an array of {found.dtype} and shape "
            f"{found.shape}, expected bool and {truth.shape}: mend it, or give no "
            "outliers."
        )
    both, marked = np.sum(found & truth), found.sum() + truth.sum()
    return float(2 * both / max(1, marked))
