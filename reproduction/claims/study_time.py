"""Autoencoders against dictionary learning: atoms recovered in a time."""

import numpy as np
import pandas as pd

from reproduction.claims.study_rows import (
    FEWER,
    LEAST,
    autoencoders,
    by_size,
    classical,
    evaluations,
    need_some,
)
from reproduction.verdict import Untestable, claim, graded

FACTORS = (1, 10, 100)
SETTLED = 0.9  # of the last recovery
NEAR = 0.02  # share of the atoms


def recovery_in_time(df):
    """Return what the best setting of both kinds recovers in 1, 10 and 100 times T.

    T is the time at which the median share of a setting of dictionary learning first is
    90 % of the most that one recovers.

    Returns
    -------
    DataFrame
        Columns `dataset`, `factor`, `seconds`, `classical` and `autoencoder` (shares
        of the atoms, NaN where the runs are shorter), `best`, the autoencoder's
        setting, and `at_end`, the share that the best autoencoder ends with.
    """
    rows = evaluations(df, time="time")
    found = [_of_dataset(name, group) for name, group in rows.groupby("dataset")]
    return pd.concat(found, ignore_index=True)


def _of_dataset(dataset, rows):
    ours, theirs = classical(rows), autoencoders(rows)
    final = _at(ours, np.inf).max()
    start = _start(ours, SETTLED * final)
    found = []
    for factor in FACTORS:
        both = _at(ours, factor * start), _at(theirs, factor * start)
        line = {"dataset": dataset, "factor": factor, "seconds": factor * start}
        found.append(line | {
            "classical": both[0].max(), "autoencoder": both[1].max(),
            "best": both[1].idxmax() if both[1].notna().any() else "none",
            "at_end": _at(theirs, np.inf).max(),
        })  # fmt: skip
    return pd.DataFrame(found)


def _start(rows, level):
    """Return when the median over repetitions of a setting first is at a level."""
    starts = []
    for _, setting in rows.groupby("label"):
        runs = setting.pivot_table("recovered", "time", "rep").ffill().fillna(0.0)
        there = runs.index[runs.median(axis=1) >= level]
        starts += list(there[:1])
    return min(starts, default=np.nan)


def _at(rows, seconds):
    """Return the median share that each setting has recovered by a time.

    NaN where no run of a setting is that long.
    """
    before = rows[rows["time"] <= seconds]
    share = before.groupby(["label", "rep"])["recovered"].last()
    longest = rows.groupby("label")["time"].max()
    median = share.groupby("label").median().reindex(longest.index)
    return median if seconds == np.inf else median.where(longest >= seconds)


@claim(
    "In the same time, autoencoders recover fewer atoms than dictionary learning.",
    recovery_in_time,
)
def fewer_in_equal_time(table):
    """T is the time at which the median share of a setting of dictionary learning first
    is 90 % of the most atoms that one recovers. Holds if the best autoencoder recovers
    at least 5 % of the atoms fewer in T, for each dataset, in part for some. It does
    not hold where dictionary learning recovers less than 10 %.
    """
    rows = table[table["factor"] == 1]
    measured, sizes = {}, by_size(rows)
    for name, found in sizes.items():
        of, row = f"{name}: " if len(sizes) > 1 else "", found.iloc[0]
        measured |= {
            f"{of}T (s)": row["seconds"],
            f"{of}dictionary learning": row["classical"],
            f"{of}best autoencoder, {row['best']}": row["autoencoder"],
        }
    if rows[["classical", "autoencoder"]].isna().any(axis=None):
        raise Untestable("some runs are shorter than T")
    fewer = rows["classical"] - rows["autoencoder"] >= FEWER
    fewer &= rows["classical"] >= LEAST
    return graded(fewer.all(), fewer.any()), measured


@claim(
    "Autoencoders catch up with dictionary learning in ten times the time.",
    recovery_in_time,
)
def catch_up(table):
    """T as above. Holds if the best autoencoder, in 10 T, recovers at most 2 % of the
    atoms fewer than dictionary learning in T, for each dataset; in part if in 100 T, or
    at the end of shorter runs. Shorter runs that are not there cannot tell. It does not
    hold where dictionary learning recovers less than 10 %.
    """
    need_some(table[["classical", "autoencoder"]])
    late = table.pivot(index="dataset", columns="factor", values="autoencoder")
    goal = table[table["factor"] == 1].set_index("dataset")["classical"]
    if late[[10, 100]].isna().all(axis=None):
        raise Untestable("the runs are shorter than 10 T")
    shorter, end = late[100].isna(), table.groupby("dataset")["at_end"].first()
    late[100] = late[100].fillna(end)
    near = late.ge(goal - NEAR, axis=0) & late.notna()
    learned = goal >= LEAST
    near = near.where(learned, other=False)
    there = near[[10, 100]].any(axis=1)
    if (shorter & learned & ~there).any() and not (~shorter & ~there).any():
        raise Untestable("the runs are shorter than 100 T, and it is not there yet")
    last = "at the end of its runs, before 100 T" if shorter.any() else "in 100 T"
    measured = {
        "dictionary learning in T": goal.min(),
        "best autoencoder in 10 T": late[10].min(),
        f"best autoencoder {last}": late[100].min(),
    }
    return graded(near[10].all(), there.all()), measured
