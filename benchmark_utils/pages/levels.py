"""When runs reach a level of a metric."""

import numpy as np
import pandas as pd


def time_to(run, level, metric="recovery_score"):
    """Return the time at which one repetition reaches `level`, in seconds.

    The metric is taken as linear in time between two evaluations, because
    evaluations become rare late in a run: the first one at or above `level` can
    come half as late again as the crossing. Infinite if `level` is not reached.
    """
    run = run.dropna(subset=["time", metric])
    time, value = run["time"].to_numpy(), run[metric].to_numpy()
    above = np.flatnonzero(value >= level)
    if above.size == 0:
        return np.inf
    i = above[0]
    if i == 0:
        return float(time[0])
    share = (level - value[i - 1]) / (value[i] - value[i - 1])
    return float(time[i - 1] + share * (time[i] - time[i - 1]))


def times_to(runs, level):
    """Return when each repetition of one solver reaches a recovery score.

    Returns
    -------
    DataFrame indexed by `rep`
        `time`, in seconds (see `time_to`), and whether the level was `reached`; if
        not, the time is the duration of the run, a lower bound.
    """
    found = {}
    for rep, run in runs.groupby("rep"):
        time = time_to(run, level)
        reached = bool(np.isfinite(time))
        found[rep] = time if reached else run["time"].fillna(0).max(), reached
    table = pd.DataFrame.from_dict(found, "index", columns=["time", "reached"])
    return table.rename_axis("rep")
