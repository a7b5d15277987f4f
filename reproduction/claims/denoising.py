"""Figure 5 left: PSNR of a denoised photograph against the number of layers (§3.1)."""

import numpy as np

from reproduction.rows import last, only, tidy
from reproduction.verdict import claim, graded

ORACLE, ENOUGH = 500, 40  # layers: an oracle has 500 or more
NEAR = 0.1  # dB


def evaluations(df):
    """Return all evaluations: PSNR of the network's codes, and time."""
    return tidy(
        df, n_layers="p_solver_n_layers", psnr="objective_psnr_network", time="time"
    )


def oracle(rows):
    """Return the evaluations of full AM."""
    rows = only(rows[rows["n_layers"] >= ORACLE], "AM with 500 layers or more")
    return only(rows, "AM with 500 layers or more", solver="AM")


def approximate(rows):
    """Return the evaluations with few layers."""
    return only(rows[rows["n_layers"] <= ENOUGH], "networks of 40 layers or fewer")


@claim("A few tens of layers give the PSNR of dictionary learning with exact codes.")
def few_layers_suffice(df):
    """PSNR of the network's own codes at the end of each run, median over
    repetitions; the oracle is AM with the most layers, 500 or more. Holds if the best
    of N up to 40 is at most 0.1 dB below the oracle, in part if at most 0.5 dB.
    """
    rows = evaluations(df)
    top = last(oracle(rows))["psnr"].median()
    by_layers = last(approximate(rows)).groupby(["solver", "n_layers"])["psnr"].median()
    (solver, n), best = by_layers.idxmax(), by_layers.max()
    measured = {
        "oracle (dB)": round(top, 2),
        f"best, {solver} with N = {n:.0f} (dB)": round(best, 2),
    }
    return graded(best >= top - NEAR, best >= top - 0.5), measured


@claim("Approximate learning reaches the oracle's PSNR several times sooner.")
def several_times_sooner(df):
    """A run has converged once its PSNR stays within 0.1 dB of its last one. Of the
    settings of N up to 40 whose last PSNR is at most 0.1 dB below the oracle's, the
    one that converges first; times are medians over repetitions. Holds if the oracle
    takes 3 times as long or more, in part if longer.
    """
    rows = evaluations(df)
    level = last(oracle(rows))["psnr"].median() - NEAR
    slow = times_to_convergence(oracle(rows)).min()
    few = approximate(rows)
    levels = last(few).groupby("label")["psnr"].median()
    good = few[few["label"].isin(levels.index[levels >= level])]
    measured = {"oracle (s)": slow}
    if good.empty:
        return graded(False), measured | {"settings with its PSNR": "none"}
    fast = times_to_convergence(good)
    measured |= {f"{fast.idxmin()} (s)": fast.min(), "ratio": slow / fast.min()}
    return graded(slow >= 3 * fast.min(), slow > fast.min()), measured


def times_to_convergence(rows):
    """Return the median time to convergence of each setting, in seconds."""
    times = rows.groupby(["label", "rep"])[["time", "psnr"]].apply(_settles)
    return times.groupby("label").median()


def _settles(run):
    """Return the time from which on the PSNR stays near the last one."""
    away = np.flatnonzero((run["psnr"] - run["psnr"].iloc[-1]).abs() > NEAR)
    return run["time"].iloc[away[-1] + 1 if away.size else 0]
