from benchopt import BasePlot

from benchmark_utils.pages import activations, columns, page, results


class Plot(BasePlot):
    """The first seconds of a recording, reconstructed, and when its atoms occur.

    A picture has one channel, that of the largest energy: its signal, and what the
    certified codes make of it. Below are the activations of the most active atoms in
    these seconds. The first repetition is shown.
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
                "label": _label(solver, final),
            }
            for solver, final in _stretches(df, dataset, objective).items()
        ]
        return page.cards(cards)

    def get_metadata(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        found = _stretches(df, dataset, objective)
        note = None if found else "Nothing to show: no recording in these results"
        title = page.title(dataset, objective, note, " · ", rows, first=True)
        return {"title": title, "ncols": 2}


def _stretches(df, dataset, objective):
    return results.finals(df, dataset, objective, "stretch")


def _label(solver, final):
    said = (
        f"{activations.explained(final['stretch']):.0%} of the variance of this signal"
    )
    initial = "initial atoms: " if solver.endswith(columns.NO_STEP) else ""
    return page.wrap(solver, "\n") + f"\n{initial}{said}\n{activations.part(final)}"
