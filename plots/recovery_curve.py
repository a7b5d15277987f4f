from benchopt import BasePlot

from benchmark_utils.pages import page, results

METRICS = ("recovery_score", "recovery_u", "recovery_v", "recovery_uv")
NAMES = {results.METRICS[metric]: metric for metric in METRICS}


class Plot(BasePlot):
    """How much of the true dictionary is found, and how soon.

    Median over repetitions and 10-90 % band. Maps and waveforms of rank-1 atoms have
    scores of their own. Atoms of recordings are compared with the reference atoms. If
    the chosen metric is missing, the plot shows the first available one, and the axis
    and the title say so.
    """

    name = "recovery_curve"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="recovery_score"),
        "objective": lambda df: results.names(df, "objective"),
        "metric": list(NAMES),
        "x_axis": ["time", "n_steps"],
    }

    def plot(self, df, dataset, objective, metric, x_axis):
        rows = results.select(df, dataset, objective)
        return page.curves(rows, _column(rows, metric), x_axis)

    def get_metadata(self, df, dataset, objective, metric, x_axis):
        rows = results.select(df, dataset, objective)
        column = _column(rows, metric) or NAMES[metric]
        found = self.plot(df, dataset, objective, metric, x_axis)
        x_label = page.x_column(rows, x_axis)[1]
        if not found:
            note = f"Nothing to show: neither recovery score nor loss against {x_label}"
        elif column != NAMES[metric]:
            note = f"No {metric} is known: {results.METRICS[column]} instead"
        else:
            note = None
        return {
            "title": page.title(dataset, objective, note, rows=rows),
            "xlabel": x_label,
            "ylabel": results.METRICS[column],
            "scale": page.scale(found),
        }


def _column(rows, metric):
    chosen = NAMES[metric]
    instead = ["recovery_uv"] if chosen == "recovery_score" else ["recovery_score"]
    return results.measured(rows, chosen, *instead, "test_loss", "value")
