from benchopt import BasePlot

from benchmark_utils import page, results


class Plot(BasePlot):
    """How much of the true dictionary is found, and how soon.

    Median over repetitions and 10-90 % band. Where no true dictionary is known
    (photographs, recordings) the loss takes its place, so that the page never
    opens on nothing; the axis and the title say so.
    """

    name = "recovery_curve"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="recovery_score"),
        "objective": lambda df: results.names(df, "objective"),
        "x_axis": ["time", "n_steps"],
    }

    def plot(self, df, dataset, objective, x_axis):
        rows = results.select(df, dataset, objective)
        metric = _metric(rows)
        if metric is None:
            return []
        x, _ = page.x_column(rows, x_axis)
        return page.traces(rows, x, metric, self.get_style)

    def get_metadata(self, df, dataset, objective, x_axis):
        rows = results.select(df, dataset, objective)
        metric = _metric(rows) or "recovery_score"
        found = self.plot(df, dataset, objective, x_axis)
        x_label = page.x_column(rows, x_axis)[1]
        if not found:
            note = f"Nothing to show: neither recovery score nor loss against {x_label}"
        elif metric != "recovery_score":
            note = f"No true dictionary is known: {results.METRICS[metric]} instead"
        else:
            note = None
        return {
            "title": page.title(dataset, objective, note),
            "xlabel": x_label,
            "ylabel": results.METRICS[metric],
            "scale": page.scale(found),
        }


def _metric(rows):
    return results.measured(rows, "recovery_score", "test_loss", "value")
