"""Figure 4: gradient steps, loss and recovery against the number of layers (§3.1)."""

import numpy as np
import pandas as pd

from benchmark_utils.pages.results import methods
from reproduction.rows import first, last, median, only, tidy
from reproduction.verdict import claim, graded

FEW, TEN, ENOUGH, ADVANTAGE = 20, 10, 40, 50  # layers
NEAR = 0.005  # recovery scores that differ by less are equal
LEARNED_BY = 0.02  # above the initial dictionary's score: something was learned
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


def layers(table, least=0, most=np.inf, what="runs"):
    """Return the entries of a table whose N is in the range."""
    chosen = table[(table.index >= least) & (table.index <= most)]
    median(chosen)  # untestable where there are none
    return chosen


def steps_and_losses(df):
    """Return, at each N, the number of steps of DDL over that of AM (`ratio`), DDL's
    final loss over AM's (`excess`, less 1) and over its first one (`fall`, 1 less)."""
    rows = evaluations(df, n_steps="objective_n_steps", loss=loss_column(df))
    final = last(rows)
    begun = only(first(rows), "DDL", method="DDL").groupby("n_layers")["loss"].median()
    ended = only(final, "DDL", method="DDL").groupby("n_layers")["loss"].median()
    ratio = paired(final, "n_steps", "DDL", "AM", lambda a, b: a / b)
    excess = paired(final, "loss", "DDL", "AM", lambda a, b: a / b - 1)
    return _table(ratio=ratio, excess=excess, fall=1 - ended / begun)


def step_time_ratios(df):
    """Return the time a step of DDL over that of AM (`ratio`) at each N."""
    rows = ends(df, n_steps="objective_n_steps", time="time")
    rows = rows[rows["n_steps"] > 0]
    rows = rows.assign(per_step=rows["time"] / rows["n_steps"])
    return _table(ratio=paired(rows, "per_step", "DDL", "AM", lambda a, b: a / b))


def scores_at_end(df):
    """Return, at each N, the final scores of `AM` and of `DDL`, DDL's `gain` over AM
    and the score of the initial dictionary (`start`)."""
    rows = evaluations(df, score="objective_recovery_score")
    start = first(only(rows, "DDL", method="DDL")).groupby("n_layers")["score"].median()
    rows = last(rows)
    medians = {
        method: only(rows, method, method=method).groupby("n_layers")["score"].median()
        for method in METHODS
    }
    gain = paired(rows, "score", "DDL", "AM", lambda a, b: a - b)
    return _table(**medians, gain=gain, start=start)


def learned_drops(df):
    """Return the relative `drop` of DDL's loss by learned steps, at each N."""
    rows = ends(df, loss=loss_column(df))
    drop = paired(rows, "loss", "DDL", LEARNED, lambda fixed, new: 1 - new / fixed)
    return _table(drop=drop)


def _table(**by_layers):
    """Return Series by N as a table of columns `n_layers` and theirs."""
    return pd.DataFrame(by_layers).rename_axis("n_layers").reset_index()


def _column(table, name):
    """Return a column of a table by N, where it is known."""
    return table.set_index("n_layers")[name].dropna()


@claim(
    "DDL needs fewer gradient steps than AM when few layers are unrolled.",
    steps_and_losses,
)
def fewer_steps(table):
    """At each N up to 20: the median over repetitions of DDL's number of gradient
    steps before convergence, divided by AM's. It counts as fewer if it is below 1, and
    if the steps were enough: DDL's loss has fallen by 1 % or more, and to at most 1 %
    above AM's. Holds if there are fewer at each N, in part if at some.
    """
    table = table.set_index("n_layers").dropna()
    few = table.loc[layers(table["ratio"], most=FEW).index]
    fewer = (few["ratio"] < 1) & (few["fall"] >= 0.01) & (few["excess"] <= 0.01)
    ratios = few["ratio"].items()
    measured = {f"DDL's steps / AM's at N = {n:.0f}": ratio for n, ratio in ratios}
    measured["DDL's loss above AM's, at most"] = f"{few['excess'].max():.1%}"
    measured["DDL's loss falls by, at least"] = f"{few['fall'].min():.1%}"
    return graded(fewer.all(), fewer.any()), measured


