"""Figures 1 and 2: convergence of the Jacobians (Theorem 2.4, Corollary 2.6)."""

import numpy as np

from benchmark_utils.gradients.estimate_scores import UNSTABLE
from reproduction.claims.jacobian_curves import FULL, THROUGH_ALL, depth_name, peaks
from reproduction.rows import only
from reproduction.verdict import Untestable, claim, graded

FITTED = 10  # signals with a rate, at least
EXPLODES = (UNSTABLE, 2, 10)  # in units of ‖J*‖, which is the error of J = 0
HALF_OF_THE_PAPERS, TWICE_THE_PAPERS = 0.2, 0.8
CLEARLY_BELOW_NONE = 0.9  # of the error of J = 0


@claim(
    "On the support, Jacobians converge linearly, at the rate 1 − μ/L (Cor. 2.6).",
    peaks,
)
def linear_on_the_support(table):
    """For each signal, with all layers: a line fitted to log ‖J^N − J*‖ from the N at
    which the support is that of the solution; speed is its slope over log(1 − μ/L).
    Holds if 9 signals in 10 have a speed of 0.8 or more, in part if half of them do; of
    ten signals or more with enough layers for a fit.
    """
    found = only(table, THROUGH_ALL, depth=FULL)
    known = found[found["fitted"].notna() & (found["rate"] < 1)]
    if len(known) < FITTED:
        raise Untestable(
            f"{len(known)} signals have enough layers after their support is reached"
        )
    speed = np.log(known["fitted"]) / np.log(known["rate"])
    fast = np.mean(speed >= 0.8)
    measured = {
        "signals": len(known),
        "median fitted rate": round(np.median(known["fitted"]), 5),
        "median 1 − μ/L": round(np.median(known["rate"]), 5),
        "median speed": np.median(speed),
        "signals with a speed of 0.8 or more": f"{fast:.0%}",
    }
    return graded(fast >= 0.9, fast >= 0.5), measured


@claim(
    "Some Jacobians diverge before the support is reached (40 % in the paper).",
    peaks,
)
def some_diverge(table):
    """The largest ‖J^N − J*‖ over N, with all layers, in units of ‖J*‖, the error of
    J = 0. The paper shows norms ‖·‖₁, taken here over all entries, and does not say
    from which error on it calls a Jacobian unstable: here it exceeds 2, and does not
    grow once the support is reached. Holds for 20 % to 80 % of the signals, half and
    twice the paper's share. In part if the norm of Frobenius exceeds 1.05 for 5 % to
    80 %: worse than no Jacobian at all, but no explosion.
    """
    found = only(table, THROUGH_ALL, depth=FULL)
    norms = {"Frobenius": found["peak"], "ℓ1": found["peak_l1"]}
    measured = {"signals": len(found)}
    for norm, largest in norms.items():
        shares = (f"{(largest > level).mean():.0%} above {level}" for level in EXPLODES)
        measured[f"{norm}, ‖J^N − J*‖ / ‖J*‖"] = ", ".join(shares)
        measured[f"{norm}, largest"] = largest.max()
    comes_back = ~(found["fitted"] >= 1)  # NaN: it was never on the support
    explode = ((found["peak_l1"] > 2) & comes_back).mean()
    worse = ((found["peak"] > UNSTABLE) & comes_back).mean()
    return graded(
        HALF_OF_THE_PAPERS <= explode <= TWICE_THE_PAPERS,
        0.05 <= worse <= TWICE_THE_PAPERS,
    ), measured


@claim("Truncated back-propagation stabilises the Jacobians.", peaks)
def truncation_stabilises(table):
    """Signals are unstable if their error with all layers exceeds 1.05 ‖J*‖ for some N.
    A depth K stabilises one of them if at that signal's worst N its error is below that
    of all layers, and at most 0.9 ‖J*‖: K = 0, no Jacobian, has 1; and if it is at no N
    above 1.05 ‖J*‖ itself. Holds if some K does
    for 9 of 10 unstable signals, in part if for half of them.
    """
    everything = only(table, THROUGH_ALL, depth=FULL).set_index("signal")["peak"]
    unstable = everything[everything > UNSTABLE]
    truncated = table[np.isfinite(table["depth"])]
    if truncated.empty:
        raise Untestable("there are no runs with truncated back-propagation")
    if unstable.empty:
        raise Untestable("no Jacobian is unstable, with all layers")
    shares, measured = [], {"unstable signals": len(unstable)}
    measured["median error there, K = N"] = unstable.median()
    for depth, rows in truncated.groupby("depth"):
        rows = rows.set_index("signal").loc[unstable.index]
        errors, stable = rows["at_worst"], rows["peak"] <= UNSTABLE
        better = stable & (errors < unstable) & (errors <= CLEARLY_BELOW_NONE)
        shares.append(better.mean())
        name = depth_name(depth)
        measured[f"median error there, K = {name}"] = errors.median()
        measured[f"stabilised, K = {name}"] = f"{better.mean():.0%}"
    return graded(max(shares) >= 0.9, max(shares) >= 0.5), measured
