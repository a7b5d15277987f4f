"""Read what a rule or a picture needs from a result table, or say what it lacks."""

import numpy as np
import pandas as pd

from reproduction.verdict import Untestable

RUN = ["dataset_name", "objective_name", "solver_name", "idx_rep"]


def tidy(df, **columns):
    """Return chosen columns as numbers under short names, with those of the run.

    Parameters
    ----------
    df : DataFrame
        As benchopt writes it: a row per evaluation.
    **columns : str
        New name = column of `df`.

    Returns
    -------
    DataFrame
        Columns `dataset`, `objective`, `solver` (its name without parameters),
        `label` (with them), `rep`, and the ones asked for, in floats.

    Raises
    ------
    Untestable
        If a column is missing or holds no number at all.
    """
    need(df, *RUN, *columns.values())
    rows = pd.DataFrame({
        "dataset": df["dataset_name"].astype(str),
        "objective": df["objective_name"].astype(str),
        "solver": df["solver_name"].astype(str).str.split("[").str[0],
        "label": df["solver_name"].astype(str),
        "rep": df["idx_rep"],
    })  # fmt: skip
    for name, column in columns.items():
        rows[name] = pd.to_numeric(df[column], errors="coerce").astype(float)
        if rows[name].isna().all():
            raise Untestable(f"the column `{column}` holds no number")
    return rows


def need(df, *columns):
    """Raise `Untestable`, naming what is missing, unless `df` has rows and columns."""
    missing = [column for column in columns if column not in df]
    if missing:
        named = ", ".join(f"`{column}`" for column in missing)
        raise Untestable(f"the result file has no column {named}")
    if df.empty:
        raise Untestable("the result file has no rows")


def only(rows, what, **chosen):
    """Return the rows with the chosen values; `Untestable`, in the name of `what`,
    where there are none."""
    for column, value in chosen.items():
        values = value if isinstance(value, list | tuple | set) else [value]
        rows = rows[rows[column].isin(values)]
    if rows.empty:
        raise Untestable(f"there are no runs of {what}")
    return rows


def first(rows):
    """Return the first row of each run: the evaluation of the initial dictionary."""
    return rows.groupby(["dataset", "label", "rep"], sort=False).head(1)


def last(rows):
    """Return the last row of each run, rows being in the order of evaluation."""
    return rows.groupby(["dataset", "objective", "label", "rep"], sort=False).tail(1)


def medians(rows, x, y):
    """Return medians and 10 % and 90 % quantiles of `y` for each value of `x`.

    Returns
    -------
    DataFrame indexed by `x`, with columns `low`, `mid` and `high`
    """
    groups = rows.dropna(subset=[x, y]).groupby(x)[y]
    return pd.DataFrame({
        "low": groups.quantile(0.1),
        "mid": groups.median(),
        "high": groups.quantile(0.9),
    })  # fmt: skip


def median(values):
    """Return the median of numbers, `Untestable` where there are none."""
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    if values.size == 0:
        raise Untestable("nothing was measured")
    return float(np.median(values))
