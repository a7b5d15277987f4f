"""Read result tables for the plots: nothing here raises on a missing column.

A result table has one row per evaluation of one run; a run is one solver on one
dataset and objective in one repetition. `select` returns rows in which every metric
stands as floats (NaN where it is absent), so that no plot needs to check again.
"""

import functools
import re
import weakref

import numpy as np
import pandas as pd

METRICS = {
    "value": "training loss",
    "network_loss": "loss of the network's codes",
    "test_loss": "test loss",
    "recovery_score": "recovery score",
    "mcc": "mean correlation of matched atoms",
    "recovered_atoms": "recovered atoms",
    "support_f1": "F1 of the supports",
    "l0": "non-zero codes of a signal or segment",
    "explained_variance": "explained variance",
    "recovery_u": "recovery of the maps u",
    "recovery_v": "recovery of the waveforms v",
    "recovery_uv": "recovery of u and v together",
    "recovery_pairs": "mean recovery of u and v, one matching",
    "outlier_f1": "F1 of the outliers",
    "dead_atoms": "dead atoms",
    "duality_gap": "duality gap",
    "density": "density of the codes",
    "psnr": "PSNR (dB)",
    "psnr_network": "PSNR of the network's codes (dB)",
    "n_steps": "steps",
    # Of gradient_estimation
    "angle": "1 − cosine with the exact gradient",
    "relative_difference": "gain in angle over AM, relative",
    "error_norm": "norm of the error of the gradient",
    "support_difference": "entries in one support only, mean over signals",
    "jacobian_error": "‖J_N − J*‖ / ‖J*‖, median over signals",
}
UNKNOWN = "unknown"
NO_STEP = " (no step)"  # after the name of a solver whose run was over before its first
SOME_NO_STEP = " (no step in some runs)"
CANDIDATES = " (candidates)"  # of a solver that codes a wide dictionary on few atoms
LEARNED = " + steps"  # after the name of a method whose step sizes are learned


def _once(function):
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


def names(df, kind, having=None, keeping=None):
    """Return the names of the datasets, objectives or solvers of a result table.

    Parameters
    ----------
    df : DataFrame
    kind : {"dataset", "objective", "solver"}
    having : str, optional
        A metric. Names for which it was measured come first, so that a plot of
        this metric opens on one that has something to show.
    keeping : str, optional
        A key of the final results, in the same way.

    Returns
    -------
    list of str, never empty
    """
    column = solvers(df) if kind == "solver" else _text(df, f"{kind}_name")
    found = list(dict.fromkeys(column)) or [UNKNOWN]
    if having is not None:
        have_it = set(column[_numeric(df, f"objective_{having}").notna()])
        found.sort(key=lambda name: name not in have_it)
    if keeping is not None:
        have_it = set(column[every_row(df)["final"].map(lambda f: _keeps(f, keeping))])
        found.sort(key=lambda name: name not in have_it)
    return found


def _keeps(final, key):
    return isinstance(final, dict) and final.get(key) is not None


def select(df, dataset, objective):
    """Return the rows of one dataset and objective, complete and numeric.

    Returns
    -------
    DataFrame
        Columns `solver`, `method` (see `methods`), `n_layers`, `reg`, `rep`,
        `stop_val`, `time`, one per key of `METRICS` (NaN where not measured) and
        `final` (the dict of `save_final_results` on the last row of a run, None
        elsewhere).
    """
    rows = every_row(df)
    keep = _text(df, "dataset_name") == dataset
    keep &= _text(df, "objective_name") == objective
    return rows[keep].sort_values("stop_val", kind="stable", ignore_index=True)


@_once
def every_row(df):
    """Return the rows of :func:`select` for all datasets and objectives, as in `df`."""
    stop_val, time = _numeric(df, "stop_val"), _numeric(df, "time")
    columns = {
        "solver": solvers(df),
        "method": methods(df),
        "n_layers": parameter(df, "p_solver_n_layers"),
        "reg": parameter(df, "p_obj_reg"),
        "rep": _numeric(df, "idx_rep").fillna(0),
        "stop_val": stop_val,
        # The initial dictionary is there at once; what benchopt measured by then is
        # the set-up, which the next evaluation contains as well.
        "time": time.mask((stop_val == 0) & time.notna(), 0.0),
        **{m: _numeric(df, f"objective_{m}") for m in METRICS},
        "final": df.get("final_results", pd.Series(None, df.index, dtype=object)),
    }
    return pd.DataFrame(columns, index=df.index)


