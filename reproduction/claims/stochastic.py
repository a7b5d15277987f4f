"""Figures 6, D and E: mini-batches, and SPAMS against the size of λ (§3.2)."""

import numpy as np
import pandas as pd

from benchmark_utils.pages.results import time_to
from reproduction.rows import need, only, tidy
from reproduction.verdict import Untestable, claim, graded

LEVEL = 0.95
DRAWS = 5  # dictionaries, at least
LEARNED_BY = 0.05  # above the score of the initial dictionary
ALIKE = 2  # times differ by this factor at most
FULL = "full"
METHODS = ("Stochastic-DDL", "Online-SPAMS")


def runs(df):
    """Return all evaluations with `batch` (infinite: full batch), `reg` and `score`.

    Stochastic alternating minimisation, which does not back-propagate, is left out.
    """
    rows = tidy(df, reg="p_obj_reg", score="objective_recovery_score", time="time")
    need(df, "p_solver_batch_size", "stop_val")
    stochastic = rows["solver"].str.startswith("Stochastic")
    rows["batch"] = df["p_solver_batch_size"].astype(float).where(stochastic, np.inf)
    # The initial dictionary is there at once.
    rows.loc[df["stop_val"] == 0, "time"] = 0.0
    depth = df.get("p_solver_backprop_depth", pd.Series(np.nan, df.index))
    return rows[depth.astype(float) != 0]


def by_batch(df):
    """Return the evaluations of (stochastic) DDL at the smallest λ."""
    rows = only(runs(df), "DDL", solver=["Stochastic-DDL", "DDL"])
    return rows[rows["reg"] == rows["reg"].min()]


def times(rows, *keys):
    """Return when each run reached a recovery of 0.95, and how long it was given.

    Where several settings share the `keys`, those of the fastest one are returned.

    Returns
    -------
    DataFrame
        Columns `keys`, `label` (the setting), `rep`, `time`, in seconds, infinite if
        0.95 was not reached, `given`, the time of the run's last evaluation, and
        `start` and `end`, its first and last scores.
    """
    groups = rows.groupby([*keys, "label", "rep"])
    found = groups[["time", "score"]].apply(lambda run: time_to(run, LEVEL, "score"))
    found = found.rename("time").to_frame()
    found["given"] = groups["time"].last()
    found["start"], found["end"] = groups["score"].first(), groups["score"].last()
    middle = found.groupby([*keys, "label"])[["time", "end"]].median()
    # The soonest one, or, of those that do not reach 0.95, the one of the best score.
    middle = middle.sort_values(["time", "end"], ascending=[True, False])
    chosen = middle.groupby(list(keys)).head(1).index
    found = found[found.index.droplevel("rep").isin(chosen)]
    return found.reset_index()


def batch_runs(df):
    """Return the `times` of (stochastic) DDL, with their `batch`."""
    return times(by_batch(df), "batch")


def lmbd_runs(df):
    """Return the `times` of both methods, with their `solver` and `reg`, λ."""
    chosen = [only(runs(df), name, solver=name) for name in METHODS]
    return times(pd.concat(chosen), "solver", "reg")


def medians(table, *keys):
    """Return medians over the runs with the same `keys`, in their order."""
    return table.groupby(list(keys))[["time", "given", "start", "end"]].median()


def sooner(first, second):
    """Return whether the first reaches 0.95 sooner: True, False, or None for unknown.

    What was not reached counts against a method only if it ran at least as long as the
    other one took.

    Parameters
    ----------
    first, second : rows of `medians`
    """
    slow = second if first["time"] < second["time"] else first
    took = min(first["time"], second["time"])
    if np.isinf(took) or (np.isinf(slow["time"]) and slow["given"] < took):
        return None
    return bool(first["time"] < second["time"])


def draws(table):
    """Raise `Untestable` where there are fewer than five dictionaries."""
    n = table["rep"].nunique()
    if n < DRAWS:
        raise Untestable(f"it takes {DRAWS} dictionaries or more, and there are {n}")


def nothing_reached(found):
    """Return whether no run reached 0.95 and none learned anything; `Untestable` where
    something was learned, and 0.95 was not reached in the time that was given.

    Parameters
    ----------
    found : DataFrame
        See `medians`.
    """
    if np.isfinite(found["time"]).any():
        return False
    if (found["end"] - found["start"]).max() < LEARNED_BY:
        return True
    raise Untestable(
        f"none reached {LEVEL} in the {found['given'].max():.3g} s that were given: "
        f"the best is at {found['end'].max():.2f}"
    )


