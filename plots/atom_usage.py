import numpy as np
from benchopt import BasePlot

from benchmark_utils.pages import page, results, styles


class Plot(BasePlot):
    """How much each atom is used: mean |code|, the most used atom first.

    At the end of the first repetition. Atoms that no signal uses are at zero.
    """

    name = "atom_usage"
    type = "scatter"
    options = {
        "dataset": lambda df: results.names(df, "dataset"),
        "objective": lambda df: results.names(df, "objective"),
    }

    def plot(self, df, dataset, objective):
        finals = results.finals(df, dataset, objective, "usage")
        return [
            {**_sorted(final["usage"]), "label": solver, **styles.style(solver)}
            for solver, final in finals.items()
            if np.isfinite(final["usage"]).all()
        ]

    def get_metadata(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        found = self.plot(df, dataset, objective)
        note = None if found else "Nothing to show: no usage of atoms in these results"
        return {
            "title": page.title(dataset, objective, note, rows=rows, first=True),
            "xlabel": "atom, the most used first",
            "ylabel": "mean |code| of a signal",
            "scale": "linear",
        }


def _sorted(usage):
    used = np.sort(np.asarray(usage, dtype=float))[::-1]
    return {"x": list(range(1, len(used) + 1)), "y": used.tolist()}
