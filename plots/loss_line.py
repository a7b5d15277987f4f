from benchopt import BasePlot

from benchmark_utils.pages import minima, page, results

LINES = ["as learned", "atoms matched"]


class Plot(BasePlot):
    """Loss on the line between two minima, a curve for each pair of initial ones.

    The line goes from one learned dictionary, at 0, to another, at 1, and a little
    beyond (paper, Figure 5, right). Atoms stay on the sphere. Atoms of the two
    dictionaries are paired by their numbers, or matched first. Matching changes the
    order and the signs of atoms, and no loss.
    """

    name = "loss_line"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="psnr"),
        "objective": lambda df: results.names(df, "objective"),
        "solver": lambda df: results.names(df, "solver"),
        "line": LINES,
    }

    def plot(self, df, dataset, objective, solver, line):
        pairs = minima.pairs(minima.find(df, dataset, objective, solver))
        return [
            {
                "x": minima.SHARES.tolist(),
                "y": minima.line_between(*pair, line == LINES[1]).tolist(),
                "label": (label := f"pair {number}"),
                **self.get_style(label),
            }
            for number, pair in enumerate(pairs, start=1)
        ]

    def get_metadata(self, df, dataset, objective, solver, line):
        rows = results.select(df, dataset, objective)
        rows = rows[rows["solver"] == solver]
        known = minima.pairs(minima.find(df, dataset, objective, solver))
        note = "Nothing to show: needs landscape=True and repetitions on the same data"
        return {
            "title": page.title(dataset, solver, None if known else note, rows=rows),
            "xlabel": "place between two minima (0 and 1)",
            "ylabel": "loss per signal",
            "scale": "linear",
        }
