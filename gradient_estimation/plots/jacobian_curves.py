import numpy as np
from benchopt import BasePlot

from benchmark_utils.gradients.estimate_scores import UNSTABLE
from benchmark_utils.pages import page, results

STABLE_COLOR, UNSTABLE_COLOR = (0.0, 0.45, 0.7, 0.6), (0.84, 0.37, 0.0, 0.6)
N_SHOWN = 50  # signals


class Plot(BasePlot):
    """Error of the Jacobian of each signal against the number of layers.

    A curve is red if the Jacobian is unstable: for some number of layers, it is worse
    than zero (paper, Figures 1 and 2). At most 50 signals of the first repetition are
    shown.
    """

    name = "jacobian_curves"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset"),
        "objective": lambda df: results.names(df, "objective"),
        "solver": lambda df: results.names(df, "solver", having="jacobian_error"),
    }

    def plot(self, df, dataset, objective, solver):
        n_layers, errors = _curves(df, dataset, objective, solver)
        return [
            _trace(number, n_layers, curve)
            for number, curve in enumerate(errors.T[:N_SHOWN], start=1)
        ]

    def get_metadata(self, df, dataset, objective, solver):
        _, errors = _curves(df, dataset, objective, solver)
        shown = errors[:, :N_SHOWN]
        note = "Nothing to show: no errors of Jacobians"
        if shown.size:
            share = (shown > UNSTABLE).any(0).mean()
            note = f"{solver}: {share:.0%} of {shown.shape[1]} signals are unstable"
        return {
            "title": page.title(dataset, objective, note),
            "xlabel": "layers N",
            "ylabel": "‖J_N − J*‖ / ‖J*‖",
            "scale": "loglog",
        }


def _trace(number, n_layers, errors):
    """One curve, without errors of exactly zero: the axis is logarithmic."""
    unstable = (errors > UNSTABLE).any()
    kept = errors > 0
    return {
        "x": n_layers[kept].tolist(),
        "y": errors[kept].tolist(),
        "label": f"signal {number}, {'unstable' if unstable else 'stable'}",
        "color": UNSTABLE_COLOR if unstable else STABLE_COLOR,
        "marker": None,
    }


def _curves(df, dataset, objective, solver):
    """Layers (n_points,) and errors (n_points, n_signals) of the first repetition.

    They are empty if there are no errors.
    """
    for final in results.final_rows(df, dataset, objective, solver)[:1].get(
        "final_results", ()
    ):
        if final.get("jacobian_errors") is not None:
            return np.asarray(final["n_layers"]), np.asarray(final["jacobian_errors"])
    return np.zeros(0), np.zeros((0, 0))
