from benchopt import BasePlot

from benchmark_utils.pages import page, results

METRICS = {"test loss": "test_loss", "training loss": "value", "PSNR": "psnr"}


class Plot(BasePlot):
    """Certified loss (mean per signal) or PSNR against time or steps.

    Median over repetitions and 10-90 % band. If there are no held-out signals, the
    plot shows the training loss instead of the test loss. The axis says which it is.
    """

    name = "loss_curve"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset"),
        "objective": lambda df: results.names(df, "objective"),
        "metric": list(METRICS),
        "x_axis": ["time", "n_steps"],
    }

    def plot(self, df, dataset, objective, metric, x_axis):
        rows = results.select(df, dataset, objective)
        return page.curves(rows, _column(rows, metric), x_axis)

    def get_metadata(self, df, dataset, objective, metric, x_axis):
        rows = results.select(df, dataset, objective)
        found = self.plot(df, dataset, objective, metric, x_axis)
        x_label = page.x_column(rows, x_axis)[1]
        note = None if found else f"Nothing to show: no {metric} against {x_label}"
        return {
            "title": page.title(dataset, objective, note, rows=rows),
            "xlabel": x_label,
            "ylabel": results.METRICS[_column(rows, metric) or METRICS[metric]],
            "scale": page.scale(found),
        }


def _column(rows, metric):
    instead = ["value"] if metric == "test loss" else []
    return results.measured(rows, METRICS[metric], *instead)
