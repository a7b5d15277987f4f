"""Learned rank-1 atoms in the order in which a page shows them, beside known ones."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import correlate

from benchmark_utils.scoring.scores import factor_correlations, match

AT_ONCE = 8  # atoms of a picture


@dataclass(frozen=True)
class Atom:
    """A learned atom and, if known, the atom that it is matched with.

    Attributes
    ----------
    u : array, shape (n_channels,)
    v : array, shape (n_times_atom,)
    u_known, v_known : arrays of the same shapes, or None
    lag : int
        Samples by which ``v`` is late.
    alike : tuple of float, or None
        Correlations of the maps and of the waveforms.
    """

    u: np.ndarray
    v: np.ndarray
    u_known: np.ndarray | None = None
    v_known: np.ndarray | None = None
    lag: int = 0
    alike: tuple | None = None


def in_order(final):
    """Return all atoms of a learned dictionary in the order to show them.

    If other atoms are known, the order is theirs: reference atoms are sorted by
    importance. Learned atoms without a match come last. The matching is that of
    ``recovery_uv``, which ignores signs and shifts. If none are known, the most used
    atoms come first.

    Parameters
    ----------
    final : dict
        ``u`` and ``v``. If known, also ``usage``, and ``reference`` or ``truth``, both
        dicts of ``u`` and ``v``.

    Returns
    -------
    list of Atom
    """
    u, v = np.asarray(final["u"]), np.asarray(final["v"])
    known = final.get("reference") or final.get("truth")
    if known is None:
        usage = final.get("usage")
        order = np.arange(len(u)) if usage is None else np.argsort(-np.asarray(usage))
        return [Atom(u[k], v[k]) for k in order]
    u_known, v_known = np.asarray(known["u"]), np.asarray(known["v"])
    C_u, C_v, C = factor_correlations(u, v, u_known, v_known)
    pairs = sorted(zip(*match(C), strict=True), key=lambda pair: pair[1])
    atoms = [
        _matched(u[k], v[k], u_known[m], v_known[m], (C_u[k, m], C_v[k, m]))
        for k, m in pairs
    ]
    left_over = np.setdiff1d(np.arange(len(u)), [k for k, _ in pairs])
    return atoms + [Atom(u[k], v[k]) for k in left_over]


def parts(n_atoms):
    """Return the parts in which many atoms are shown: dict of name to slice."""
    starts = range(0, max(1, n_atoms), AT_ONCE)
    found = [slice(start, min(start + AT_ONCE, n_atoms)) for start in starts]
    return {f"{part.start + 1} to {part.stop}": part for part in found}


def said(final, part):
    """Return in words which atoms a part of those `in_order` is."""
    n_atoms = len(final["u"])
    shown = f"atoms {part.start + 1} to {min(part.stop, n_atoms)} of {n_atoms}"
    for key, what in (("reference", "reference"), ("truth", "true")):
        if final.get(key):
            n_known = len(final[key]["u"])
            if part.start >= n_known:
                return f"{shown}, which match none of the {n_known} {what} atoms"
            n_others = max(0, min(part.stop, n_atoms) - n_known)
            others = f"; the last {n_others} match none" if n_others else ""
            return f"{shown}, in the order of the {n_known} {what} atoms{others}"
    if final.get("usage") is None:
        return shown
    return f"{shown}, the most used first"


def _matched(u, v, u_known, v_known, alike):
    overlaps = correlate(v, v_known)
    best = np.abs(overlaps).argmax()
    sign = np.sign(overlaps[best]) or 1.0
    return Atom(u, sign * v, u_known, v_known, best - len(v_known) + 1, alike)
