"""Figures 5 centre and right, and B: PSNR, scores and losses of local minima."""

import numpy as np

from reproduction.claims.landscape import psnrs, scores
from reproduction.claims.local_minima import grid, lines, lines_and_gains, plane
from reproduction.pictures.canvas import BLUE, ORANGE, boxes

AXES = {"xlabel": "first direction", "ylabel": "second direction"}


def draw_robustness(figure, df):
    """Draw boxes of the PSNR and of the score between inits against the SNR."""
    panels = figure.subplots(1, 2)
    found = (
        (psnrs(df), "psnr", "PSNR (dB)", BLUE),
        (scores(df), "score", "score between inits", ORANGE),
    )
    for axes, (rows, column, label, color) in zip(panels, found, strict=True):
        groups = {f"{snr:g}": values for snr, values in rows.groupby("snr")[column]}
        boxes(axes, groups, color)
        axes.set(xlabel="SNR (dB)", ylabel=label)


def draw_lines(figure, df):
    """Draw the loss between the minima of each pair."""
    losses = lines(lines_and_gains(df))
    axes = figure.subplots()
    axes.plot(losses.index, losses, linewidth=1.2)
    for end in (0, 1):
        axes.axvline(end, color="black", linewidth=0.6, linestyle=":")
    axes.set(xlabel="place between two minima (0 and 1)", ylabel="loss per signal")


def draw_plane(figure, df):
    """Draw the loss on a plane around a minimum, from above and from the side."""
    steps, losses = grid(plane(df))
    figure.set_size_inches(8.4, 3.6)
    above = figure.add_subplot(1, 2, 1)
    filled = above.contourf(steps, steps, losses.T, 24, cmap="viridis")
    above.plot(0, 0, "r+", markersize=10)
    above.set(**AXES, aspect="equal")
    above.grid(False)
    figure.colorbar(filled, label="loss per signal", shrink=0.8)
    side = figure.add_subplot(1, 2, 2, projection="3d")
    first, second = np.meshgrid(steps, steps, indexing="ij")
    side.plot_surface(first, second, losses, cmap="viridis", rstride=1, cstride=1)
    side.set(**AXES)
