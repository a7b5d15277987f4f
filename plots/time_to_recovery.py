from benchopt import BasePlot

from benchmark_utils.pages import levels, page, results, styles


class Plot(BasePlot):
    """Time until a chosen recovery score (see `levels.time_to`).

    A bar is the median over repetitions, a dash each repetition. A run that never
    gets there counts with its whole duration, a lower bound: its bar is gray, and
    the label says how many runs did and how long the others tried.
    """

    name = "time_to_recovery"
    type = "bar_chart"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="recovery_score"),
        "objective": lambda df: results.names(df, "objective"),
        "level": [0.95, 0.8, 0.9, 0.99],
    }

    def plot(self, df, dataset, objective, level):
        rows = results.select(df, dataset, objective)
        if not results.measured(rows, "recovery_score"):
            return []
        return [
            self._bar(solver, runs, level) for solver, runs in results.by_solver(rows)
        ]

    def _bar(self, solver, runs, level):
        times = levels.times_to(runs, level)
        text, limit = _say(times)
        return {
            "y": times["time"].tolist(),
            "text": text,
            "label": page.wrap(solver) + limit,
            "color": styles.style(solver)["color"],
        }

    def get_metadata(self, df, dataset, objective, level):
        rows = results.select(df, dataset, objective)
        known = results.measured(rows, "recovery_score")
        note = None if known else "Nothing to show: no true dictionary is known"
        return {
            "title": page.title(dataset, objective, note, rows=rows),
            "ylabel": f"time to recovery {level} (s)",
            "scale": "linear",  # bars are lengths, and a log axis has no zero
        }


def _say(times):
    """Return the words in the bar and those under it, both empty if all reached."""
    reached = times["reached"]
    if reached.all():
        return "", ""
    limit = f"<br>not reached in {times['time'][~reached].max():.3g} s"
    if not reached.any():
        return "not reached", limit
    return f"{reached.sum()} of {reached.size} runs", f"{limit} by the others"
