import numpy as np
from benchopt import BasePlot

from benchmark_utils.pages import page, results

LEVEL = 0.95
TO_LEVEL = f"to {LEVEL} (s)"

# Column of the table -> metric, and which end of it is best (None: neither).
COLUMNS = {
    "train loss": ("value", min),
    "test loss": ("test_loss", min),
    "recovery": ("recovery_score", max),
    "recovered": ("recovered_atoms", max),
    "F1 of supports": ("support_f1", max),
    "recovery of u": ("recovery_u", max),
    "of v": ("recovery_v", max),
    "of u and v": ("recovery_uv", max),
    "dead": ("dead_atoms", min),
    "density": ("density", None),
    "l0": ("l0", None),
    "explained": ("explained_variance", None),
    "PSNR (dB)": ("psnr", max),
    "steps": ("n_steps", None),
    "time (s)": ("time", None),
}
SHOWN_DECIMALS = 4  # of benchopt's page; values that look equal are equally best


class Plot(BasePlot):
    """The last evaluation of each solver: medians over repetitions, best in bold.

    Columns that no solver has are left out. The last one is the time to a recovery of
    0.95. It is "> t" if at least half of the runs did not reach it in t seconds.
    """

    name = "summary_table"
    type = "table"
    options = {
        "dataset": lambda df: results.names(df, "dataset"),
        "objective": lambda df: results.names(df, "objective"),
    }

    def plot(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        columns = [_column(rows, *COLUMNS[name]) for name in _shown(rows)]
        if results.measured(rows, "recovery_score"):
            columns.append(_times_to_level(rows))
        solvers = sorted(rows["solver"].unique()) if columns else []
        return [
            [page.wrap(s, " "), *(column.get(s, "–") for column in columns)]
            for s in solvers
        ]

    def get_metadata(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        shown = _shown(rows)
        note = None if shown else "Nothing to show: no metric in these results"
        known = results.measured(rows, "recovery_score")
        order = "recovery" if known else (shown or ["solver"])[0]
        return {
            "title": page.title(dataset, objective, note, rows=rows),
            "columns": ["solver", *shown, *([TO_LEVEL] if known else [])],
            "default_order_column": order,
            "default_order_ascending": not known,
        }


def _shown(rows):
    return [name for name, (m, _) in COLUMNS.items() if results.measured(rows, m)]


def _column(rows, metric, best):
    """Return the cell of every solver that has this metric."""
    medians = results.last(rows, metric).groupby("solver").median().to_dict()
    return _bold(medians, best)


def _times_to_level(rows):
    cells, limits = {}, {}
    for solver, runs in rows.groupby("solver"):
        times = [results.time_to(run, LEVEL) for _, run in runs.groupby("rep")]
        if np.isfinite(np.median(times)):
            cells[solver] = float(np.median(times))
        else:
            limits[solver] = f"> {runs['time'].max():.4g}"
    return _bold(cells, min) | limits


def _bold(cells, best):
    """Return cells with the best of them between `**`, unless all are alike."""
    cells = {s: int(v) if v == int(v) else float(v) for s, v in cells.items()}
    look = {solver: round(value, SHOWN_DECIMALS) for solver, value in cells.items()}
    if best is None or len(set(look.values())) < 2:
        return cells
    winner = best(look.values())
    return {s: f"**{v}**" if look[s] == winner else v for s, v in cells.items()}
