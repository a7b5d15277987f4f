from benchopt import BasePlot

from benchmark_utils.naming import shortened
from benchmark_utils.pages import columns, matched_atoms, page, results, topographies


class Plot(BasePlot):
    """Maps and waveforms of rank-1 atoms learned from MEG, of the first repetition.

    A row is an atom: its maps on the gradiometers, magnetometers and EEG that there
    are, and its waveform and spectrum in blue. Beside them are those of the reference
    or true atom (gray) that it is matched with, under the best matching of maps and
    waveforms together. Their correlations stand at the left. If no other atoms are
    known, the most used ones come first. `atoms` chooses which ones are shown.
    """

    name = "topographies"
    type = "image"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="recovery_u"),
        "objective": lambda df: results.names(df, "objective"),
        "atoms": lambda df: list(matched_atoms.parts(_most_atoms(df))),
    }

    def plot(self, df, dataset, objective, atoms):
        found = _recordings(df, dataset, objective)
        part = matched_atoms.parts(_most_atoms(df))[atoms]
        names = shortened(found)
        cards = [
            {
                "image": topographies.figure_of_atoms(final, part),
                "label": _label(names[solver], final, part),
            }
            for solver, final in found.items()
            if part.start < len(final["u"])
        ]
        return page.cards(cards)

    def get_metadata(self, df, dataset, objective, atoms):
        rows = results.select(df, dataset, objective)
        found = _recordings(df, dataset, objective)
        first = matched_atoms.parts(_most_atoms(df))[atoms].start
        note = None if found else "Nothing to show: no rank-1 atoms of recordings"
        if found and all(first >= len(final["u"]) for final in found.values()):
            note = "Nothing to show: no dictionary has so many atoms here"
        title = page.title(dataset, objective, note, " · ", rows, first=True)
        return {"title": title, "ncols": 2}


def _label(name, final, part):
    return page.wrap(name, "\n") + f"\n{matched_atoms.said(final, part)}"


def _recordings(df, dataset, objective):
    finals = results.finals(df, dataset, objective)
    return {s: final for s, final in finals.items() if topographies.can_be_drawn(final)}


@columns.once
def _most_atoms(df):
    """The number of atoms of the largest dictionary that can be drawn."""
    finals = df["final_results"] if "final_results" in df else []
    drawn = (f for f in finals if isinstance(f, dict) and topographies.can_be_drawn(f))
    return max((len(final["u"]) for final in drawn), default=0)
