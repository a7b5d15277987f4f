"""What all pictures share: their style, curves with bands, the way to a file."""

import io
import os

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator
from PIL import Image

from benchmark_utils.pages.styles import METHODS
from reproduction.rows import medians
from reproduction.verdict import Untestable

STYLE = {
    "font.size": 9,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "legend.fontsize": 8,
}
DPI = 130
# Okabe and Ito's palette; a method has the colour that it has on the page.
BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, GRAY = "#CC79A7", "#56B4E9", "#666666"
COLORS = {method: color for method, (color, _) in METHODS.items()}


def save_picture(draw, df, path):
    """Draw a result table and save it as PNG, whole or not at all.

    Parameters
    ----------
    draw : callable, (matplotlib Figure, DataFrame) -> None
    df : DataFrame
    path : Path

    Returns
    -------
    bool
        False, and no file, where the table lacks what is to be drawn.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(6.4, 3.2), layout="constrained")
        try:
            draw(figure, df)
        except Untestable:
            path.unlink(missing_ok=True)
            return False
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png", dpi=DPI)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.tmp")
    # No version, no date: the same results give the same file.
    _with_palette(drawn).save(unfinished, format="png", optimize=True)
    os.replace(unfinished, path)
    return True


def _with_palette(drawn):
    """Return a picture in 256 colours: a third of the size, and it looks the same."""
    picture = Image.open(drawn).convert("RGB")
    # Maximum coverage keeps colours of few pixels, such as those of a thin line.
    return picture.quantize(
        method=Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE
    )


def curve(axes, rows, x, y, **style):
    """Draw medians of `y` for each `x`, and the 10-90 % band."""
    table = medians(rows, x, y)
    (line,) = axes.plot(table.index, table["mid"], **style)
    axes.fill_between(
        table.index, table["low"], table["high"],
        color=line.get_color(), alpha=0.18, linewidth=0,
    )  # fmt: skip
    return line


def logarithmic(axes, which):
    """Make an axis, "x" or "y", logarithmic, labelled by numbers and not by powers."""
    axes.set(**{f"{which}scale": "log"})
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(_Decades())
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter("{x:g}")


class _Decades(LogLocator):
    """1, 2, 5, 10 where there is place for it, else 1, 10, 100."""

    def tick_values(self, vmin, vmax):
        self.set_params(subs=(1, 2, 5) if vmax < 300 * vmin else (1,))
        return super().tick_values(vmin, vmax)


def boxes(axes, groups, color):
    """Draw a box for each group of values, under its name."""
    axes.boxplot(
        list(groups.values()), tick_labels=list(groups), widths=0.6,
        patch_artist=True, boxprops={"facecolor": color, "alpha": 0.5},
        medianprops={"color": "black"}, flierprops={"marker": "."},
    )  # fmt: skip


def shades(values, colormap="viridis", lightest=0.85):
    """Return a colour for each of ordered values, light ones last."""
    colors = matplotlib.colormaps[colormap]
    n = max(len(values) - 1, 1)
    return {v: colors(lightest * i / n) for i, v in enumerate(values)}
