import pandas as pd
from benchopt import BasePlot

from benchmark_utils.pages import choose, page, results, styles
from benchmark_utils.pages.bands import spread

# Name of the menu -> metric.
QUALITIES = {
    "explained variance": "explained_variance",
    "training loss": "value",
    "test loss": "test_loss",
    "recovery score": "recovery_score",
}
SPARSITIES = {"density": "density", "non-zero codes": "l0"}
NOTHING = "Nothing to show: needs runs with several λ"


class Plot(BasePlot):
    """How good a dictionary is, against the number of codes that it needs.

    A curve is a solver, and each of its points is a λ: the larger λ, the further left.
    Points are medians over repetitions of the last evaluation, with a 10-90 % band. Up
    and left is better. Losses at different λ cannot be compared.
    """

    name = "quality_by_density"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset"),
        "objective": lambda df: list(
            dict.fromkeys(map(choose.without_lmbd, results.names(df, "objective")))
        ),
        "quality": list(QUALITIES),
        "sparsity": list(SPARSITIES),
    }

    def plot(self, df, dataset, objective, quality, sparsity):
        ends = _ends(_rows(df, dataset, objective), quality, sparsity)
        return [
            {**page.lists(points, ends), "label": solver, **styles.style(solver)}
            for solver, runs in results.by_solver(ends)
            if len(points := _curve(runs)) > 1
        ]

    def get_metadata(self, df, dataset, objective, quality, sparsity):
        rows = _rows(df, dataset, objective)
        found = self.plot(df, dataset, objective, quality, sparsity)
        lmbds = ", ".join(f"{reg:g}" for reg in sorted(rows["reg"].dropna().unique()))
        said = f"{objective}, points are λ = {lmbds} from right to left"
        return {
            "title": page.title(dataset, said, None if found else NOTHING, rows=rows),
            "xlabel": results.METRICS[SPARSITIES[sparsity]],
            "ylabel": results.METRICS[QUALITIES[quality]],
            "scale": "semilog-x",
        }


def _rows(df, dataset, objective):
    """Return the rows of all λ of an objective."""
    alike = [
        name
        for name in results.names(df, "objective")
        if choose.without_lmbd(name) == objective
    ]
    return pd.concat([results.select(df, dataset, name) for name in alike])


def _ends(rows, quality, sparsity):
    """Return the last evaluation of each run, with columns `sparse` and `good`."""
    rows = rows.assign(sparse=rows[SPARSITIES[sparsity]], good=rows[QUALITIES[quality]])
    known = rows.dropna(subset=["sparse", "good", "reg"])
    known = known[known["sparse"] > 0]  # the axis is logarithmic
    return known.groupby(["solver", "reg", "rep"], as_index=False).last()


def _curve(runs):
    """Return a point for each λ: the median sparsity, and the band of the quality."""
    points = spread(runs["good"], runs["reg"])
    sparse = runs.groupby("reg")["sparse"].median()
    return points.assign(x=points["x"].map(sparse)).sort_values("x")
