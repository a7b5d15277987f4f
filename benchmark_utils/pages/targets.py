"""When each method reaches a target: what the page's answers are made of.

A problem is a dataset with an objective. In each repetition all methods have the same
signals and the same initial dictionary, so they share one target.
"""

import numpy as np
import pandas as pd

from benchmark_utils.naming import shortened
from benchmark_utils.pages import frozen, results

# Name -> metric, and its level: of a loss, how far above the best that is known.
TARGETS = {
    "loss within 1 % of the best": ("value", 0.01),
    "loss within 0.1 % of the best": ("value", 0.001),
    "recovery 0.95": ("recovery_score", 0.95),
    "recovery 0.9": ("recovery_score", 0.9),
}
SHORTEST = 1e-6  # seconds: a target that the initial dictionary meets takes no time
COLUMNS = ("problem", "rep", "solver", "time", "best", "frozen", "gain")
WORST = 100.0  # times the soonest: later than that counts as never


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
        Columns `problem`, `rep`, `solver` and `time` in seconds, infinite where a run
        ends before. Problems without the metric are left out. Names of solvers are
        without the parameters that all settings of one share. `best` is the loss that
        the target is above; `frozen` says that it is the one of the leaderboard's
        file; `gain` is how far the best of the table is below that, as a share of it.

    Notes
    -----
    The best loss is the frozen one, see :mod:`benchmark_utils.pages.frozen`, where the
    problem is one of the leaderboard, and that of the table elsewhere.
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
    """The loss that targets are above, whether it is frozen, and the gain on it."""
    found = runs["value"].min()
    known = frozen.best_known(dataset, objective, frozen.initial_loss(runs))
    if np.isnan(known):
        return found, False, 0.0
    return known, True, max(0.0, (known - found) / abs(known))


def _times(runs, metric, level):
    """Pairs of a solver and its time, in one repetition of one problem."""
    if metric == "value":  # a loss: the less the better
        runs, level = runs.assign(value=-runs["value"]), -level
    for solver, run in runs.groupby("solver"):
        time = results.time_to(run, level, metric)
        yield solver, max(time, SHORTEST)


def ratios(times):
    """Return the median times over those of the soonest method, a row a method.

    Parameters
    ----------
    times : DataFrame, see `reached`

    Returns
    -------
    DataFrame
        Indexed by solver, best `scores` first, a column a problem. Infinite where half
        of the runs or more did not get there, NaN where a method was not run.
    """
    if not len(times):
        return pd.DataFrame()
    medians = times.groupby(["solver", "problem"])["time"].median().unstack()
    best = medians.min()
    found = medians.div(best.where(np.isfinite(best), 1.0))
    return found.loc[scores(times).index, times["problem"].drop_duplicates()]


def profile(times):
    """Return the times over those of the soonest method, in each repetition.

    Returns
    -------
    DataFrame
        Indexed by solver, a column a problem and repetition; infinite where a method
        did not get there or was not run (Dolan and Moré, "Benchmarking optimization
        software with performance profiles", Math. Programming 91, 2002).
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
        Indexed by solver, best first. 1 for a method that is always the soonest, 0 for
        one that is always 100 times later or never there; the integral is over the
        logarithm of the ratio.
    """
    found = profile(times)
    if not len(found):
        return pd.Series(dtype=float)
    late = np.log(found.clip(upper=WORST)) / np.log(WORST)
    return (1 - late).mean(axis=1).sort_values(ascending=False, kind="stable")


def is_loss(target):
    """Whether a target is a loss, and so above a best one."""
    return TARGETS[target][0] == "value"
