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
    """
    groups = rows.groupby([*keys, "label", "rep"])[["time", "score"]]
    found = groups.apply(lambda run: time_to(run, LEVEL, "score"))
    medians = found.groupby([*keys, "label"]).median()
    fastest = medians.groupby(list(keys)).idxmin()
    return found[found.index.droplevel("rep").isin(fastest)]


def batch_times(df):
    """Return the median time to 0.95 for each batch size of (stochastic) DDL."""
    return times(by_batch(df), "batch").groupby("batch").median().sort_index()


def size(batch):
    """Return the name of a batch size."""
    return FULL if np.isinf(batch) else f"{batch:.0f}"


def seconds(time):
    """Return a time as text."""
    return f"{time:.3g} s" if np.isfinite(time) else "not reached"


def _measured(found):
    return {f"batch {size(b)}": seconds(t) for b, t in found.items()}


@claim("Intermediate batch sizes are best: smaller and larger ones take longer.")
def intermediate_is_best(df):
    """Median time to a recovery score of 0.95 of each batch size. Holds if the
    shortest is neither the smallest batch's nor the full one's (or the largest's),
    in part if it is the smallest batch's.
    """
    found = batch_times(df)
    best = found.idxmin()
    reached = np.isfinite(found[best])
    inside = reached and found.index[0] < best < found.index[-1]
    return graded(inside, reached and best == found.index[0]), _measured(found)


@claim("Stochastic DDL recovers good dictionaries faster than full-batch DDL.")
def faster_than_full_batch(df):
    """Median time to a recovery score of 0.95. Holds if each mini-batch size is faster
    than the full batch, in part if some are.
    """
    found = batch_times(df)
    full = only(found.reset_index(), "full-batch DDL", batch=np.inf)
    faster = found[np.isfinite(found.index)] < full[0].iloc[0]
    return graded(faster.all(), faster.any()), _measured(found)


def lmbd_times(df):
    """Return the times to 0.95 of both methods, indexed by method, λ and run."""
    chosen = [only(runs(df), name, solver=name) for name in METHODS]
    return times(pd.concat(chosen), "solver", "reg")


@claim("Stochastic DDL is faster than SPAMS for small λ.")
def faster_for_small_lmbd(df):
    """Median time to a recovery score of 0.95 at each λ; the small ones are the
    smaller half of those run. Holds if stochastic DDL is faster at each of these, in
    part if at some.
    """
    medians = lmbd_times(df).groupby(["reg", "solver"]).median()
    table = medians.unstack().dropna(how="all").sort_index()
    small = table.iloc[: (len(table) + 1) // 2]
    faster = small["Stochastic-DDL"] < small["Online-SPAMS"]
    measured = {
        f"λ = {reg:g}": f"{seconds(row['Stochastic-DDL'])} against SPAMS's "
        f"{seconds(row['Online-SPAMS'])}"
        for reg, row in table.iterrows()
    }
    return graded(faster.all(), faster.any()), measured
