"""Median and 10-90 % band over repetitions: what the page draws as a curve."""

import pandas as pd

BAND = {"y_low": 0.1, "y": 0.5, "y_high": 0.9}  # quantiles


def curve(run, x, y):
    """Return the median curve of the repetitions of one solver.

    Repetitions are aligned on the evaluation (`stop_val`): a point is the median
    over repetitions of `x` and of `y` at the same evaluation. A repetition that
    stopped early keeps its last point, so that the median does not jump when it
    leaves and `x` never goes back.

    Returns
    -------
    DataFrame indexed by `stop_val`, with columns `x`, `y` (medians), `y_low` and
    `y_high` (quantiles 0.1 and 0.9 of `y`). Evaluations without a value are left out.
    """
    points = run.assign(x=run[x], y=run[y]).dropna(subset=["stop_val", "x", "y"])
    if points.empty:
        return pd.DataFrame(columns=["x", "y", "y_low", "y_high"], dtype=float)
    wide = points.pivot_table(
        index="stop_val", columns="rep", values=["x", "y"], aggfunc="last"
    ).ffill()
    band = {name: wide["y"].quantile(q, axis=1) for name, q in BAND.items()}
    return pd.DataFrame({"x": wide["x"].median(axis=1), **band})


def spread(values, by):
    """Return median and band of values, for each value of `by`.

    Parameters
    ----------
    values, by : Series of the same index
        What is not a number in either is left out.

    Returns
    -------
    DataFrame with columns `x` (the values of `by`, sorted), `y_low`, `y` and `y_high`
    """
    groups = values.dropna().groupby(by)
    quantiles = {name: groups.quantile(q) for name, q in BAND.items()}
    return pd.DataFrame(quantiles).rename_axis("x").reset_index()
