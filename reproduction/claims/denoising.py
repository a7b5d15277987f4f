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
    """Return the rows of full AM."""
    rows = only(rows[rows["n_layers"] >= ORACLE], "AM with 500 layers or more")
    rows = only(rows, "AM with 500 layers or more", solver="AM")
    return rows[rows["n_layers"] == rows["n_layers"].max()]


def approximate(rows):
    """Return the rows with few layers."""
    return only(rows[rows["n_layers"] <= ENOUGH], "networks of 40 layers or fewer")


def convergences(df):
    """Return where each setting converges, and when: medians over repetitions.

    Returns
    -------
    DataFrame
        Columns `label` (the setting), `solver`, `n_layers`, `psnr`, the last one in
        dB, and `time`, in seconds, from which on it stays within 0.1 dB of that.
    """
    rows = evaluations(df)
    ends = last(rows).set_index(["label", "rep"])
    ends["time"] = rows.groupby(["label", "rep"])[["time", "psnr"]].apply(_settles)
    settings = ends.reset_index().groupby(["label", "solver", "n_layers"], sort=False)
    return settings[["psnr", "time"]].median().reset_index()


def _settles(run):
    """Return the time from which on the PSNR stays near the last one."""
    away = np.flatnonzero((run["psnr"] - run["psnr"].iloc[-1]).abs() > NEAR)
    return run["time"].iloc[away[-1] + 1 if away.size else 0]


@claim(
    "A few tens of layers give the PSNR of dictionary learning with exact codes.",
    convergences,
)
def few_layers_suffice(table):
    """PSNR of the network's own codes at the end of each run, median over
    repetitions; the oracle is AM with the most layers, 500 or more. Holds if the best
    of N up to 40 is at most 0.1 dB below the oracle, in part if at most 0.5 dB.
    """
    top = oracle(table)["psnr"].max()
    best = approximate(table).nlargest(1, "psnr").iloc[0]
    named = f"best, {best['solver']} with N = {best['n_layers']:.0f} (dB)"
    measured = {"oracle (dB)": round(top, 2), named: round(best["psnr"], 2)}
    return graded(best["psnr"] >= top - NEAR, best["psnr"] >= top - 0.5), measured


@claim(
    "Approximate learning reaches the oracle's PSNR several times sooner.", convergences
)
def several_times_sooner(table):
    """A run has converged once its PSNR stays within 0.1 dB of its last one. Of the
    settings of N up to 40 whose last PSNR is at most 0.1 dB below the oracle's, the
    one that converges first; times are medians over repetitions. Holds if the oracle
    takes 3 times as long or more, in part if longer.
    """
    top, few = oracle(table), approximate(table)
    slow = top["time"].min()
    good = few[few["psnr"] >= top["psnr"].max() - NEAR]
    measured = {"oracle (s)": slow}
    if good.empty:
        return graded(False), measured | {"settings with its PSNR": "none"}
    fast = good.nsmallest(1, "time").iloc[0]
    measured |= {f"{fast['label']} (s)": fast["time"], "ratio": slow / fast["time"]}
    return graded(slow >= 3 * fast["time"], slow > fast["time"]), measured
