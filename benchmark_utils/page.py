"""Speak to benchopt's result page: its traces, its scales, its titles."""

from benchmark_utils.results import curve, measured


def x_column(rows, x_axis):
    """Return the column and the label of an x axis, "time" or "n_steps".

    Results that did not count steps are shown against benchopt's own count.
    """
    if x_axis == "time":
        return "time", "time (s)"
    if measured(rows, "n_steps"):
        return "n_steps", "steps"
    return "stop_val", "calls of the solver's callback"


def traces(rows, x, y, style):
    """Return one benchopt scatter trace per solver: median and 10-90 % band.

    Parameters
    ----------
    rows : DataFrame, see `results.select`
    x, y : str
        Columns of `rows`.
    style : callable
        Gives the colour and marker of a solver (`BasePlot.get_style`).
    """
    curves = {solver: curve(run, x, y) for solver, run in rows.groupby("solver")}
    curves = {solver: points for solver, points in curves.items() if len(points)}
    if _spans_a_decade([points["x"].iloc[-1] for points in curves.values()]):
        # To be read on a logarithmic axis, which has no place for x = 0.
        curves = {solver: points[points["x"] > 0] for solver, points in curves.items()}
    if rows["rep"].nunique() == 1:
        curves = {solver: points[["x", "y"]] for solver, points in curves.items()}
    return [
        {**points.to_dict("list"), "label": solver, **style(solver)}
        for solver, points in curves.items()
    ]


def scale(found):
    """Return the scale on which `traces` are best read: benchopt's name of it.

    An axis is logarithmic where the solvers' last points (x) or all points (y) are
    positive and span a decade; below that a logarithmic axis has no tick labels.
    """
    log_x = _spans_a_decade([trace["x"][-1] for trace in found])
    log_y = _spans_a_decade([value for trace in found for value in trace["y"]])
    return {
        (False, False): "linear",
        (True, False): "semilog-x",
        (False, True): "semilog-y",
        (True, True): "loglog",
    }[log_x, log_y]


def bar_scale(heights):
    """Return "log" where bars differ by more than a decade, as in `scale`."""
    return "log" if _spans_a_decade(heights) else "linear"


def wrap(solver):
    """Return the name of a solver on two lines of the page, for a narrow place."""
    return solver.replace("[", "<br>[", 1)


def title(dataset, objective, note=None, sep="\n"):
    """Return the title of a plot, in two lines; `note` says what is missing, and why.

    Plots of type image need another `sep`: their titles know no line break.
    """
    where = [objective, f"Data: {dataset}"]
    return sep.join(where) if note is None else f"{note}{sep}{' · '.join(where)}"


def _spans_a_decade(values):
    return bool(values) and min(values) > 0 and max(values) >= 10 * min(values)
