"""Figure E: stochastic DDL and SPAMS against the size of λ (§3.2)."""

import numpy as np
import pandas as pd

from reproduction.claims.stochastic import (
    medians,
    nothing_reached,
    runs,
    seconds,
    sooner,
    times,
)
from reproduction.rows import only
from reproduction.verdict import Untestable, claim, graded

ALIKE = 2  # times differ by this factor at most
METHODS = ("Stochastic-DDL", "Online-SPAMS")


def lmbd_runs(df):
    """Return the `times` of both methods, with their `solver` and `reg`, λ."""
    chosen = [only(runs(df), name, solver=name) for name in METHODS]
    return times(pd.concat(chosen), "solver", "reg")


def _by_lmbd(table):
    """Return the runs of both methods, and their medians, at each λ.

    Returns
    -------
    runs, found : dict of float to pair (ours, SPAMS's)
        Rows of `lmbd_runs`, and of `medians`.
    """
    middle = medians(table, "reg", "solver")
    pairs = {
        reg: [rows[rows["solver"] == name] for name in METHODS]
        for reg, rows in table.groupby("reg")
        if rows["solver"].nunique() == len(METHODS)
    }
    if len(pairs) < 2:
        raise Untestable("it takes two λ or more, with both methods")
    return pairs, {reg: [middle.loc[reg, name] for name in METHODS] for reg in pairs}


def _told(found):
    return {
        f"λ = {reg:g}": f"{seconds(ours)}, SPAMS {seconds(spams)}"
        for reg, (ours, spams) in found.items()
    }


def _advantage(pair):
    """Return how many times longer SPAMS takes, at least where it is not there."""
    ours, spams = (m["time"] if np.isfinite(m["time"]) else m["given"] for m in pair)
    return spams / ours


def _halves(values):
    """Return the first half of some values, with the middle one, and the others."""
    values = list(values)
    n = (len(values) + 1) // 2
    return values[:n], values[n:]


def _reached(found):
    """Return the medians of both methods where one of them reached 0.95."""
    return {
        reg: pair
        for reg, pair in found.items()
        if np.isfinite(min(m["time"] for m in pair))
    }


@claim("Stochastic DDL is faster than SPAMS for small λ.", lmbd_runs)
def faster_for_small_lmbd(table):
    """Time to a recovery score of 0.95 at each λ, each method with the sooner one of
    its batch sizes; the small λ are the smaller half of those run. Stochastic DDL is
    faster if it is sooner in three draws of four. A method that did not reach 0.95
    counts as slower only if it ran at least as long as the other one took. Holds if
    stochastic DDL is faster at each small λ, and its advantage there (times of SPAMS
    over its own, median over λ) is not smaller than for the larger λ at which a method
    reached 0.95. In part if it is faster at some small λ.
    """
    pairs, found = _by_lmbd(table)
    if nothing_reached(medians(table, "reg", "solver")):
        return graded(False), _told(found)
    small, _ = _halves(pairs)
    faster = [sooner(*pairs[reg]) for reg in small]
    if all(f is None for f in faster):
        raise Untestable("at no small λ one method ran as long as the other one took")
    advantages = {reg: _advantage(pair) for reg, pair in _reached(found).items()}
    here, there = (
        [a for reg, a in advantages.items() if (reg in small) == is_small]
        for is_small in (True, False)
    )
    contrast = not there or np.median(here or [0]) >= np.median(there)
    return graded(all(faster) and contrast, any(faster)), _told(found)


@claim("For larger λ, stochastic DDL and SPAMS are equivalent.", lmbd_runs)
def alike_for_large_lmbd(table):
    """Median times to a recovery score of 0.95 as above, at the larger half of the λ at
    which one of the methods reached it. Equivalent are times of which the longer is at
    most twice the shorter. A method that did not reach 0.95 is not equivalent if it ran
    twice as long as the other one took; otherwise nothing is said. Holds if they are
    equivalent at each of these λ, in part if at some.
    """
    _, found = _by_lmbd(table)
    if nothing_reached(medians(table, "reg", "solver")):
        return graded(False), _told(found)
    reached = list(_reached(found).values())
    if len(reached) < 2:
        raise Untestable("there are no two λ at which a method reached 0.95")
    alike = [_is_alike(*pair) for pair in reached[len(reached) // 2 :]]
    if not any(alike) and None in alike:
        raise Untestable("a method did not run twice as long as the other one took")
    return graded(all(alike), any(alike)), _told(found)


def _is_alike(first, second):
    """Return whether two medians are alike: True, False, or None for unknown."""
    fast, slow = sorted((first, second), key=lambda m: m["time"])
    if np.isinf(slow["time"]) and slow["given"] < ALIKE * fast["time"]:
        return None
    return bool(slow["time"] <= ALIKE * fast["time"])
