"""Figures 3 and C: gradients of AM and of DDL against the number of layers."""

import contextlib

from reproduction.claims.gradients import norms, rows
from reproduction.claims.jacobian_curves import depth_name
from reproduction.pictures.canvas import BLUE, GREEN, curve, logarithmic, shades
from reproduction.verdict import Untestable


def draw_angles(figure, df):
    """Draw angles to the exact gradient for each dataset, and the gain (Figure 3)."""
    found = rows(
        df, cosine="objective_cosine", difference="objective_relative_difference"
    )
    found["angle"] = 1 - found["cosine"]
    datasets = list(dict.fromkeys(found["dataset"]))
    figure.set_size_inches(3.2 * (len(datasets) + 1), 3.0)
    *angles, gain = figure.subplots(1, len(datasets) + 1)
    for axes, dataset in zip(angles, datasets, strict=True):
        _depths(axes, found[found["dataset"] == dataset], "angle")
        _implicit(axes, df[df["dataset_name"] == dataset])
        axes.set(ylabel="1 − cosine with $g^*$", yscale="log", title=_short(dataset))
    ours = found[(found["depth"] > 0) & (found["dataset"] == datasets[-1])]
    _depths(gain, ours, "difference", depths=sorted(found["depth"].unique()))
    gain.axhline(0, color="black", linewidth=0.6)
    gain.set(ylabel="relative difference to AM", title=_short(datasets[-1]))
    gain.set_ylim(-1, 1)
    angles[0].legend()


def draw_norms(figure, df):
    """Draw the norm of the error of the gradients for each dataset (Figure C)."""
    found = norms(df)
    datasets = list(dict.fromkeys(found["dataset"]))
    panels = figure.subplots(1, len(datasets), squeeze=False)[0]
    for axes, dataset in zip(panels, datasets, strict=True):
        _depths(axes, found[found["dataset"] == dataset], "error")
        axes.set(ylabel=r"$\|g_N - g^*\|$", yscale="log", title=_short(dataset))
    panels[0].legend()


def _depths(axes, found, column, depths=None):
    """Draw a curve for AM and for each depth of DDL."""
    depths = depths or sorted(found["depth"].unique())
    deep = [depth for depth in depths if depth]
    colors = {**shades(deep, "autumn", lightest=0.75), 0.0: BLUE}
    for depth, run in found.groupby("depth"):
        label = f"DDL, K = {depth_name(depth)}" if depth else "AM"
        curve(axes, run, "n", column, color=colors[depth], label=label)
    logarithmic(axes, "x")
    axes.set(xlabel="layers N")


def _implicit(axes, df):
    """Draw the angle of implicit differentiation, where it was run."""
    with contextlib.suppress(Untestable):
        run = rows(df, "Implicit", cosine="objective_cosine")
        run["angle"] = 1 - run["cosine"]
        curve(axes, run, "n", "angle", color=GREEN, label="implicit", linestyle="--")


def _short(dataset):
    return dataset.split("[")[0].replace("_", " ")
