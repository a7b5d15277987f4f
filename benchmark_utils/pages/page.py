"""Speak to benchopt's result page: its traces, its scales, its titles."""

import textwrap

from benchmark_utils.pages import styles
from benchmark_utils.pages.bands import curve
from benchmark_utils.pages.results import by_solver, measured, seconds


def x_column(rows, x_axis):
    """Return the column and the label of an x axis, "time" or "n_steps".

    Results that did not count steps are shown against benchopt's own count.
    """
    if x_axis == "time":
        return "time", "time (s)"
    if measured(rows, "n_steps"):
        return "n_steps", "steps"
    return "stop_val", "calls of the solver's callback"


def curves(rows, y, x_axis):
    """Return the `traces` of a metric against "time" or "n_steps", and its `initial`.

    Parameters
    ----------
    rows : DataFrame, see `results.select`
    y : str or None
        A column of `rows`. There are no curves of None.
    x_axis : {"time", "n_steps"}
    """
    if y is None:
        return []
    x, _ = x_column(rows, x_axis)
    found = traces(rows, x, y)
    return found + initial(found, rows, y)


def traces(rows, x, y):
    """Return one benchopt scatter trace per solver: median and 10-90 % band.

    The point x = 0, before the first step, has no place on the logarithmic axis that
    `scale` asks for, and is left out where there are others.

    Parameters
    ----------
    rows : DataFrame, see `results.select`
    x, y : str
        Columns of `rows`.
    """
    found = []
    for solver, run in by_solver(rows):
        points = curve(run, x, y)
        if (points["x"] > 0).any():
            points = points[points["x"] > 0]
        if len(points):
            look = {"label": solver, **styles.style(solver)}
            found.append({**lists(points, rows), **look})
    return found


def initial(found, rows, y):
    """Return the initial dictionary as a horizontal line, below all of `traces`.

    In each repetition all methods start from one dictionary, which is no method.

    Returns
    -------
    list of one trace, or of none where no run was evaluated before its first step or
    none after it.
    """
    first = rows[rows["stop_val"] == 0].dropna(subset=[y])
    x = [value for trace in found for value in trace["x"] if value > 0]
    if first.empty or not x:
        return []
    level = first.groupby("rep")[y].median().median()
    line = {"x": [min(x), max(x)], "y": [float(level)] * 2, "label": styles.INITIAL}
    return [{**line, **styles.style(styles.INITIAL)}]


def lists(points, rows):
    """Return the `x` and `y` of points, and the band if rows are of repetitions."""
    shown = ["x", "y", "y_low", "y_high"] if rows["rep"].nunique() > 1 else ["x", "y"]
    return points[shown].to_dict("list")


def scale(found, log_y=False):
    """Return the scale on which `traces` are best read: benchopt's name of it.

    Time and steps are logarithmic, because solvers differ by orders of magnitude and
    benchopt places evaluations in a geometric progression. y is so only where a view
    asks for it, never by its values: one view has one scale on all data.
    """
    if not any(x > 0 for trace in found for x in trace["x"]):
        return "linear"  # evaluated before the first step only
    return "loglog" if log_y else "semilog-x"


def wrap(solver, sep="<br>", width=24):
    """Return the name of a solver in short lines, where a long one finds no place.

    Lines break before its parameters and between them; `sep` is "<br>" on an axis,
    "\\n" under an image and " " in a table, which breaks lines itself.
    """
    words = solver.replace("[", " [", 1).replace(",", ", ")
    lines = textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False)
    return sep.join(lines)


def rounded(value, digits=3):
    """Return a number for a cell of a table: an int if it is whole, or else a float.

    Parameters
    ----------
    value : float
    digits : int
        Significant ones. 0 is for counts: their medians are rounded, halves up.
    """
    if not digits:
        return int(value + 0.5)
    found = float(f"{value:.{digits}g}")
    # Digits before the point are never replaced by zeros.
    found = found if abs(value) < 10**digits else float(round(value))
    return int(found) if found.is_integer() else found


def cards(found):
    """Return the cards of a view of images, one without an image if there are none.

    It keeps the title, which says what is missing.
    """
    return found or [{"image": None, "label": ""}]


def title(dataset, objective, note=None, sep="\n", rows=None, first=False):
    """Return the title of a plot, in two lines, as many as fit above it.

    A `note` of what is missing takes the place of the objective's name, which the
    page's menu shows as well. Plots of type image need another `sep`: their titles
    know no line break. It says how long the methods of `rows` (see `results.select`)
    ran: that is less than the timeout, of which evaluations take a part. It says that a
    plot is of the `first` of several repetitions.
    """
    n = rows["rep"].nunique() if first and rows is not None else 1
    shown = f" · first of {n} repetitions" if n > 1 else ""
    return f"{note or objective}{sep}Data: {dataset}{ran(rows)}{shown}"


def ran(rows):
    """Return how long the methods of some rows ran, " · methods ran 1 to 5 s"."""
    times = [] if rows is None else seconds(rows)
    if not len(times):
        return ""
    low, high = f"{min(times):.3g}", f"{max(times):.3g}"
    span = high if low == high else f"{low} to {high}"
    return f" · methods ran {span} s"
