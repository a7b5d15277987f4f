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
            [
                int(k) + 1,
                page.rounded(float(usage[k])) if known else "–",
                _said(names[k]),
            ]
            for k in most_used_first(final)[:N_SHOWN]
        ]

    def get_metadata(self, df, dataset, objective, solver):
        rows = results.select(df, dataset, objective)
        found = self.plot(df, dataset, objective, solver)
        known = bool(found) and found[0][1] != "–"
        note = "Nothing to show: no names of signals in these data"
        if found:
            final = results.finals(df, dataset, objective)[solver]
            note = _note(solver, len(found), len(final["atom_names"]), known)
        return {
            "title": page.title(dataset, objective, note, rows=rows, first=True),
            "columns": ["atom", USAGE, NAMES],
            "default_order_column": USAGE if known else "atom",
            "default_order_ascending": not known,
        }


def _note(solver, n_shown, n_atoms, known):
    """Return which atoms are shown, of how many."""
    initial = "initial atoms, " if solver.endswith(columns.NO_STEP) else ""
    if n_shown == n_atoms:
        return f"{solver}: {initial}all {n_atoms} atoms"
    which = "most used" if known else "first"
    return f"{solver}: {initial}the {n_shown} {which} of {n_atoms} atoms"


def _said(names):
    """Return names between quotes: blanks in them matter, and are then seen."""
    said = ", ".join(f"“{name}”" for name in np.asarray(names).tolist())
    # The page would take these for bold and italic.
    return said.replace("*", r"\*").replace("_", r"\_")
