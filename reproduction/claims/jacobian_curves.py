"""Errors of the Jacobians of each signal against the number of layers (§2)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark_utils.gradients.estimate_scores import UNSTABLE
from reproduction.rows import need
from reproduction.verdict import Untestable

FULL = np.inf  # back-propagation through all layers
THROUGH_ALL = "back-propagation through all layers"
FLOOR = 1e-9  # relative errors below are rounding
N_FITTED = 4  # points a rate is fitted to, at least
KEYS = (
    "n_layers",
    "jacobian_errors",
    "jacobian_errors_l1",
    "support_reached",
    "rate",
)


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


def depth_name(depth):
    """Return a back-propagation depth as text."""
    return "N" if np.isinf(depth) else f"{depth:.0f}"
