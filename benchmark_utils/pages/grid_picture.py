"""Scores over a grid of λ and numbers of atoms, as a picture of several panels."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from benchmark_utils.pages.pictures import pixels

PANELS = {
    "predicted": "predicted share of hidden features",
    "stability": "agreement of atoms between seeds",
    "density": "density of the codes",
    "test_loss": "held-out loss (another at each λ)",
}
COLORS = "viridis"


def grid_picture(table, chosen=None):
    """Return a picture of a grid: a panel for each score, a frame at ``chosen``.

    Parameters
    ----------
    table : DataFrame
        See :func:`benchmark_utils.pages.choose.settings`.
    chosen : tuple of (n_atoms, reg) or None

    Returns
    -------
    array, shape (height, width, 3)
        In [0, 1].
    """
    figure = Figure(figsize=(9.6, 7.2), layout="constrained", dpi=100)
    for axes, (score, title) in zip(
        figure.subplots(2, 2).flat, PANELS.items(), strict=True
    ):
        _panel(axes, table[score].unstack("reg"), title, chosen)
    return pixels(figure)


def _panel(axes, grid, title, chosen):
    values = grid.to_numpy(dtype=float)
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if len(finite) else (0, 1)
    # A prediction worse than the mean is as bad as any other.
    low = max(low, 0) if high > 0 else low
    axes.imshow(values, COLORS, vmin=low, vmax=high, aspect="auto")
    for (i, j), value in np.ndenumerate(values):
        ink = "black" if value > (low + high) / 2 else "white"
        text = f"{value:.3g}" if np.isfinite(value) else "–"
        axes.text(j, i, text, ha="center", va="center", color=ink, fontsize=9)
    axes.set_xticks(range(len(grid.columns)), [f"{reg:g}" for reg in grid.columns])
    axes.set_yticks(range(len(grid.index)), [f"{n:.0f}" for n in grid.index])
    axes.set(xlabel="reg", ylabel="n_atoms")
    axes.set_title(title, fontsize=10)
    if chosen is not None:
        i, j = grid.index.get_loc(chosen[0]), grid.columns.get_loc(chosen[1])
        frame = {"fill": False, "edgecolor": "red", "linewidth": 2.5}
        axes.add_patch(Rectangle((j - 0.48, i - 0.48), 0.96, 0.96, **frame))
