"""Figures 1 and 2: convergence of the Jacobians (Theorem 2.4, Corollary 2.6)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark_utils.gradients.estimate_scores import UNSTABLE
from reproduction.rows import need, only
from reproduction.verdict import Untestable, claim, graded

FULL = np.inf  # back-propagation through all layers
THROUGH_ALL = "back-propagation through all layers"
FLOOR = 1e-9  # relative errors below are rounding
N_FITTED = 4  # points a rate is fitted to, at least
FITTED = 10  # signals with a rate, at least
KEYS = (
    "n_layers",
    "jacobian_errors",
    "jacobian_errors_l1",
    "support_reached",
    "rate",
)
EXPLODES = (UNSTABLE, 2, 10)  # in units of ‖J*‖, which is the error of J = 0
HALF_OF_THE_PAPERS, TWICE_THE_PAPERS = 0.2, 0.8
CLEARLY_BELOW_NONE = 0.9  # of the error of J = 0


@dataclass(frozen=True)
class Curves:
    """Errors of the Jacobians of some signals, at one back-propagation depth.

    Attributes
    ----------
    depth : float
        Infinite: all layers.
    n_layers : array, shape (n_points,)
    errors : array, shape (n_points, n_signals)
        ‖J^N − J*‖ / ‖J*‖, norms of Frobenius.
    errors_l1 : array, shape (n_points, n_signals)
        The same in the ℓ1 norm over all entries, as in the paper's Figure 2 (A.1).
    reached : array, shape (n_signals,)
        The N from which on the support is that of the solution.
    rate : array, shape (n_signals,)
        1 − μ/L on that support.
    """

    depth: float
    n_layers: np.ndarray
    errors: np.ndarray
    errors_l1: np.ndarray
    reached: np.ndarray
    rate: np.ndarray

    @property
    def unstable(self):
        """Whether each signal is for some N worse off than without a Jacobian, J = 0:
        its error is above 1.05; shape (n_signals,)."""
        return (self.errors > UNSTABLE).any(axis=0)


def curves(df):
    """Return `Curves` of each depth, signals of all repetitions together, by depth."""
    need(df, "final_results", "p_solver_backprop_depth")
    by_depth = {}
    for depth, final in zip(
        df["p_solver_backprop_depth"], df["final_results"], strict=True
    ):
        if isinstance(final, dict) and all(final.get(k) is not None for k in KEYS):
            key = FULL if depth is None or np.isnan(float(depth)) else float(depth)
            by_depth.setdefault(key, []).append(final)
    if not by_depth:
        raise Untestable("there are no curves of Jacobians among the final results")
    return {depth: _joined(depth, by_depth[depth]) for depth in sorted(by_depth)}


def _joined(depth, finals):
    """Put the signals of several repetitions side by side."""
    columns = {key: [np.asarray(f[key], dtype=float) for f in finals] for key in KEYS}
    return Curves(
        depth,
        columns["n_layers"][0],
        np.concatenate(columns["jacobian_errors"], axis=1),
        np.concatenate(columns["jacobian_errors_l1"], axis=1),
        np.concatenate(columns["support_reached"]),
        np.concatenate(columns["rate"]),
    )


def fitted_rates(found):
    """Return the factor by which each error falls a layer, once on the support.

    A straight line is fitted to the logarithm of the error, from the support on and
    down to rounding; NaN where there are fewer than four points.
    """
    rates = np.full(len(found.reached), np.nan)
    for i, (errors, reached) in enumerate(
        zip(found.errors.T, found.reached, strict=True)
    ):
        used = (found.n_layers >= reached) & (errors > FLOOR)
        if used.sum() >= N_FITTED:
            slope = np.polyfit(found.n_layers[used], np.log(errors[used]), 1)[0]
            rates[i] = np.exp(slope)
    return rates


def full(df):
    """Return the curves of back-propagation through all layers."""
    found = curves(df)
    if FULL not in found:
        raise Untestable(f"there are no runs of {THROUGH_ALL}")
    return found[FULL]


def peaks(df):
    """Return one row a signal and depth.

    Returns
    -------
    DataFrame
        Columns `depth`, `signal`, `peak` (the largest ‖J^N − J*‖ / ‖J*‖ over N),
        `peak_l1` (the same in the ℓ1 norm), `at_worst` (the error at the N where that
        with all layers is largest), `rate` (1 − μ/L) and `fitted` (see
        `fitted_rates`).
    """
    found = curves(df)
    worst = full(df).errors.argmax(axis=0)
    signals = np.arange(len(worst))
    return pd.concat(
        pd.DataFrame({
            "depth": depth,
            "signal": signals,
            "peak": np.fmax.reduce(c.errors),
            "peak_l1": np.fmax.reduce(c.errors_l1),
            "at_worst": c.errors[worst, signals],
            "rate": c.rate,
            "fitted": fitted_rates(c),
        })
        for depth, c in found.items()
    )  # fmt: skip


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


def depth_name(depth):
    """Return a back-propagation depth as text."""
    return "N" if np.isinf(depth) else f"{depth:.0f}"
