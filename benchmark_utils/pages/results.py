"""Read result tables for the plots: nothing here raises on a missing column.

A result table has one row per evaluation of one run; a run is one solver on one
dataset and objective in one repetition. `select` returns rows in which every metric
stands as floats (NaN where it is absent), so that no plot needs to check again.
"""

import re

import pandas as pd

from benchmark_utils.pages.columns import UNKNOWN, methods, numeric, once, solvers, text

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
    column = solvers(df) if kind == "solver" else text(df, f"{kind}_name")
    found = list(dict.fromkeys(column)) or [UNKNOWN]
    if having is not None:
        have_it = set(column[numeric(df, f"objective_{having}").notna()])
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
    keep = text(df, "dataset_name") == dataset
    keep &= text(df, "objective_name") == objective
    return rows[keep].sort_values("stop_val", kind="stable", ignore_index=True)


@once
def every_row(df):
    """Return the rows of :func:`select` for all datasets and objectives, as in `df`."""
    stop_val, time = numeric(df, "stop_val"), numeric(df, "time")
    columns = {
        "solver": solvers(df),
        "method": methods(df),
        "n_layers": numeric(df, "p_solver_n_layers"),
        "reg": numeric(df, "p_obj_reg"),
        "rep": numeric(df, "idx_rep").fillna(0),
        "stop_val": stop_val,
        # The initial dictionary is there at once; what benchopt measured by then is
        # the set-up, which the next evaluation contains as well.
        "time": time.mask((stop_val == 0) & time.notna(), 0.0),
        **{m: numeric(df, f"objective_{m}") for m in METRICS},
        "final": df.get("final_results", pd.Series(None, df.index, dtype=object)),
    }
    return pd.DataFrame(columns, index=df.index)


def measured(rows, *metrics):
    """Return the first of `metrics` that has a value in `rows`, or None."""
    return next((m for m in metrics if rows[m].notna().any()), None)


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
    return {
        s: final for s, final in first.items() if all(_keeps(final, k) for k in keys)
    }


def final_rows(df, dataset, objective, solver):
    """Return the rows of `df` with final results of one solver, by repetition.

    Unlike those of `select`, they have all columns of `df`.
    """
    if "final_results" not in df:
        return df[:0]
    keep = df["final_results"].map(lambda final: isinstance(final, dict)).astype(bool)
    chosen = {"dataset": dataset, "objective": objective, "solver": solver}
    for kind, name in chosen.items():
        column = solvers(df) if kind == "solver" else text(df, f"{kind}_name")
        keep &= column == name
    order = numeric(df, "idx_rep")[keep].sort_values(kind="stable").index
    return df.loc[order]
