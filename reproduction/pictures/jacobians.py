"""Figures 1 and 2: errors of Jacobians against the number of layers."""

import numpy as np

from reproduction.claims.jacobian_curves import FULL, curves, depth_name, full
from reproduction.pictures.canvas import BLUE, GRAY, RED, logarithmic, shades
from reproduction.verdict import Untestable

LOWEST = 1e-5  # shown: the way down to rounding would flatten what happens before
LABELS = {"xlabel": "layers N", "ylabel": r"$\|J^N - J^*\| \,/\, \|J^*\|$"}


def draw_samples(figure, df):
    """Draw a stable and an unstable signal, at each depth (Figure 1)."""
    found = curves(df)
    chosen = _samples(full(df))
    colors = shades(list(found))
    panels = figure.subplots(1, len(chosen), sharey=True, squeeze=False)[0]
    for axes, (title, signal) in zip(panels, chosen.items(), strict=True):
        for depth, c in found.items():
            errors, label = c.errors[:, signal], f"K = {depth_name(depth)}"
            axes.plot(c.n_layers, errors, color=colors[depth], label=label)
        reached = full(df).reached[signal]
        if np.isfinite(reached):
            axes.axvline(reached, color=GRAY, linewidth=0.8, linestyle=":")
        _scales(axes, title)
    panels[0].legend(title="depth")
    panels[0].set_ylim(bottom=LOWEST)


def _samples(found):
    """Return the signals of the smallest and of the largest peak, by title."""
    peaks = found.errors.max(axis=0)
    peaks[~np.isfinite(found.reached)] = np.nan  # those that have not converged
    if np.isnan(peaks).all():
        raise Untestable("no signal reaches its support")
    kinds = {False: "a stable signal", True: "an unstable signal"}
    return {
        kinds[found.unstable[i]]: i for i in (np.nanargmin(peaks), np.nanargmax(peaks))
    }


def draw_all(figure, df):
    """Draw every signal, through all layers and truncated (Figure 2)."""
    found = curves(df)
    if FULL not in found:
        raise Untestable("there are no runs through all layers")
    depths = sorted({FULL, min(found)}, reverse=True)
    panels = figure.subplots(1, len(depths), sharey=True, squeeze=False)[0]
    for axes, depth in zip(panels, depths, strict=True):
        c = found[depth]
        for errors, unstable in zip(c.errors.T, c.unstable, strict=True):
            color = RED if unstable else BLUE
            axes.plot(c.n_layers, errors, color=color, linewidth=0.6, alpha=0.6)
        share = f"{c.unstable.mean():.0%} of {len(c.unstable)} unstable"
        _scales(axes, f"K = {depth_name(depth)}: {share}")
    panels[0].set_ylim(bottom=LOWEST)


def _scales(axes, title):
    logarithmic(axes, "x")
    axes.set(**LABELS, yscale="log", title=title)
    axes.label_outer()