def measured(rows, *metrics):
    """Return the first of `metrics` that has a value in `rows`, or None."""
    return next((m for m in metrics if rows[m].notna().any()), None)


@_once
def methods(df):
    """Return the solver of each row without its parameters, as "AM" or "DDL".

    One that learns its step sizes is another method: "DDL + steps".
    """
    name = _text(df, "solver_name").str.split("[").str[0]
    if "p_solver_learn_steps" in df:
        learns = df["p_solver_learn_steps"].isin([True, "True"])
        name = name.where(~learns, name + LEARNED)
    return name + _marks(df)


@_once
def solvers(df):
    """Return the name of the solver of each row, marked where it took no step."""
    return _text(df, "solver_name") + _marks(df)


def _marks(df):
    """Return `NO_STEP`, `SOME_NO_STEP`, `CANDIDATES` or nothing for each row.

    The only dictionary of a run without a step is the initial one: no plot may show
    it as what the solver has learned.
    """
    names = [_text(df, f"{kind}_name") for kind in ("dataset", "objective", "solver")]
    run = [*names, _numeric(df, "idx_rep").fillna(0)]
    columns = [_numeric(df, "stop_val"), _numeric(df, "objective_n_steps")]
    last = [column.groupby(run).transform("max") for column in columns]
    idle = ((last[0] == 0) & (last[1] == 0)).astype(float)
    share = idle.groupby(names).transform("mean")
    marks = pd.Series("", df.index, dtype=object)
    wide = _numeric(df, "objective_n_candidates").groupby(names).transform("max") > 0
    marks = marks.mask(wide, CANDIDATES)
    return marks.mask(share > 0, SOME_NO_STEP).mask(share == 1, NO_STEP)


def by_solver(rows):
    """Return pairs of a solver and its rows, numbers in their names in order."""
    return sorted(rows.groupby("solver"), key=lambda pair: _natural(pair[0]))


def _natural(name):
    """Return what to sort names by, so that "batch=500" is before "batch=2000"."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [float(part) if i % 2 else part for i, part in enumerate(parts)]


def seconds(rows):
    """Return the seconds that each run of a method took, evaluations not counted."""
    times = rows.dropna(subset=["time"])
    return times.groupby(["solver", "rep"])["time"].max()


def last(rows, metric):
    """Return the last value of `metric` in each run, indexed by (solver, rep)."""
    return rows.dropna(subset=[metric]).groupby(["solver", "rep"])[metric].last()


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


def finals(df, dataset, objective, *keys):
    """Return the `final_results` dict of the first repetition of every solver.

    Parameters
    ----------
    df : DataFrame
    dataset, objective : str
    *keys : str
        What the dicts must have.

    Returns
    -------
    dict of str to dict
        Solvers without final results, or without one of the keys, are absent.
    """
    rows = select(df, dataset, objective)
    is_kept = rows["final"].map(lambda final: isinstance(final, dict)).astype(bool)
    kept = rows[is_kept].sort_values(["solver", "rep"], kind="stable")
    first = kept.drop_duplicates("solver").set_index("solver")["final"].to_dict()
    return {s: final for s, final in first.items() if all(_keeps(final, k) for k in keys)}


def final_rows(df, dataset, objective, solver):
    """Return the rows of `df` with final results of one solver, by repetition.

    Unlike those of `select`, they have all columns of `df`.
    """
    if "final_results" not in df:
        return df[:0]
    keep = df["final_results"].map(lambda final: isinstance(final, dict)).astype(bool)
    chosen = {"dataset": dataset, "objective": objective, "solver": solver}
    for kind, name in chosen.items():
        column = solvers(df) if kind == "solver" else _text(df, f"{kind}_name")
        keep &= column == name
    order = _numeric(df, "idx_rep")[keep].sort_values(kind="stable").index
    return df.loc[order]


def parameter(df, column):
    """Return a parameter of the runs, as `p_dataset_snr`, in floats; NaN if unset."""
    return _numeric(df, column)


def _numeric(df, column):
    """Return a column as floats, NaN where it is absent, no number or infinite."""
    if column not in df:
        return pd.Series(np.nan, df.index)
    values = pd.to_numeric(df[column], errors="coerce").astype(float)
    return values.replace([np.inf, -np.inf], np.nan)


def _text(df, column):
    if column not in df:
        return pd.Series(UNKNOWN, df.index, dtype=object)
    return df[column].astype(object).where(df[column].notna(), UNKNOWN).astype(str)
