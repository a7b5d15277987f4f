import numpy as np
from benchopt import BasePlot

from benchmark_utils.pages import columns, page, results
from benchmark_utils.pages.dictionary_views import N_SHOWN, most_used_first

USAGE, NAMES = "mean |code|", "signals that are most like it"


class Plot(BasePlot):
    """Names of the most used atoms: those of the signals that are most like them.

    Of the first repetition, on data whose signals have names. In `token_embeddings`,
    these are tokens.
    """

    name = "atom_names"
    type = "table"
    options = {
        "dataset": lambda df: results.names(df, "dataset"),
        "objective": lambda df: results.names(df, "objective"),
        "solver": lambda df: results.names(df, "solver"),
    }

    def plot(self, df, dataset, objective, solver):
        final = results.finals(df, dataset, objective).get(solver, {})
        names, usage = final.get("atom_names"), final.get("usage")
        if names is None:
            return []
        known = usage is not None and np.isfinite(usage).all()
        return [
            [int(k) + 1, float(usage[k]) if known else "–", _said(names[k])]
            for k in most_used_first(final)[:N_SHOWN]
        ]

    def get_metadata(self, df, dataset, objective, solver):
        rows = results.select(df, dataset, objective)
        found = self.plot(df, dataset, objective, solver)
        note = f"{solver}: initial atoms" if solver.endswith(columns.NO_STEP) else None
        if not found:
            note = "Nothing to show: no names of signals in these data"
        known = bool(found) and found[0][1] != "–"
        return {
            "title": page.title(dataset, objective, note, rows=rows),
            "columns": ["atom", USAGE, NAMES],
            "default_order_column": USAGE if known else "atom",
            "default_order_ascending": not known,
        }


def _said(names):
    """Return names between quotes: blanks in them matter, and are then seen."""
    said = ", ".join(f"“{name}”" for name in np.asarray(names).tolist())
    # The page would take these for bold and italic.
    return said.replace("*", r"\*").replace("_", r"\_")
