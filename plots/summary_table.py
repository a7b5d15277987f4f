import numpy as np
from benchopt import BasePlot

from benchmark_utils.pages import levels, page, results

LEVEL = 0.95
TO_LEVEL = f"time to recovery {LEVEL} (s)"
LOSS, COUNT, SHARE = 4, 0, 3  # significant digits; a count is a whole number

# Column of the table -> metric, which end of it is best (None: neither), digits.
COLUMNS = {
    "training loss": ("value", min, LOSS),
    "test loss": ("test_loss", min, LOSS),
    "recovery score": ("recovery_score", max, SHARE),
    "recovered atoms (share)": ("recovered_atoms", max, SHARE),
    "F1 of supports": ("support_f1", max, SHARE),
    "recovery of maps u": ("recovery_u", max, SHARE),
    "recovery of waveforms v": ("recovery_v", max, SHARE),
    "recovery of u and v": ("recovery_uv", max, SHARE),
    "dead atoms (number)": ("dead_atoms", min, COUNT),
    "density of codes": ("density", None, SHARE),
    "non-zero codes a signal": ("l0", None, SHARE),
    "explained variance": ("explained_variance", None, SHARE),
    "PSNR (dB)": ("psnr", max, SHARE),
    "steps": ("n_steps", None, COUNT),
    "time (s)": ("time", None, SHARE),
}


class Plot(BasePlot):
    """The last evaluation of each solver: medians over repetitions, best in bold.

    Columns that no solver has are left out. The last one is the time to a recovery of
    0.95. It is "> t" if at least half of the runs did not reach it in t seconds. Losses
    have four digits, because targets are 0.1 % of them. Other numbers have three.
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
        order = "recovery score" if known else (shown or ["solver"])[0]
        return {
            "title": page.title(dataset, objective, note, rows=rows),
            "columns": ["solver", *shown, *([TO_LEVEL] if known else [])],
            "default_order_column": order,
            "default_order_ascending": not known,
        }


def _shown(rows):
    return [name for name, (m, *_) in COLUMNS.items() if results.measured(rows, m)]


def _column(rows, metric, best, digits):
    """Return the cell of every solver that has this metric."""
    medians = results.last(rows, metric).groupby("solver").median().to_dict()
    return _bold(medians, best, digits)


def _times_to_level(rows):
    cells, limits = {}, {}
    for solver, runs in rows.groupby("solver"):
        times = [levels.time_to(run, LEVEL) for _, run in runs.groupby("rep")]
        if np.isfinite(np.median(times)):
            cells[solver] = float(np.median(times))
        else:
            limits[solver] = f"> {runs['time'].max():.3g}"
    return _bold(cells, min, SHARE) | limits


def _bold(cells, best, digits):
    """Return rounded cells, the best of them between `**`, unless all are alike."""
    cells = {solver: page.rounded(value, digits) for solver, value in cells.items()}
    if best is None or len(set(cells.values())) < 2:
        return cells
    winner = best(cells.values())
    return {s: f"**{v}**" if v == winner else v for s, v in cells.items()}
