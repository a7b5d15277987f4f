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
KEYS = ("n_layers", "jacobian_errors", "support_reached", "rate")


@dataclass(frozen=True)
class Curves:
    """Errors of the Jacobians of some signals, at one back-propagation depth.

    Attributes
    ----------
    depth : float
        Infinite: all layers.
    n_layers : array, shape (n_points,)
    errors : array, shape (n_points, n_signals)
        ‖J^N − J*‖ / ‖J*‖.
    reached : array, shape (n_signals,)
        The N from which on the support is that of the solution.
    rate : array, shape (n_signals,)
        1 − μ/L on that support.
    """

    depth: float
    n_layers: np.ndarray
    errors: np.ndarray
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


def signals(df):
    """Return one row a signal and depth.

    Returns
    -------
    DataFrame
        Columns `depth`, `peak` (the largest ‖J^N − J*‖ / ‖J*‖ over N), `rate`
        (1 − μ/L) and `fitted` (see `fitted_rates`).
    """
    return pd.concat(
        pd.DataFrame({
            "depth": depth,
            "peak": np.fmax.reduce(found.errors),
            "rate": found.rate,
            "fitted": fitted_rates(found),
        })
        for depth, found in curves(df).items()
    )  # fmt: skip


def unstable_shares(table):
    """Return the share of unstable signals at each depth."""
    return (table["peak"] > UNSTABLE).groupby(table["depth"]).mean()


@claim(
    "On the support, Jacobians converge linearly, at the rate 1 − μ/L (Cor. 2.6).",
    signals,
)
def linear_on_the_support(table):
    """For each signal, with all layers: a line fitted to log ‖J^N − J*‖ from the N at
    which the support is that of the solution; speed is its slope over log(1 − μ/L).
    Holds if 9 signals in 10 have a speed of 0.8 or more, in part if half of them do.
    """
    found = only(table, THROUGH_ALL, depth=FULL)
    known = found[found["fitted"].notna() & (found["rate"] < 1)]
    if known.empty:
        raise Untestable("no signal has enough layers after its support is reached")
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
    signals,
)
def some_diverge(table):
    """The share of signals for which, with all layers, ‖J^N − J*‖ exceeds 1.05 ‖J*‖
    for some N: clearly worse than J = 0, no Jacobian at all. Holds if it is 5 % or
    more, in part if it is not 0.
    """
    found = only(table, THROUGH_ALL, depth=FULL)
    share = unstable_shares(found)[FULL]
    measured = {
        "signals": len(found),
        "unstable": f"{share:.0%}",
        "largest ‖J^N − J*‖ / ‖J*‖": found["peak"].max(),
    }
    return graded(share >= 0.05, share > 0), measured


@claim("Truncated back-propagation stabilises the Jacobians.", signals)
def truncation_stabilises(table):
    """Signals are unstable as above. Holds if at the smallest depth K there are at
    most half as many as with all layers, in part if there are fewer.
    """
    only(table, THROUGH_ALL, depth=FULL)
    shares = unstable_shares(table)
    everything = shares[FULL]
    if len(shares) < 2:
        raise Untestable("there are no runs with truncated back-propagation")
    if everything == 0:
        raise Untestable("no Jacobian is unstable, with all layers")
    truncated = shares.iloc[0]
    measured = {f"unstable, K = {depth_name(d)}": f"{s:.0%}" for d, s in shares.items()}
    return graded(truncated <= everything / 2, truncated < everything), measured


def depth_name(depth):
    """Return a back-propagation depth as text."""
    return "N" if np.isinf(depth) else f"{depth:.0f}"
