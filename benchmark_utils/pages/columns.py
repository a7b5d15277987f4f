"""Columns of a result table: complete, numeric, and with what a name must say.

Nothing here raises on a missing column.
"""

import functools
import weakref

import numpy as np
import pandas as pd

UNKNOWN = "unknown"
NO_STEP = " (no step)"  # after the name of a solver whose run was over before its first
SOME_NO_STEP = " (no step in some runs)"
CANDIDATES = " (candidates)"  # of a solver that codes a wide dictionary on few atoms
LEARNED = " + steps"  # after the name of a method whose step sizes are learned


def once(function):
    """Keep what a function of a table gives, as long as the table is there.

    A page draws hundreds of plots of one table, which none of them changes.
    """
    kept = {}

    @functools.wraps(function)
    def known(df):
        key = id(df)
        if key not in kept:
            found = function(df)
            kept[key] = weakref.ref(df, lambda _: kept.pop(key)), found
        return kept[key][1]

    return known


@once
def methods(df):
    """Return the solver of each row without its parameters, as "AM" or "DDL".

    One that learns its step sizes is another method: "DDL + steps".
    """
    name = text(df, "solver_name").str.split("[").str[0]
    if "p_solver_learn_steps" in df:
        learns = df["p_solver_learn_steps"].isin([True, "True"])
        name = name.where(~learns, name + LEARNED)
    return name + _marks(df)


@once
def solvers(df):
    """Return the name of the solver of each row, marked where it took no step."""
    return text(df, "solver_name") + _marks(df)


def _marks(df):
    """Return `NO_STEP`, `SOME_NO_STEP`, `CANDIDATES` or nothing for each row.

    The only dictionary of a run without a step is the initial one: no plot may show
    it as what the solver has learned.
    """
    names = [text(df, f"{kind}_name") for kind in ("dataset", "objective", "solver")]
    run = [*names, numeric(df, "idx_rep").fillna(0)]
    columns = [numeric(df, "stop_val"), numeric(df, "objective_n_steps")]
    last = [column.groupby(run).transform("max") for column in columns]
    idle = ((last[0] == 0) & (last[1] == 0)).astype(float)
    share = idle.groupby(names).transform("mean")
    marks = pd.Series("", df.index, dtype=object)
    wide = numeric(df, "objective_n_candidates").groupby(names).transform("max") > 0
    marks = marks.mask(wide, CANDIDATES)
    return marks.mask(share > 0, SOME_NO_STEP).mask(share == 1, NO_STEP)


def numeric(df, column):
    """Return a column as floats, NaN where it is absent, no number or infinite."""
    if column not in df:
        return pd.Series(np.nan, df.index)
    values = pd.to_numeric(df[column], errors="coerce").astype(float)
    return values.replace([np.inf, -np.inf], np.nan)


def text(df, column):
    """Return a column as text, `UNKNOWN` where it is absent or unset."""
    if column not in df:
        return pd.Series(UNKNOWN, df.index, dtype=object)
    return df[column].astype(object).where(df[column].notna(), UNKNOWN).astype(str)
