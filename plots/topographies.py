from benchopt import BasePlot

from benchmark_utils.naming import shortened
from benchmark_utils.pages import page, results, topographies

N_SHOWN = 6


class Plot(BasePlot):
    """Maps and waveforms of rank-1 atoms learned from MEG, of the first repetition.

    A row is an atom: its maps on the gradiometers, magnetometers and EEG that there
    are, and its waveform and spectrum in blue. Beside them are those of the reference
    or true atom (gray) that it is matched with, under the best matching of maps and
    waveforms together. Their correlations stand at the left. If no other atoms are
    known, the most used ones are shown. The label says which ones of how many.
    """

    name = "topographies"
    type = "image"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="recovery_u"),
        "objective": lambda df: results.names(df, "objective"),
    }

    def plot(self, df, dataset, objective):
        found = _recordings(df, dataset, objective)
        names = shortened(found)
        cards = [
            {
                "image": topographies.figure_of_atoms(final, N_SHOWN),
                "label": _label(names[solver], final),
            }
            for solver, final in found.items()
        ]
        return page.cards(cards)

    def get_metadata(self, df, dataset, objective):
        rows = results.select(df, dataset, objective)
        found = _recordings(df, dataset, objective)
        note = None if found else "Nothing to show: no rank-1 atoms of recordings"
        title = page.title(dataset, objective, note, " · ", rows, first=True)
        return {"title": title, "ncols": 2}


def _label(name, final):
    return page.wrap(name, "\n") + f"\n{topographies.part(final, N_SHOWN)}"


def _recordings(df, dataset, objective):
    finals = results.finals(df, dataset, objective)
    return {s: final for s, final in finals.items() if topographies.can_be_drawn(final)}
