"""Figure 4: gradient steps, loss and recovery against the number of layers (§3.1)."""

import numpy as np
import pandas as pd

from benchmark_utils.pages.results import methods
from reproduction.rows import last, median, only, tidy
from reproduction.verdict import claim, graded

FEW, ENOUGH, ADVANTAGE = 20, 40, 50  # layers
METHODS = ("AM", "DDL")
LEARNED = "DDL + steps"
LOSSES = ("objective_network_loss", "objective_value")


def ends(df, **columns):
    """Return the last evaluation of each run with `method` and `n_layers`.

    The method is "AM", "DDL" or "DDL + steps", which learns the step sizes.
    """
    rows = tidy(df, n_layers="p_solver_n_layers", **columns)
    return last(rows.rename(columns={"solver": "method"}).assign(method=methods(df)))


def loss_column(df):
    """Return the column of F_N, the loss of the network's own codes, if it is there,
    or else that of the loss of certified codes."""
    return next((c for c in LOSSES if c in df), LOSSES[-1])


def paired(rows, metric, first, second, combine):
    """Return the median over repetitions of two methods' combined metric, by N."""
    rows = pd.concat([only(rows, name, method=name) for name in (first, second)])
    table = rows.pivot_table(index=["n_layers", "rep"], columns="method", values=metric)
    return combine(table[first], table[second]).dropna().groupby("n_layers").median()


def layers(table, least=0, most=np.inf, what="runs"):
    """Return the entries of a table whose N is in the range."""
    chosen = table[(table.index >= least) & (table.index <= most)]
    median(chosen)  # untestable where there are none
    return chosen


def step_ratios(df):
    """Return the number of steps of DDL over that of AM (`ratio`) at each N."""
    rows = ends(df, n_steps="objective_n_steps")
    return _table(ratio=paired(rows, "n_steps", "DDL", "AM", lambda a, b: a / b))


def step_time_ratios(df):
    """Return the time a step of DDL over that of AM (`ratio`) at each N."""
    rows = ends(df, n_steps="objective_n_steps", time="time")
    rows = rows[rows["n_steps"] > 0]
    rows = rows.assign(per_step=rows["time"] / rows["n_steps"])
    return _table(ratio=paired(rows, "per_step", "DDL", "AM", lambda a, b: a / b))


def final_scores(df):
    """Return the final scores of `AM` and of `DDL` at each N, and DDL's `gain`."""
    rows = ends(df, score="objective_recovery_score")
    medians = {
        method: only(rows, method, method=method).groupby("n_layers")["score"].median()
        for method in METHODS
    }
    gain = paired(rows, "score", "DDL", "AM", lambda a, b: a - b)
    return _table(**medians, gain=gain)


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
    "DDL needs fewer gradient steps than AM when few layers are unrolled.", step_ratios
)
def fewer_steps(table):
    """At each N up to 20: the median over repetitions of DDL's number of gradient
    steps before convergence, divided by AM's. Holds if it is below 1 at each N, in
    part if at some.
    """
    ratio = layers(_column(table, "ratio"), most=FEW)
    fewer = ratio < 1
    measured = {f"DDL's steps / AM's at N = {n:.0f}": r for n, r in ratio.items()}
    return graded(fewer.all(), fewer.any()), measured


@claim("40 layers are enough to recover the dictionary, by AM or by DDL.", final_scores)
def forty_layers(table):
    """S(N) is the median of the final recovery scores at N layers; S(40) that at the
    largest N up to 40. Holds if S(40) is at most 0.02 below the best S(N) for AM and
    for DDL, in part if for one of them.
    """
    lacking = {}
    for method in METHODS:
        scores = _column(table, method)
        lacking[method] = scores.max() - layers(scores, most=ENOUGH).iloc[-1]
    near = [gap <= 0.02 for gap in lacking.values()]
    measured = {f"{method}, best S − S(40)": gap for method, gap in lacking.items()}
    return graded(all(near), any(near)), measured


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
    final_scores,
)
def advantage_below_fifty(table):
    """S(DDL) − S(AM), final recovery scores, in each repetition; its median at each N.
    Holds if the largest below N = 50 is above 0.005, none below N = 50 is under
    −0.005, and none from N = 50 on is above 0.005; in part if the first is true.
    """
    gain = _column(table, "gain")
    early, late = layers(gain, most=ADVANTAGE - 1), layers(gain, least=ADVANTAGE)
    better = early.max() > 0.005
    measured = {
        f"largest gain below N = 50 (at N = {early.idxmax():.0f})": early.max(),
        "smallest gain below N = 50": early.min(),
        "largest gain from N = 50 on": late.max(),
    }
    return graded(better and early.min() >= -0.005 and late.max() <= 0.005, better), (
        measured
    )


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
