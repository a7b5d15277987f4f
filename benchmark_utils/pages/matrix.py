"""A matrix of methods and problems as a picture, coloured by ratios of times."""

import re
import textwrap

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from benchmark_utils.pages.pictures import pixels

COLORS = colormaps["RdYlGn_r"].with_extremes(bad="0.85")
LIGHT, DARK = 1.5, 40.0  # ratios between which letters are black
LATEST = 100.0  # times the fastest: red from there on
CELL, ROW = 1.9, (0.42, 0.7)  # inches: width of a cell, least and most of a row
LABELS = 3.9  # inches left of the matrix
LINE = 0.17  # inches of a line of a label above it
WIDTH = 26  # letters of a line of a label
NOTE = 13  # letters of the legend in an inch of its lines
NOT_RUN = "not run"


def matrix(table, left=LABELS, cell=CELL, letters=WIDTH, row=None, said="", gaps=None):
    """Return a picture of ratios, a row a method and a column a problem.

    Parameters
    ----------
    table : DataFrame
        See :func:`benchmark_utils.pages.targets.ratios`.
    left, cell : float
        Inches of the labels of rows, and of the width of a cell.
    letters : int
        Of a line of the label of a column.
    row : float, optional
        Inches of the height of a row; by default what makes the picture about square,
        as the page shows it.
    said : str
        What the cells mean, in words above the matrix. See :func:`legend`.
    gaps : DataFrame of str, optional
        Words of the cells that are NaN, with the rows and columns of ``table``; by
        default "not run".

    Returns
    -------
    array, shape (height, width, 3)
        In [0, 1].
    """
    values = table.to_numpy(dtype=float)
    n_rows, n_columns = values.shape
    labels = [_problem(*problem, letters) for problem in table.columns]
    width = left + cell * n_columns
    note = textwrap.wrap(said, int(NOTE * width))
    n_lines = max(label.count("\n") + 1 for label in labels)
    above = LINE * (1 + n_lines + len(note))
    row = row or np.clip((width - above) / n_rows, *ROW)
    size = width, above + row * n_rows
    figure = Figure(figsize=size, dpi=100)
    left, top = left / size[0], 1 - above / size[1]
    axes = figure.add_axes([left, 0.02, 0.99 - left, top - 0.02])
    _draw_cells(axes, values, gaps)
    axes.set_yticks(range(n_rows), [shortened(name, 46) for name in table.index])
    axes.set_xticks(range(n_columns), labels, fontsize=8)
    axes.tick_params(length=0, labelbottom=False, labeltop=True)
    axes.spines[:].set_visible(False)
    place = {"x": 0.06 / size[0], "y": 1 - 0.06 / size[1], "va": "top"}
    figure.text(s="\n".join(note), fontsize=8, color="0.3", **place)
    return pixels(figure)


def _draw_cells(axes, values, gaps):
    shown = np.where(np.isfinite(values), values, np.nan)
    axes.imshow(shown, COLORS, LogNorm(1, LATEST), aspect="auto")
    for (i, j), value in np.ndenumerate(values):
        ink = "black" if LIGHT < value < DARK or not np.isfinite(value) else "white"
        if np.isnan(value):  # nothing is known: no cell
            axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, color="white"))
            ink = "0.6"
        gap = NOT_RUN if gaps is None else gaps.iat[i, j]
        axes.text(j, i, words(value, gap), ha="center", va="center", color=ink)


def legend(goal, gaps):
    """Return what the cells mean.

    Parameters
    ----------
    goal : str
        What the times are times to.
    gaps : str
        What the cells without a run mean.
    """
    return (
        f"×: median time to {goal}, over that of the fastest method (1×). never: at "
        f"least half of the runs did not get there in their time. {gaps}"
    )


def words(ratio, gap=NOT_RUN):
    """Return a ratio of times in words: "1×", "3.2×", "never", or ``gap`` for NaN."""
    if np.isnan(ratio):
        return gap
    if np.isinf(ratio):
        return "never"
    return f"{ratio:.2g}×" if ratio < 99.5 else f"{ratio:.0f}×"


def shortened(name, width):
    """Return a name of at most so many letters, its end cut."""
    return name if len(name) <= width else name[: width - 1] + "…"


def _problem(dataset, objective, letters):
    """A label of at most five lines; the objective's common name says nothing."""
    objective = objective.removeprefix("Dictionary learning").strip("[]")
    lines = textwrap.wrap(_spaced(dataset), letters)[:3]
    lines += textwrap.wrap(_spaced(objective), letters)[:2]
    return "\n".join(lines)


def _spaced(name):
    return re.sub(", *", ", ", name)
