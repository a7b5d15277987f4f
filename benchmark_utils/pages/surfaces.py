"""Losses on a plane, as pictures and as a page with surfaces to rotate.

    python -m benchmark_utils.pages.surfaces [result.parquet ...]

writes `result_surfaces.html` beside each result file. Without a name, it takes the
newest one in `outputs/`. The page has a surface for each solver that learned with
``landscape=True``. It contains plotly, and needs no network.
"""

from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from plotly.offline import get_plotlyjs

from benchmark_utils.pages import command_line, minima
from benchmark_utils.pages.columns import solvers
from benchmark_utils.pages.pictures import pixels
from benchmark_utils.result_files import OUTPUTS, newest, read_result

KEYS = ["dataset_name", "objective_name"]
COLORS = "viridis"
TICKS = [-1, -0.5, 0, 0.5, 1]
PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Losses around learned dictionaries</title>
<script>{plotly}</script></head><body>{surfaces}</body></html>
"""
AXES = ("first direction", "second direction", "loss per signal")


def contours(steps, losses):
    """Return the losses of a plane from above, an array (height, width, 3) in [0, 1].

    Parameters
    ----------
    steps : array, shape (n_steps,)
    losses : array, shape (n_steps, n_steps)
        See `landscape.plane`.
    """
    figure = Figure(figsize=(5.4, 4.8), layout="constrained")
    axes = figure.add_subplot()
    filled = axes.contourf(steps, steps, losses.T, 24, cmap=COLORS)
    axes.contour(steps, steps, losses.T, 12, colors="white", linewidths=0.4)
    axes.plot(0, 0, "r+", markersize=10)
    axes.set(xlabel=AXES[0], ylabel=AXES[1], aspect="equal")
    axes.set(xticks=TICKS, yticks=TICKS)
    figure.colorbar(filled, label=AXES[2], shrink=0.8)
    return pixels(figure)


def relief(steps, losses):
    """Return the losses of a plane from the side; see `contours`."""
    figure = Figure(figsize=(5.4, 4.8), layout="constrained")
    axes = figure.add_subplot(projection="3d")
    first, second = np.meshgrid(steps, steps, indexing="ij")
    axes.plot_surface(first, second, losses, cmap=COLORS, rstride=1, cstride=1)
    axes.set(xlabel=AXES[0], ylabel=AXES[1], xticks=TICKS, yticks=TICKS)
    axes.set_title(AXES[2])
    return pixels(figure)


def surface(steps, losses, title):
    """Return the losses of a plane as an interactive plotly figure."""
    # Plotly's rows are y.
    figure = go.Figure(go.Surface(x=steps, y=steps, z=losses.T, colorscale=COLORS))
    axes = dict(zip(("xaxis_title", "yaxis_title", "zaxis_title"), AXES, strict=True))
    return figure.update_layout(title=title, scene=axes, height=700)


def html(df):
    """Return a page of the surfaces of a result table.

    Raises
    ------
    ValueError
        If no run has kept what a surface needs.
    """
    figures = []
    for names, _ in df.groupby([*KEYS, solvers(df)], sort=False):
        for minimum in minima.find(df, *names)[:1]:
            losses = minima.plane_around(minimum)
            title = f"{names[2]}<br>{names[0]}, {names[1]}"
            figures.append(surface(minima.STEPS, losses, title))
    if not figures:
        raise ValueError(
            "These results have no signals to compute losses with: run with "
            'landscape=True, as in -o "*[landscape=True]" or configs/figure_B.yml.'
        )
    return PAGE.format(
        plotly=get_plotlyjs(),
        surfaces="".join(
            figure.to_html(full_html=False, include_plotlyjs=False)
            for figure in figures
        ),
    )


def write(result):
    """Write the page of surfaces of a result file, and return its path."""
    target = Path(result).with_name(f"{Path(result).stem}_surfaces.html")
    target.write_text(html(read_result(result)), encoding="utf-8")
    return target


def newest_result(folder=OUTPUTS):
    """Return the path of the result file written last, FileNotFoundError if none."""
    found = newest(folder)
    if found is None:
        raise FileNotFoundError(f"No result file in '{folder}': do `benchopt run .`.")
    return found


def main(arguments=None):
    """Run the command line."""
    command_line.run(
        write,
        newest_result,
        "python -m benchmark_utils.pages.surfaces",
        "Draw losses around learned dictionaries as interactive surfaces.",
        arguments,
    )


if __name__ == "__main__":
    main()
