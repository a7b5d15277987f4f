"""Figures 6, D and E: recovery against time, and time to a recovery of 0.95."""

import numpy as np

from reproduction.claims.online import METHODS, lmbd_runs
from reproduction.claims.stochastic import LEVEL, batch_runs, by_batch, size
from reproduction.pictures.canvas import COLORS, ORANGE, boxes, logarithmic, shades

ROW = 0.05  # distance of marks, in heights of the picture


def draw_recovery(figure, df):
    """Draw recovery against time for each batch size (Figure 6)."""
    rows = by_batch(df)
    axes = figure.subplots()
    logarithmic(axes, "x")
    colors = shades(sorted(rows["batch"].unique()))
    for (batch, _), run in rows.groupby(["batch", "label"]):
        _recovery(axes, run, color=colors[batch], label=size(batch))
    axes.axhline(LEVEL, color="black", linewidth=0.6, linestyle=":")
    axes.set(xlabel="time (s)", ylabel="recovery score", ylim=(None, 1))
    axes.legend(title="signals a step")


def draw_time(figure, df):
    """Draw a box of the times to 0.95 for each batch size (Figure D)."""
    axes = figure.subplots()
    logarithmic(axes, "y")
    reached = {}
    for batch, values in batch_runs(df).groupby("batch")["time"]:
        inside = values[np.isfinite(values)]
        share = f"{len(inside)} of {len(values)} reach it"
        reached[f"{size(batch)}\n{share}"] = inside
    boxes(axes, reached, ORANGE)
    axes.set(xlabel="signals a step", ylabel=f"time to {LEVEL} (s)")


def draw_lmbd(figure, df):
    """Draw the time to 0.95 against λ of both methods (Figure E)."""
    found = lmbd_runs(df).groupby(["solver", "reg"])["time"]
    low, mid, high = (found.quantile(q) for q in (0.1, 0.5, 0.9))
    axes = figure.subplots()
    logarithmic(axes, "y")
    colors = ORANGE, COLORS["SPAMS"]
    for row, (solver, color) in enumerate(zip(METHODS, colors, strict=True)):
        reg = mid[solver].index
        axes.plot(reg, mid[solver], color=color, marker=".", label=solver)
        band = low[solver], high[solver]
        axes.fill_between(reg, *band, color=color, alpha=0.18, linewidth=0)
        _not_reached(axes, mid[solver], solver, color, row)
    axes.set(xlabel="λ", ylabel=f"time to {LEVEL} (s)")
    # Outside: marks of what was not reached may stand anywhere on the upper edge.
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))


def _recovery(axes, run, color, label):
    """Draw the median over repetitions, aligned on the evaluation, and the band."""
    points = run.assign(point=run.groupby("rep").cumcount())
    table = points.pivot(index="point", columns="rep", values=["time", "score"]).ffill()
    table = table[table["time"].min(axis=1) > 0]  # the axis has no place for 0
    time, score = table["time"].median(axis=1), table["score"]
    axes.plot(time, score.median(axis=1), color=color, label=label)
    low, high = score.quantile(0.1, axis=1), score.quantile(0.9, axis=1)
    axes.fill_between(time, low, high, color=color, alpha=0.18, linewidth=0)


def _not_reached(axes, found, solver, color, row):
    """Mark on the upper edge where 0.95 was not reached, each method in a row of its
    own: at one λ, marks of two would cover each other."""
    lost = found.index[~np.isfinite(found)]
    axes.plot(
        lost, np.full(len(lost), 1 + ROW * row), "^", color=color, clip_on=False,
        transform=axes.get_xaxis_transform(),
        label=f"not reached by {solver}" if len(lost) else None,
    )  # fmt: skip
