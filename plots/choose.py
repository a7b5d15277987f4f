from benchopt import BasePlot

from benchmark_utils.pages import choose, page, results
from benchmark_utils.pages.grid_picture import grid_picture


class Plot(BasePlot):
    """Which λ and how many atoms: scores over a grid, and the recommended setting.

    Scores are means over the repetitions. Each repetition has another initial
    dictionary. The title has the recommendation, and docs/data.md the rule.
    """

    name = "choose"
    type = "image"
    options = {
        "dataset": lambda df: choose.grids(df, "dataset"),
        "objective": lambda df: choose.grids(df, "objective"),
        "solver": lambda df: results.names(df, "solver"),
    }

    def plot(self, df, dataset, objective, solver):
        table = choose.settings(df, dataset, objective, solver)
        if not table["predicted"].notna().any():
            return page.cards([])
        chosen = choose.recommended(table)
        label = page.wrap(solver, "\n")
        return [{"image": grid_picture(table, chosen), "label": label}]

    def get_metadata(self, df, dataset, objective, solver):
        table = choose.settings(df, dataset, objective, solver)
        return {"title": f"{choose.answer(table)} · Data: {dataset}"}
