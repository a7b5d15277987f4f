from benchopt import BasePlot

from benchmark_utils.pages import gaps, page, results


class Plot(BasePlot):
    """Loss minus the best known one, and certified duality gap, on logarithmic axes.

    The best known loss is the least that any method of the file found in the same
    repetition. Median over repetitions and 10-90 % band.
    """

    name = "loss_gap"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset"),
        "objective": lambda df: results.names(df, "objective"),
        "gap": list(gaps.GAPS),
        "x_axis": ["time", "n_steps"],
    }

    def plot(self, df, dataset, objective, gap, x_axis):
        rows = gaps.with_gap(results.select(df, dataset, objective), gap)
        return page.curves(rows, "gap", x_axis)

    def get_metadata(self, df, dataset, objective, gap, x_axis):
        rows = results.select(df, dataset, objective)
        found = self.plot(df, dataset, objective, gap, x_axis)
        note = f"Nothing to show: {gaps.MISSING[gap]}"
        return {
            "title": page.title(dataset, objective, None if found else note, rows=rows),
            "xlabel": page.x_column(rows, x_axis)[1],
            "ylabel": gaps.GAPS[gap],
            "scale": page.scale(found, log_y=True),
        }
