"""What can be drawn of a learned dictionary, in pictures of bounded size."""

from functools import partial

import numpy as np

from benchmark_utils.pages import pictures
from benchmark_utils.scoring.scores import correlations, match

N_SHOWN = 100  # atoms: more are too small to see, and make a page of many megabytes
SIDE = 250  # pixels of the correlations of up to N_SHOWN atoms, at most
# Matrices of all atoms of a wide dictionary: ten of them weigh less than a megabyte.
SMALL_SIDE = 125  # pixels of the correlations, at most
N_ENTRIES = 100_000  # of D, at most
SHADES, FEW_SHADES = 31, 7  # odd, so that zero is white


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
    block = block_side(len(shown) * np.asarray(D)[0].size)
    strips = ", in strips" if len(shown) > N_SHOWN else ""
    words = f"D: {said}, one a row{strips}" + pictures.of_blocks(block)
    found = [(words, partial(_matrix, shown=shown))]
    if D_true is not None:
        found.append(_matched(said, shown, np.asarray(D_true)))
    return found


def block_side(n_entries):
    """Return the side of the blocks of D of which a pixel is the largest entry."""
    return int(np.ceil(np.sqrt(n_entries / N_ENTRIES)))


def _matched(said, shown, D_true):
    """Return the words and the drawing of correlations with true atoms."""
    side = SIDE if len(shown) <= N_SHOWN else SMALL_SIDE
    are_all = len(D_true) <= side
    known = f"the {len(D_true)} true atoms" if are_all else "the true atoms they match"
    n_columns = len(D_true) if are_all else min(len(D_true), len(shown))
    block = -(-max(len(shown), n_columns) // side)
    words = f"correlations of {said} with {known}" + pictures.of_blocks(block)
    return words, partial(_correlations, shown=shown, D_true=D_true, side=side)


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
    M = pictures.largest_of_blocks(D[rows], block_side(D[rows].size))
    if len(rows) <= N_SHOWN:
        return pictures.signed_matrix(M, SHADES)
    return pictures.folded(pictures.signed_matrix(M, FEW_SHADES))


def _correlations(D, shown, D_true, side):
    drawn = pictures.correlation_matrix(D[shown], D_true, at_most=side)
    return pictures.posterize(drawn, 16)
