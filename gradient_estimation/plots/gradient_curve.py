from benchopt import BasePlot

from benchmark_utils.pages import page, results

METRICS = {
    "angle": "angle",
    "relative difference to AM": "relative_difference",
    "norm of the error": "error_norm",
    "size of the support difference": "support_difference",
}
# Lower relative differences are cut: there, an angle is more than twice that of AM.
LOWEST = -1.0


class Plot(BasePlot):
    """Errors of gradients against the number of layers (paper, Figures 3 and C).

    Curves are medians over repetitions, with a band from 10 to 90 %. The relative
    difference of angles is positive if an angle is better than that of AM. It is cut at
    -1.
    """

    name = "gradient_curve"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="angle"),
        "objective": lambda df: results.names(df, "objective"),
        "metric": list(METRICS),
    }

    def plot(self, df, dataset, objective, metric):
        rows = results.select(df, dataset, objective)
        rows = rows[rows["stop_val"] > 0]  # before the first layer all codes are zero
        rows["relative_difference"] = rows["relative_difference"].clip(lower=LOWEST)
        return page.traces(rows, "stop_val", METRICS[metric])

    def get_metadata(self, df, dataset, objective, metric):
        found = self.plot(df, dataset, objective, metric)
        note = None if found else f"Nothing to show: no {metric} of gradients"
        return {
            "title": page.title(dataset, objective, note),
            "xlabel": "layers N",
            "ylabel": results.METRICS[METRICS[metric]],
            "scale": page.scale(found),
        }
