"""What the rules of Figure 4 look at: medians of AM and of DDL by layers (§3.1)."""

import numpy as np
import pandas as pd

from benchmark_utils.pages.columns import methods
from reproduction.rows import first, last, only, tidy

TIMED = 10  # steps, at least
CUT = 0.8  # of the longest time of all runs: it was probably cut there
METHODS = ("AM", "DDL")
LEARNED = "DDL + steps"
LOSSES = ("objective_network_loss", "objective_value")


def evaluations(df, **columns):
    """Return the evaluations of each run with `method` and `n_layers`.

    The method is "AM", "DDL" or "DDL + steps", which learns the step sizes.
    """
    rows = tidy(df, n_layers="p_solver_n_layers", **columns)
    return rows.rename(columns={"solver": "method"}).assign(method=methods(df))


def ends(df, **columns):
    """Return the last of the `evaluations` of each run."""
    return last(evaluations(df, **columns))


def loss_column(df):
    """Return the column of F_N, the loss of the network's own codes, if it is there,
    or else that of the loss of certified codes."""
    return next((c for c in LOSSES if c in df), LOSSES[-1])


def paired(rows, metric, one, other, combine):
    """Return the median over repetitions of two methods' combined metric, by N."""
    rows = pd.concat([only(rows, name, method=name) for name in (one, other)])
    table = rows.pivot_table(index=["n_layers", "rep"], columns="method", values=metric)
    return combine(table[one], table[other]).dropna().groupby("n_layers").median()


def steps_times_and_losses(df):
    """Return what AM and DDL needed to converge, at each N.

    Returns
    -------
    DataFrame
        Columns `ratio` and `longer`, DDL's number of steps and its time over those of
        AM, `excess`, its final loss over AM's, less 1, `fall`, by which share of the
        first loss the one of both falls that falls less, and `cut`, the larger one of
        the shares of both methods' runs that were cut.
    """
    rows = evaluations(
        df, n_steps="objective_n_steps", loss=loss_column(df), time="time"
    )
    final = last(rows).assign(cut=_was_cut)
    return _table(
        ratio=paired(final, "n_steps", "DDL", "AM", lambda a, b: a / b),
        longer=paired(final, "time", "DDL", "AM", lambda a, b: a / b),
        excess=paired(final, "loss", "DDL", "AM", lambda a, b: a / b - 1),
        fall=np.minimum(*(_falls(rows, method) for method in METHODS)),
        cut=np.maximum(*(_shares_cut(final, method) for method in METHODS)),
    )


def _falls(rows, method):
    """Return by which share of its first value the loss of a method falls, by N."""
    rows = only(rows, method, method=method)
    ends = [end(rows).groupby("n_layers")["loss"].median() for end in (first, last)]
    return 1 - ends[1] / ends[0]


def _was_cut(final):
    """Whether runs took nearly as long as the longest one of all, as runs of another
    setting did: the end of the time that was given is at the same place for all."""
    longest = final["time"] >= CUT * final["time"].max()
    return longest & (final.loc[longest, "label"].nunique() > 1)


def _shares_cut(final, method):
    runs = only(final, method, method=method)
    return runs.groupby("n_layers")["cut"].mean()


def step_time_ratios(df):
    """Return the time a step of DDL over that of AM (`ratio`) at each N, of runs of ten
    steps or more: shorter ones are mostly their beginning."""
    rows = ends(df, n_steps="objective_n_steps", time="time")
    rows = rows[rows["n_steps"] >= TIMED]
    rows = rows.assign(per_step=rows["time"] / rows["n_steps"])
    return _table(ratio=paired(rows, "per_step", "DDL", "AM", lambda a, b: a / b))


def scores_and_losses(df):
    """Return, at each N, the final scores of `AM` and of `DDL`, DDL's `gain` over AM,
    the score of the initial dictionary (`start`), and the final losses of both
    (`AM_loss`, `DDL_loss`)."""
    rows = evaluations(df, score="objective_recovery_score", loss=loss_column(df))
    start = first(only(rows, "DDL", method="DDL")).groupby("n_layers")["score"].median()
    rows = last(rows)
    groups = {
        method: only(rows, method, method=method).groupby("n_layers")
        for method in METHODS
    }
    scores = {method: found["score"].median() for method, found in groups.items()}
    losses = {f"{m}_loss": found["loss"].median() for m, found in groups.items()}
    gain = paired(rows, "score", "DDL", "AM", lambda a, b: a - b)
    return _table(**scores, gain=gain, start=start, **losses)


def learned_and_fixed_steps(df):
    """Return the relative `drop` of DDL's loss by learned steps, at each N, how far its
    loss without them is below AM's (`advantage`), and how far both learned losses fall
    from the first one (`fall`, of the one that falls less)."""
    rows = evaluations(df, loss=loss_column(df))
    final = last(rows)
    return _table(
        drop=paired(final, "loss", "DDL", LEARNED, lambda fixed, new: 1 - new / fixed),
        advantage=paired(final, "loss", "AM", "DDL", lambda am, ddl: 1 - ddl / am),
        fall=np.minimum(*(_falls(rows, method) for method in ("DDL", LEARNED))),
    )


def _table(**by_layers):
    """Return Series by N as a table of columns `n_layers` and theirs."""
    return pd.DataFrame(by_layers).rename_axis("n_layers").reset_index()
