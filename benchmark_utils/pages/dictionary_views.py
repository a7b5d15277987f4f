"""What can be drawn of a learned dictionary, in pictures of bounded size."""

from functools import partial

import numpy as np

from benchmark_utils.pages import pictures
from benchmark_utils.scoring.scores import correlations, match

N_SHOWN = 100  # atoms: more are too small to see, and make a page of many megabytes
SIDE = 250  # pixels of the correlations of all atoms, at most
SHADES = 32  # of matrices in colours, so that they compress


def views(final, everything=False):
    """Return what can be drawn of a dictionary: pairs (words, function of D).

    Parameters
    ----------
    final : dict
        ``D``, and where they are known ``usage``, ``patch_shape`` and ``D_true``.
    everything : bool
        Whether all atoms are drawn, and not the `N_SHOWN` most used ones only.
    """
    D, patch_shape, D_true = (final.get(k) for k in ("D", "patch_shape", "D_true"))
    order = most_used_first(final)
    shown = order if everything else order[:N_SHOWN]
    said = _words(len(shown), len(order))
    if pictures.atom_pictures(np.asarray(D)[:1], patch_shape) is not None:
        draw = partial(_atoms, shown=shown, patch_shape=patch_shape)
        return [(f"{said}, most used first", draw)]
    found = [(f"D, {said}, one a row", partial(_matrix, shown=shown))]
    if D_true is not None:
        draw = partial(_correlations, shown=shown, D_true=np.asarray(D_true))
        found.append((f"|D D_trueᵀ|, {said}, matched", draw))
    return found


def most_used_first(final):
    """Return the indices of atoms, the most used first, unsorted if that is unknown."""
    usage = final.get("usage")
    if usage is None:
        usage = np.zeros(len(final["D"]))
    return np.argsort(-np.asarray(usage), kind="stable")


def initial_atoms(final):
    """Return the initial dictionary, matched with the learned one, or None.

    Atom k is the one that is matched with learned atom k.
    """
    history = final.get("D_history")
    if history is None or not len(history):
        return None
    D_init, D = (np.nan_to_num(np.asarray(M)) for M in (history[0], final["D"]))
    flat = (M.reshape(len(M), -1) for M in (D, D_init))
    rows, columns = match(correlations(*flat))
    return D_init[columns[np.argsort(rows)]]


def _words(n_shown, n_atoms):
    return f"{n_atoms} atoms" if n_shown == n_atoms else f"{n_shown} of {n_atoms} atoms"


def _atoms(D, shown, patch_shape):
    return pictures.mosaic(pictures.atom_pictures(D[shown], patch_shape))


def _matrix(D, shown):
    # In the order of their numbers where all are there: rows keep their places.
    rows = np.sort(shown) if len(shown) == len(D) else shown
    return pictures.posterize(pictures.signed_matrix(D[rows]), SHADES)


def _correlations(D, shown, D_true):
    drawn = pictures.correlation_matrix(D[shown], D_true, at_most=SIDE)
    return pictures.posterize(drawn, SHADES)
