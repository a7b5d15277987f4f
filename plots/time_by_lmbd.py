import pandas as pd
from benchopt import BasePlot

from benchmark_utils.pages import bands, levels, page, results, styles


class Plot(BasePlot):
    """Time until a chosen recovery score against λ (paper, Figure E).

    A curve a solver, median over repetitions and 10-90 % band. A run that never gets
    there counts with its whole duration, a lower bound; the label says for which λ
    half of the runs or more did not.
    """

    name = "time_by_lmbd"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="recovery_score"),
        "level": [0.95, 0.8, 0.9, 0.99],
    }

    def plot(self, df, dataset, level):
        runs = _runs(df, dataset, level)
        if runs["reg"].nunique() < 2:
            return []
        return [self._curve(*pair) for pair in results.by_solver(runs)]

    def _curve(self, solver, runs):
        points = bands.spread(runs["time"], runs["reg"])
        share = runs.groupby("reg")["reached"].mean()
        missed = ", ".join(f"{reg:g}" for reg in share.index[share <= 0.5])
        return {
            **page.lists(points, runs),
            "label": solver + (f" (not reached at λ = {missed})" if missed else ""),
            **styles.style(solver),
        }

    def get_metadata(self, df, dataset, level):
        found = self.plot(df, dataset, level)
        note = "Nothing to show: needs several λ, and a known true dictionary"
        names = results.names(df, "objective")
        rows = pd.concat([results.select(df, dataset, name) for name in names])
        return {
            "title": page.title(dataset, "All λ", None if found else note, rows=rows),
            "xlabel": "λ (reg)",
            "ylabel": f"time to recovery {level} (s)",
            "scale": "loglog",
        }


def _runs(df, dataset, level):
    """Return a row for each run: `solver`, `reg`, `rep`, `time` and `reached`."""
    found = []
    for objective in results.names(df, "objective"):
        rows = results.select(df, dataset, objective).dropna(subset=["recovery_score"])
        for (solver, reg), runs in rows.groupby(["solver", "reg"]):
            times = levels.times_to(runs, level)
            found.append(times.reset_index().assign(solver=solver, reg=reg))
    return pd.concat(found) if found else pd.DataFrame({"reg": []})
