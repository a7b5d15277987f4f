from benchopt import BasePlot

from benchmark_utils.pages import page, results, styles


class Plot(BasePlot):
    """Recovery score at the end of each run: one box per solver."""

    name = "final_recovery"
    type = "boxplot"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="recovery_score"),
        "objective": lambda df: results.names(df, "objective"),
    }

    def plot(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        boxes = [
            {
                "x": [page.wrap(solver)],
                "y": [scores.tolist()],
                "label": solver,
                # See-through, or the page draws the median in the colour of the box.
                "color": (*styles.style(solver)["color"][:3], 0.5),
            }
            for solver, scores in results.last(rows, "recovery_score").groupby("solver")
        ]
        # The page reads the first box before it draws: none at all would stop it.
        return boxes or [{"x": [" "], "y": [[]], "label": " ", "color": "white"}]

    def get_metadata(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        known = results.measured(rows, "recovery_score")
        note = None if known else "Nothing to show: no true dictionary is known"
        return {
            "title": page.title(dataset, objective, note, rows=rows),
            "xlabel": "",
            "ylabel": results.METRICS["recovery_score"],
            "scale": "linear",
        }
