from benchopt import BasePlot

from benchmark_utils.pages import bands, page, results, styles

MARGIN = 1e-3  # as in the paper: keeps the best point on a logarithmic axis
LABELS = {
    "gradient steps": "gradient steps",
    "loss": "F_N − F*, loss of the network's codes above the best",
    "recovery": "S* − S, recovery score below the best",
    "PSNR": "PSNR of the network's codes (dB)",
}
COLUMNS = {
    "gradient steps": "n_steps",
    "loss": "network_loss",
    "recovery": "recovery_score",
    "PSNR": "psnr_network",
}


class Plot(BasePlot):
    """The end of the runs against the number of layers N (paper, Figures 4 and 5).

    Each method has a curve: the median over repetitions, with a 10-90 % band. Loss and
    recovery are distances to the best of all runs on the same signals, plus 0.001. If
    a single method has the most layers, such as the oracle of Figure 5, it is a
    horizontal line.
    """

    name = "layers"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset"),
        "objective": lambda df: results.names(df, "objective"),
        "metric": list(LABELS),
    }

    def plot(self, df, dataset, objective, metric):
        ends = _ends(results.select(df, dataset, objective), metric)
        return [
            {"label": label, **styles.style(label), **page.lists(points, ends)}
            for label, points in _curves(ends)
        ]

    def get_metadata(self, df, dataset, objective, metric):
        found = self.plot(df, dataset, objective, metric)
        note = f"Nothing to show: no {metric} of methods with n_layers"
        rows = results.select(df, dataset, objective)
        return {
            "title": page.title(dataset, objective, None if found else note, rows=rows),
            "xlabel": "layers N",
            "ylabel": LABELS[metric],
            "scale": "linear" if metric == "PSNR" else "semilog-y",
        }


def _ends(rows, metric):
    """Return the last evaluation of each run, with the metric as `y`."""
    ends = rows.dropna(subset=[COLUMNS[metric], "n_layers"])
    ends = ends.groupby(["solver", "rep"]).tail(1)
    y = ends[COLUMNS[metric]]
    on_same_data = y.groupby(ends["rep"])
    if metric == "loss":
        y = y - on_same_data.transform("min") + MARGIN
    elif metric == "recovery":
        y = on_same_data.transform("max") - y + MARGIN
    return ends.assign(y=y)


def _curves(ends):
    """Return pairs of a label and the points of its curve; the oracle's is the last."""
    deepest = ends.groupby("method")["n_layers"].max()
    has_oracle = (deepest == deepest.max()).sum() == 1 < len(deepest)
    is_oracle = has_oracle & (ends["n_layers"] == deepest.max())
    few = ends[~is_oracle]
    curves = [
        (method, bands.spread(runs["y"], runs["n_layers"]))
        for method, runs in few.groupby("method")
    ]
    if has_oracle:
        level = bands.spread(ends["y"][is_oracle], ends["n_layers"][is_oracle])
        label = f"oracle: {deepest.idxmax()}, N = {deepest.max():.0f}"
        curves += [(label, _line(level, few["n_layers"]))]
    return curves


def _line(level, n_layers):
    """Return one point as a horizontal line below all numbers of layers."""
    ends = [n_layers.min(), n_layers.max()]
    return level.loc[[0, 0]].assign(x=ends)
