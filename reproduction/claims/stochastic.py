"""Figures 6, D and E: mini-batches, and SPAMS against the size of λ (§3.2)."""

import numpy as np
import pandas as pd

from benchmark_utils.pages.results import time_to
from reproduction.rows import need, only, tidy
from reproduction.verdict import claim, graded

LEVEL = 0.95
FULL = "full"
METHODS = ("Stochastic-DDL", "Online-SPAMS")


def runs(df):
    """Return all evaluations with `batch` (infinite: full batch), `reg` and `score`.

    Stochastic alternating minimisation, which does not back-propagate, is left out.
    """
    rows = tidy(df, reg="p_obj_reg", score="objective_recovery_score", time="time")
    need(df, "p_solver_batch_size", "stop_val")
    stochastic = rows["solver"].str.startswith("Stochastic")
    rows["batch"] = df["p_solver_batch_size"].astype(float).where(stochastic, np.inf)
    # The initial dictionary is there at once.
    rows.loc[df["stop_val"] == 0, "time"] = 0.0
    depth = df.get("p_solver_backprop_depth", pd.Series(np.nan, df.index))
    return rows[depth.astype(float) != 0]


def by_batch(df):
    """Return the evaluations of (stochastic) DDL at the smallest λ."""
    rows = only(runs(df), "DDL", solver=["Stochastic-DDL", "DDL"])
    return rows[rows["reg"] == rows["reg"].min()]


def times(rows, *keys):
    """Return the time to a recovery of 0.95 of each run, infinite if not reached.

    Where several settings share the `keys`, those of the fastest one are returned.

    Returns
    -------
    DataFrame
        Columns `keys`, `label` (the setting), `rep` and `time`, in seconds.
    """
    groups = rows.groupby([*keys, "label", "rep"])[["time", "score"]]
    found = groups.apply(lambda run: time_to(run, LEVEL, "score"))
    middle = found.groupby([*keys, "label"]).median()
    fastest = middle.groupby(list(keys)).idxmin()
    found = found[found.index.droplevel("rep").isin(fastest)]
    return found.rename("time").reset_index()


def batch_times(df):
    """Return the times to 0.95 of (stochastic) DDL, see `times`, with their `batch`."""
    return times(by_batch(df), "batch")


def lmbd_times(df):
    """Return the times to 0.95 of both methods, with their `solver` and `reg`, λ."""
    chosen = [only(runs(df), name, solver=name) for name in METHODS]
    return times(pd.concat(chosen), "solver", "reg")


def medians(table, *keys):
    """Return the median times of the runs with the same `keys`, in their order."""
    return table.groupby(list(keys))["time"].median()


def size(batch):
    """Return the name of a batch size."""
    return FULL if np.isinf(batch) else f"{batch:.0f}"


def seconds(time):
    """Return a time as text."""
    return f"{time:.3g} s" if np.isfinite(time) else "not reached"


def _measured(found):
    return {f"batch {size(b)}": seconds(t) for b, t in found.items()}


@claim(
    "Intermediate batch sizes are best: smaller and larger ones take longer.",
    batch_times,
)
def intermediate_is_best(table):
    """Median time to a recovery score of 0.95 of each batch size. Holds if the
    shortest is neither the smallest batch's nor the full one's (or the largest's),
    in part if it is the smallest batch's.
    """
    found = medians(table, "batch")
    best = found.idxmin()
    reached = np.isfinite(found[best])
    inside = reached and found.index[0] < best < found.index[-1]
    return graded(inside, reached and best == found.index[0]), _measured(found)


@claim(
    "Stochastic DDL recovers good dictionaries faster than full-batch DDL.",
    batch_times,
)
def faster_than_full_batch(table):
    """Median time to a recovery score of 0.95. Holds if each mini-batch size is faster
    than the full batch, in part if some are.
    """
    full = only(table, "full-batch DDL", batch=np.inf)
    found = medians(table, "batch")
    faster = found[np.isfinite(found.index)] < full["time"].median()
    return graded(faster.all(), faster.any()), _measured(found)


@claim("Stochastic DDL is faster than SPAMS for small λ.", lmbd_times)
def faster_for_small_lmbd(table):
    """Median time to a recovery score of 0.95 at each λ; the small ones are the
    smaller half of those run. Holds if stochastic DDL is faster at each of these, in
    part if at some.
    """
    found = medians(table, "reg", "solver").unstack().dropna(how="all")
    small = found.iloc[: (len(found) + 1) // 2]
    faster = small["Stochastic-DDL"] < small["Online-SPAMS"]
    measured = {
        f"λ = {reg:g}": f"{seconds(row['Stochastic-DDL'])} against SPAMS's "
        f"{seconds(row['Online-SPAMS'])}"
        for reg, row in found.iterrows()
    }
    return graded(faster.all(), faster.any()), measured
