"""The atoms that results keep: learned, true and earlier ones, or their factors."""

import numpy as np

from benchmark_utils.dictionaries.factors import rank_one_factors


def kernels(D, D_true, history):
    """Learned and true atoms as they are, and the way there.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, *atom_shape)
    D_true : ndarray or None
    history : list of ndarray
        The dictionary at each evaluation.
    """
    return {"D": D, "D_true": D_true, "D_history": thinned(history)}


def factors(D, D_init, D_true):
    """Maps ``u`` and waveforms ``v`` of the learned, the initial and the true atoms."""
    return {
        **_factors(D),
        "initial": _factors(D_init),
        "truth": None if D_true is None else _factors(D_true),
    }


def thinned(frames, n_frames=12):
    """At most ``n_frames`` of a history, evenly spread, with the first and the last."""
    kept = np.linspace(0, len(frames) - 1, min(n_frames, len(frames)))
    return [frames[i] for i in np.unique(kept.round().astype(int))]


def _factors(D):
    return dict(zip("uv", rank_one_factors(D), strict=True))
