"""Errors of estimates of gradients, Jacobians and supports."""

import numpy as np

SAME = 1e-14  # smaller angles are rounding errors
# Error of a Jacobian over ‖J*‖ from which it is unstable. The error of J = 0 is 1.
UNSTABLE = 1.05


def angle(g, exact):
    """``1 - cos(g, g*)``, computed without cancellation as ``½‖g/‖g‖ - g*/‖g*‖‖²``.

    Parameters
    ----------
    g, exact : ndarray of the same shape

    Returns
    -------
    angle : float
        NaN if a gradient is zero or not finite.
    """
    norms = [np.linalg.norm(vector) for vector in (g, exact)]
    if not all(0 < norm < np.inf for norm in norms):
        return np.nan
    return float(np.square(g / norms[0] - exact / norms[1]).sum() / 2)


def relative_difference(angle_here, angle_am):
    """``(cos(g², g*) - cos(g¹, g*)) / (1 - cos(g¹, g*))`` (paper, §2).

    It is positive if the angle is better than that of AM. It is NaN if the angle of AM
    is a rounding error.
    """
    if not angle_am > SAME:
        return np.nan
    return (angle_am - angle_here) / angle_am


def jacobian_errors(J, exact, order=2):
    """``‖J - J*‖ / ‖J*‖`` of each signal, in a norm over all entries.

    Parameters
    ----------
    J, exact : ndarray, shape (n_signals, n_codes, n_params)
    order : {1, 2}
        2 is the norm of Frobenius. 1 is the sum of absolute entries: the norm of the
        paper's Figure 2 (A.1).

    Returns
    -------
    errors : ndarray, shape (n_signals,)
        If ``J*`` is zero, the error is not relative.
    """
    norms = np.linalg.norm(exact.reshape(len(exact), -1), order, axis=1)
    errors = np.linalg.norm((J - exact).reshape(len(exact), -1), order, axis=1)
    return errors / np.where(norms > 0, norms, 1.0)


def support_differences(Z, exact):
    """Number of entries of each signal that are in the support of exactly one code.

    Parameters
    ----------
    Z, exact : ndarray, shape (n_signals, n_codes)

    Returns
    -------
    sizes : ndarray of int, shape (n_signals,)
    """
    return ((Z != 0) != (exact != 0)).sum(axis=1)


def settled_from(n_layers, differences):
    """The N from which on the support of each signal is right.

    Parameters
    ----------
    n_layers : sequence of int, length n_points
        Increasing.
    differences : ndarray, shape (n_points, n_signals)
        See `support_differences`.

    Returns
    -------
    reached : ndarray of float, shape (n_signals,)
        Infinite if the support is still wrong at the end.
    """
    wrong_yet = np.cumsum(differences[::-1], axis=0)[::-1] > 0  # here or later
    first = wrong_yet.sum(axis=0)
    return np.append(np.asarray(n_layers, dtype=float), np.inf)[first]