def size(batch):
    """Return the name of a batch size."""
    return FULL if np.isinf(batch) else f"{batch:.0f}"


def seconds(found):
    """Return the median time of some runs as text, with what was reached instead."""
    if np.isfinite(found["time"]):
        return f"{found['time']:.3g} s"
    return f"not in {found['given']:.3g} s, where it is at {found['end']:.2f}"


def _measured(found):
    return {f"batch {size(b)}": seconds(row) for b, row in found.iterrows()}


@claim(
    "Intermediate batch sizes are best: smaller and larger ones take longer.",
    batch_runs,
)
def intermediate_is_best(table):
    """Median time to a recovery score of 0.95 of each batch size, over five
    dictionaries or more. Holds if the shortest is neither the smallest batch's nor the
    full one's (or the largest's), in part if it is the smallest batch's. A batch that
    did not reach 0.95 counts as slower only if it ran at least as long as the best one
    took; otherwise nothing is said.
    """
    draws(table)
    found = medians(table, "batch")
    if nothing_reached(found):
        return graded(False), _measured(found)
    best = found["time"].idxmin()
    unknown = [size(b) for b, row in found.drop(best).iterrows()
               if sooner(found.loc[best], row) is None]  # fmt: skip
    if unknown:
        raise Untestable(
            f"batch {size(best)} took {found['time'][best]:.3g} s, and these were "
            f"given less: {', '.join(unknown)}"
        )
    inside = found.index[0] < best < found.index[-1]
    return graded(inside, best == found.index[0]), _measured(found)


@claim(
    "Stochastic DDL recovers good dictionaries faster than full-batch DDL.",
    batch_runs,
)
def faster_than_full_batch(table):
    """Median time to a recovery score of 0.95, over five dictionaries or more. Holds if
    each mini-batch size is faster than the full batch, in part if some are. Of two, one
    that did not reach 0.95 counts as slower only if it ran at least as long as the
    other one took.
    """
    draws(table)
    found = medians(table, "batch")
    if np.inf not in found.index:
        raise Untestable("there are no runs of full-batch DDL")
    full, batches = found.loc[np.inf], found.drop(np.inf)
    if nothing_reached(found):
        return graded(False), _measured(found)
    faster = [sooner(row, full) for _, row in batches.iterrows()]
    if all(f is None for f in faster):
        raise Untestable("no batch ran as long as another one took")
    return graded(all(faster), any(faster)), _measured(found)


def _by_lmbd(table):
    """Return the rows of `medians` of both methods at each λ: {λ: (ours, SPAMS's)}."""
    found = medians(table, "reg", "solver")
    nothing_reached(found)
    pairs = {
        reg: [rows.droplevel("reg").loc[name] for name in METHODS]
        for reg, rows in found.groupby("reg")
        if rows.index.get_level_values("solver").nunique() == len(METHODS)
    }
    if len(pairs) < 2:
        raise Untestable("it takes two λ or more, with both methods")
    return pairs


def _against_spams(pairs):
    return {
        f"λ = {reg:g}": f"{seconds(ours)} against SPAMS's {seconds(spams)}"
        for reg, (ours, spams) in pairs.items()
    }


@claim("Stochastic DDL is faster than SPAMS for small λ.", lmbd_runs)
def faster_for_small_lmbd(table):
    """Median time to a recovery score of 0.95 at each λ; the small ones are the
    smaller half of those run. Holds if stochastic DDL is faster at each of these, in
    part if at some. A method that did not reach 0.95 counts as slower only if it ran
    at least as long as the other one took.
    """
    pairs = _by_lmbd(table)
    small = list(pairs.values())[: (len(pairs) + 1) // 2]
    faster = [sooner(*pair) for pair in small]
    return graded(all(faster), any(faster)), _against_spams(pairs)


@claim("For larger λ, stochastic DDL and SPAMS are equivalent.", lmbd_runs)
def alike_for_large_lmbd(table):
    """Median times to a recovery score of 0.95 as above, at the larger half of the λ at
    which one of the methods reached it. Equivalent are times of which the longer is at
    most twice the shorter. Holds if they are equivalent at each of these λ, in part if
    at some.
    """
    pairs = _by_lmbd(table)
    reached = [[m["time"] for m in pair] for pair in pairs.values()]
    reached = [both for both in reached if np.isfinite(min(both))]
    if len(reached) < 2:
        return graded(False), _against_spams(pairs)
    large = reached[len(reached) // 2 :]
    alike = [max(both) <= ALIKE * min(both) for both in large]
    return graded(all(alike), any(alike)), _against_spams(pairs)
