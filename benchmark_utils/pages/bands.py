"""Median and 10-90 % band over repetitions: what the page draws as a curve."""

import pandas as pd

BAND = {"y_low": 0.1, "y": 0.5, "y_high": 0.9}  # quantiles


def curve(run, x, y):
    """Return the median curve of the repetitions of one solver.

    Repetitions are aligned by evaluation (`stop_val`). A point has the medians over
    repetitions of `x` and of `y` at one evaluation. If a repetition stopped early, its
    last point is repeated. Otherwise the median would jump there, and `x` could
    decrease.

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
        Rows with NaN in either are left out.

    Returns
    -------
    DataFrame with columns `x` (the values of `by`, sorted), `y_low`, `y` and `y_high`
    """
    groups = values.dropna().groupby(by)
    quantiles = {name: groups.quantile(q) for name, q in BAND.items()}
    return pd.DataFrame(quantiles).rename_axis("x").reset_index()
