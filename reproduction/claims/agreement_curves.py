"""Correlations with known atoms of MEG against time, which Table 1 sums up."""

import numpy as np

from benchmark_utils.naming import shortened
from benchmark_utils.scoring.scores import factor_correlations, recovery_score
from reproduction.claims.meg_pieces import of_pieces
from reproduction.rows import need, tidy
from reproduction.verdict import Untestable

RUN = ["label", "rep"]


def curves(df):
    """Return the correlations with known atoms against time, run by run.

    Those are alphacsc's, or the true ones of simulated recordings.

    Returns
    -------
    DataFrame
        Columns `label`, the solver's name with what its settings differ in, `rep`,
        `time`, in seconds, `u` and `v`, the correlations of maps and of waveforms, each
        under its own matching, `mean`, that of both under one matching, and `pieces`,
        the median of `mean` of ten dictionaries that are pieces of the recording, or
        of the initial dictionaries, where these are such pieces.
        Evaluations are left out between which the mean has no new best.
    """
    columns = {name: f"objective_recovery_{name}" for name in ("u", "v", "pairs")}
    rows = tidy(df, stop="stop_val", time="time", **columns)
    rows["label"] = rows["label"].map(shortened(rows["label"].unique()))
    rows = rows.rename(columns={"pairs": "mean"})
    rows.loc[rows["stop"] == 0, "time"] = 0.0  # the initial dictionary is there at once
    kept = rows.groupby(RUN, sort=False)["mean"].transform(_tells).astype(bool)
    table = rows.loc[kept, [*RUN, "time", "u", "v", "mean"]].round(5)
    starts = table.groupby(RUN)["mean"].first()
    draws = of_pieces(df, mean_correlation, _reference(df))
    return table.assign(pieces=round(np.median(starts if draws is None else draws), 5))


def _tells(values):
    """Whether an evaluation has a new best, is just before one, or is an end."""
    best = values.cummax().diff().fillna(1) > 0
    return best | best.shift(-1, fill_value=True)


def _reference(df):
    need(df, "final_results")
    finals = [f for f in df["final_results"] if isinstance(f, dict)]
    return next((f["reference"] for f in finals if f.get("reference")), None)


def mean_correlation(learned, known):
    """Return the mean of the correlations of maps and of waveforms, under one
    matching, see `benchmark_utils.scoring.scores.rank_one_scores`."""
    C_u, C_v, _ = factor_correlations(*learned, *known)
    return recovery_score((C_u + C_v) / 2)


def comparison(df):
    """Return Table 1: see `final`."""
    return final(curves(df))


def final(table):
    """Return the last evaluation of each setting: means over repetitions, with the
    first `mean` (`start`)."""
    runs = table.groupby(RUN, sort=False)
    ends = runs.tail(1).set_index(RUN).assign(start=runs["mean"].first())
    return ends.groupby("label", sort=False).mean().reset_index()


def ours(table):
    """Return the rows of stochastic DDL."""
    return rows_of(table, "Stochastic-DDL")


def rows_of(table, solver):
    found = table[table["label"].str.startswith(solver)]
    if found.empty:
        raise Untestable(f"there are no runs of {solver}")
    return found