@claim(
    "40 layers are enough to recover the dictionary, by AM or by DDL.", scores_at_end
)
def forty_layers(table):
    """S(N) is the median of the final recovery scores at N layers; S(40) that at the
    largest N up to 40. They are enough for a method if S(40) is at most 0.005 below its
    best S(N) and 0.02 or more above the score of the initial dictionary. Holds if they
    are for AM and for DDL, and S(10) is further below the best than 0.005 for one of
    them, so that few tens are needed. In part if 40 are enough for one.
    """
    start = table["start"].median()
    enough, too_few, measured = [], [], {"initial dictionary": start}
    for method in METHODS:
        scores = _column(table, method)
        found = {
            n: layers(scores, most=n).iloc[-1] if n >= scores.index.min() else np.nan
            for n in (TEN, ENOUGH)
        }
        lack = {n: scores.max() - s for n, s in found.items()}
        enough.append(lack[ENOUGH] <= NEAR and found[ENOUGH] >= start + LEARNED_BY)
        too_few.append(lack[TEN] > NEAR)
        measured[f"{method}, best S"] = scores.max()
        measured |= {f"{method}, best S − S({n})": gap for n, gap in lack.items()}
    return graded(all(enough) and any(too_few), any(enough)), measured


@claim(
    "A gradient step of DDL takes about 1.5 times as long as one of AM.",
    step_time_ratios,
)
def time_per_step(table):
    """Time a step is the time of a run over its number of steps; the ratio of DDL's
    to AM's at the same N is taken in each repetition, its median over repetitions,
    then over N. Holds between 1.2 and 1.8, in part if above 1 and below 2.5.
    """
    ratios = _column(table, "ratio")
    ratio = median(ratios)
    measured = {
        "DDL's time a step / AM's": ratio,
        "smallest over N": ratios.min(),
        "largest over N": ratios.max(),
    }
    return graded(1.2 <= ratio <= 1.8, 1 < ratio < 2.5), measured


@claim(
    "DDL recovers the dictionary better than AM below 50 layers, not above.",
    scores_at_end,
)
def advantage_below_fifty(table):
    """S(DDL) − S(AM), final recovery scores, in each repetition; its median at each N.
    DDL is better where it is above 0.005, and DDL's score is 0.02 or more above that of
    the initial dictionary. Holds if DDL is better at half of the N below 50 or more and
    at two of them at least, worse (under −0.005) at none, and better at none from
    N = 50 on. In part if it is better at some N below 50.
    """
    gain, progress = _column(table, "gain"), _column(table, "DDL")
    progress = progress - table["start"].median()
    early, late = layers(gain, most=ADVANTAGE - 1), layers(gain, least=ADVANTAGE)
    better = (early > NEAR) & (progress.reindex(early.index) >= LEARNED_BY)
    measured = {f"gain at N = {n:.0f}": g for n, g in early.items()}
    measured["DDL's score above the initial one, at most"] = progress.max()
    measured["largest gain from N = 50 on"] = late.max()
    many = better.sum() >= max(2, len(early) / 2)
    holds = many and early.min() >= -NEAR and late.max() <= NEAR
    return graded(holds, better.any()), measured


@claim("Learning the step sizes lowers the loss that few layers reach.", learned_drops)
def learned_steps_help(table):
    """The relative decrease of the final loss of DDL (F_N, or that of certified codes
    where F_N is not in the file) by learned step sizes, in each repetition; its median
    at each N up to 50 that both ran. Holds if it is positive at each and 1 % or more
    at some, in part if it is positive at some.
    """
    drop = layers(_column(table, "drop"), most=ADVANTAGE)
    measured = {f"decrease at N = {n:.0f}": f"{d:.2%}" for n, d in drop.items()}
    return graded((drop > 0).all() and drop.max() >= 0.01, (drop > 0).any()), measured
