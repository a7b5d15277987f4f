from benchopt import BasePlot

from benchmark_utils.pages import activations, page, results


class Plot(BasePlot):
    """The first seconds of a recording, reconstructed, and when its atoms occur.

    Signal and reconstruction from certified codes, in the channel of the largest
    energy, and the activations of the most active atoms there. First repetition.
    """

    name = "activations"
    type = "image"
    options = {
        "dataset": lambda df: results.names(df, "dataset", keeping="stretch"),
        "objective": lambda df: results.names(df, "objective"),
    }

    def plot(self, df, dataset, objective):
        cards = [
            {
                "image": activations.figure_of_stretch(final),
                "label": _label(solver, final["stretch"]),
            }
            for solver, final in _stretches(df, dataset, objective).items()
        ]
        # A card without an image keeps the title, which says what is missing.
        return cards or [{"image": None, "label": ""}]

    def get_metadata(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        found = _stretches(df, dataset, objective)
        note = None if found else "Nothing to show: no recording in these results"
        return {"title": page.title(dataset, objective, note, " · ", rows), "ncols": 2}


def _stretches(df, dataset, objective):
    finals = results.finals(results.select(df, dataset, objective))
    return {s: final for s, final in finals.items() if final.get("stretch")}


def _label(solver, stretch):
    said = f"{activations.explained(stretch):.0%} of the variance of this signal"
    initial = "initial atoms: " if solver.endswith(results.NO_STEP) else ""
    return page.wrap(solver, "\n") + f"\n{initial}{said}"
