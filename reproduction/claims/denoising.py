"""Figure 5 left: PSNR of a denoised photograph against the number of layers (§3.1)."""

import numpy as np

from benchmark_utils.results import time_to
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
    """The level is 0.1 dB below the median final PSNR of the oracle. Time to it:
    median over repetitions, linear between evaluations; of N up to 40 the fastest
    setting. Holds if the oracle takes 3 times as long or more, in part if longer.
    """
    rows = evaluations(df)
    level = last(oracle(rows))["psnr"].median() - NEAR
    slow = _times(oracle(rows), level).min()
    fast = _times(approximate(rows), level)
    ratio = slow / fast.min() if np.isfinite(fast.min()) else 0.0
    measured = {
        "level (dB)": round(level, 2),
        "oracle (s)": slow,
        f"{fast.idxmin()} (s)": fast.min(),
        "ratio": ratio,
    }
    return graded(ratio >= 3, ratio > 1), measured


def _times(rows, level):
    """Return the median time to a PSNR of each setting; infinite if not reached."""
    runs = rows.groupby(["label", "rep"])[["time", "psnr"]]
    times = runs.apply(lambda run: time_to(run, level, "psnr"))
    return times.groupby("label").median()
