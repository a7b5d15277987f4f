import numpy as np
from benchopt import BasePlot

from benchmark_utils.pages import columns, dictionary_views, page, pictures, results

HOLD_LAST = 5  # frames for which an animation rests on the final dictionary


class Plot(BasePlot):
    """The learned atoms, of the first repetition.

    Atoms of images are little pictures, the most used first, each with its own
    contrast around mid-gray. Other dense atoms are the rows of a matrix, beside
    their correlations with the true atoms: a bright diagonal is full recovery.
    At most 100 are shown, unless `frames` is "all atoms". It also has the initial
    dictionary beside the learned one, its atoms matched, and the way there, where
    these were recorded.
    """

    name = "atoms"
    type = "image"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="psnr"),
        "objective": lambda df: results.names(df, "objective"),
        "frames": ["final", "all atoms", "before and after", "evolution"],
    }

    def plot(self, df, dataset, objective, frames):
        cards = [
            card
            for solver, final in _dictionaries(df, dataset, objective).items()
            for what, draw in _views(final, frames)
            for card in _cards(_label(solver, what), draw, final, frames)
        ]
        return page.cards(cards)

    def get_metadata(self, df, dataset, objective, frames):
        rows = results.select(df, dataset, objective)
        finals = _dictionaries(df, dataset, objective)
        note = None if finals else "Nothing to show: no dictionary in these results"
        are_pairs = frames == "before and after" or any(
            len(_views(final, frames)) == 2 for final in finals.values()
        )
        return {
            "title": page.title(dataset, objective, note, " · ", rows, first=True),
            "ncols": 4 if are_pairs else 3,
        }


def _label(solver, what):
    if solver.endswith(columns.NO_STEP):
        what = f"initial: {what}"  # nothing was learned
    return page.wrap(solver, "\n") + f"\n{what}"


def _dictionaries(df, dataset, objective):
    return results.finals(df, dataset, objective, "D")


def _views(final, frames):
    found = dictionary_views.views(final, frames == "all atoms")
    return found[-1:] if frames in ("evolution", "before and after") else found


def _cards(label, draw, final, frames):
    learned = _still(label, draw, final["D"])
    if frames not in ("evolution", "before and after"):
        return [learned]
    if frames == "evolution" and final.get("D_history") is not None:
        return [_animated(label, draw, final)]
    D_init = dictionary_views.initial_atoms(final)
    if D_init is None:
        return [{**learned, "label": f"{label}\n(no earlier atoms were recorded)"}]
    before, after = f"{label}\nbefore", f"{label}\nafter"
    return [_still(before, draw, D_init), {**learned, "label": after}]


def _still(label, draw, D):
    return {"image": pictures.enlarge(draw(np.asarray(D))), "label": label}


def _animated(label, draw, final):
    # Small and in few shades, or the animations are most of the page's weight.
    frames = [
        pictures.enlarge(pictures.posterize(draw(np.asarray(D))), side=200)
        for D in [*final["D_history"], final["D"]]
    ]
    return {"image": frames + frames[-1:] * HOLD_LAST, "label": label}
