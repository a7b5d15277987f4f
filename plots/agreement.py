from benchopt import BasePlot

from benchmark_utils.naming import shortened
from benchmark_utils.pages import page, results

COLUMNS = ("Corr. u", "Corr. v", "mean corr.", "time (s)")


class Plot(BasePlot):
    """Agreement of maps and waveforms with the reference or true atoms, and the time.

    At the last evaluation of each run, mean ± standard deviation over repetitions, with
    a row for each setting (paper, Table 1). Parameters that all settings of a solver
    share are left out. Each correlation is under its own best matching.
    """

    name = "agreement"
    type = "table"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="recovery_u"),
        "objective": lambda df: results.names(df, "objective"),
    }

    def plot(self, df, dataset, objective):
        ends = _ends(results.select(df, dataset, objective))
        names = shortened(ends["solver"].unique())
        return [
            [page.wrap(names[solver], " "), *(_cell(runs[name]) for name in COLUMNS)]
            for solver, runs in ends.groupby("solver")
        ]

    def get_metadata(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        known = len(_ends(rows)) > 0
        note = None if known else "Nothing to show: no rank-1 atoms to compare with"
        return {
            "title": page.title(dataset, objective, note, rows=rows),
            "columns": ["solver", *COLUMNS],
            "default_order_column": "mean corr.",
            "default_order_ascending": False,
        }


def _ends(rows):
    """Return the last evaluation of each run, with the columns of the table."""
    known = rows.dropna(subset=["recovery_u", "recovery_v"])
    ends = known.groupby(["solver", "rep"], as_index=False).last()
    return ends.assign(**{
        "Corr. u": ends["recovery_u"],
        "Corr. v": ends["recovery_v"],
        "mean corr.": (ends["recovery_u"] + ends["recovery_v"]) / 2,
        "time (s)": ends["time"],
    })  # fmt: skip


def _cell(values):
    """Return mean ± standard deviation, that of several repetitions."""
    mean = f"{values.mean():.3g}"
    return f"{mean} ± {values.std(ddof=0):.2g}" if len(values) > 1 else mean
