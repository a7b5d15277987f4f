"""When each method reaches a target, and the scores that follow from it.

A problem is a dataset with an objective. In each repetition all methods have the same
signals and the same initial dictionary, so they share one target.
"""

import numpy as np
import pandas as pd

from benchmark_utils.naming import shortened
from benchmark_utils.pages import frozen, levels, results

# Name -> metric and level. The level of a loss is relative to the best known one.
TARGETS = {
    "loss within 1 % of the best": ("value", 0.01),
    "loss within 0.1 % of the best": ("value", 0.001),
    "recovery 0.95": ("recovery_score", 0.95),
    "recovery 0.9": ("recovery_score", 0.9),
}
SHORTEST = 1e-6  # seconds, for a target that the initial dictionary reaches
COLUMNS = ("problem", "rep", "solver", "time", "best", "frozen", "gain")
WORST = 100.0  # times the fastest: longer than that counts as never


def reached(df, target):
    """Return when each run reaches a target.

    Parameters
    ----------
    df : DataFrame
        A result table of benchopt.
    target : str
        A key of `TARGETS`.

    Returns
    -------
    DataFrame
        Columns `problem`, `rep`, `solver` and `time` in seconds. The time is infinite
        if the run does not reach the target. Problems without the metric are left out.
        Names of solvers lack the parameters that all settings of a solver share.
        `best` is the best known loss. `frozen` says whether it comes from the
        leaderboard's file. `gain` is how far the best loss of the table is below it,
        as a share of it.

    Notes
    -----
    For problems of the leaderboard, the best loss is the frozen one, see
    :mod:`benchmark_utils.pages.frozen`. For others, it is that of the table.
    """
    metric, level = TARGETS[target]
    found = []
    for dataset in results.names(df, "dataset"):
        for objective in results.names(df, "objective"):
            rows = results.select(df, dataset, objective).dropna(subset=[metric])
            for rep, runs in rows.groupby("rep"):
                best, is_frozen, gain = _best(runs, dataset, objective)
                above = best + level * abs(best)
                times = _times(runs, metric, above if metric == "value" else level)
                known = best, is_frozen and metric == "value", gain
                found += [((dataset, objective), rep, *pair, *known) for pair in times]
    times = pd.DataFrame(found, columns=COLUMNS)
    short = shortened(times["solver"].unique())
    solver = times["solver"].map(short)
    return times.assign(solver=solver, time=times["time"].astype(float))


def _best(runs, dataset, objective):
    """The best known loss, whether it is frozen, and how far the table is below it."""
    found = runs["value"].min()
    known = frozen.best_known(dataset, objective, frozen.initial_loss(runs))
    if np.isnan(known):
        return found, False, 0.0
    return known, True, max(0.0, (known - found) / abs(known))


def _times(runs, metric, level):
    """Pairs of a solver and its time, in one repetition of one problem."""
    if metric == "value":  # small losses are good
        runs, level = runs.assign(value=-runs["value"]), -level
    for solver, run in runs.groupby("solver"):
        time = levels.time_to(run, level, metric)
        yield solver, max(time, SHORTEST)


def ratios(times):
    """Return the median times over those of the fastest method, a row for each method.

    Parameters
    ----------
    times : DataFrame, see `reached`

    Returns
    -------
    DataFrame
        Indexed by solver, with a column for each problem. The best `scores` come
        first. Of equal ones, the method that reaches more targets comes first.
        Infinite if at least half of the runs did not reach the target, NaN if a method
        was not run.
    """
    if not len(times):
        return pd.DataFrame()
    medians = times.groupby(["solver", "problem"])["time"].median().unstack()
    best = medians.min()
    found = medians.div(best.where(np.isfinite(best), 1.0))
    order = scores(times).to_frame("score").assign(n=np.isfinite(found).sum(axis=1))
    order = order.sort_values(["score", "n"], ascending=False, kind="stable").index
    return found.loc[order, times["problem"].drop_duplicates()]


def profile(times):
    """Return the times over those of the fastest method, in each repetition.

    Returns
    -------
    DataFrame
        Indexed by solver, with a column for each problem and repetition. Infinite if a
        method did not reach the target, or was not run (Dolan and Moré, "Benchmarking
        optimization software with performance profiles", Math. Programming 91, 2002).
    """
    if not len(times):
        return pd.DataFrame()
    found = times.set_index(["solver", "problem", "rep"])["time"]
    found = found.unstack(["problem", "rep"]).fillna(np.inf)
    best = found.min()
    return found.div(best.where(np.isfinite(best), 1.0))


def scores(times):
    """Return the normalised integral of each method's performance profile.

    Returns
    -------
    Series
        Indexed by solver, best first. The score is 1 for a method that is always the
        fastest. It is 0 for one that always takes 100 times as long, or never reaches
        the target. The integral is over the logarithm of the ratio.
    """
    found = profile(times)
    if not len(found):
        return pd.Series(dtype=float)
    late = np.log(found.clip(upper=WORST)) / np.log(WORST)
    return (1 - late).mean(axis=1).sort_values(ascending=False, kind="stable")


def is_loss(target):
    """Whether a target is a loss, and so depends on the best known one."""
    return TARGETS[target][0] == "value"
