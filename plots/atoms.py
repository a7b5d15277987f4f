import numpy as np
from benchopt import BasePlot

from benchmark_utils.pages import page, pictures, results

HOLD_LAST = 5  # frames for which an animation rests on the final dictionary


class Plot(BasePlot):
    """The learned atoms, of the first repetition.

    Atoms of images are little pictures, the most used first, each with its own
    contrast around mid-gray. Other dense atoms are the rows of a matrix, beside
    their correlations with the true atoms: a bright diagonal is full recovery.
    The option `frames` shows the end, or the way there where it was recorded.
    """

    name = "atoms"
    type = "image"
    options = {
        "dataset": lambda df: results.names(df, "dataset", having="psnr"),
        "objective": lambda df: results.names(df, "objective"),
        "frames": ["final", "evolution"],
    }

    def plot(self, df, dataset, objective, frames):
        card = _animated if frames == "evolution" else _still
        cards = [
            card(_label(solver, what), draw, final)
            for solver, final in _dictionaries(df, dataset, objective).items()
            for what, draw in _views(final, frames)
        ]
        # A card without an image keeps the title, which says what is missing.
        return cards or [{"image": None, "label": ""}]

    def get_metadata(self, df, dataset, objective, frames):
        rows = results.select(df, dataset, objective)
        finals = _dictionaries(df, dataset, objective)
        note = None if finals else "Nothing to show: no dictionary in these results"
        are_pairs = any(len(_views(final, frames)) == 2 for final in finals.values())
        return {
            "title": page.title(dataset, objective, note, " · ", rows),
            "ncols": 4 if are_pairs else 3,
        }


def _label(solver, what):
    if solver.endswith(results.NO_STEP):
        what = f"initial: {what}"  # nothing was learned
    return page.wrap(solver, "\n") + f"\n{what}"


def _dictionaries(df, dataset, objective):
    finals = results.finals(results.select(df, dataset, objective))
    return {s: final for s, final in finals.items() if final.get("D") is not None}


def _views(final, frames):
    """Return what can be drawn of a dictionary: pairs (words, function of D)."""
    patch_shape, D_true = final.get("patch_shape"), final.get("D_true")
    if pictures.atom_pictures(np.asarray(final["D"]), patch_shape) is not None:
        order = _most_used_first(final)
        return [(
            f"{len(order)} atoms, most used first",
            lambda D: pictures.mosaic(pictures.atom_pictures(D[order], patch_shape)),
        )]  # fmt: skip
    views = [("D, one atom a row", pictures.signed_matrix)]
    if D_true is not None:
        views.append((
            "|D D_trueᵀ|, atoms matched",
            lambda D: pictures.correlation_matrix(D, np.asarray(D_true)),
        ))  # fmt: skip
    return views[-1:] if frames == "evolution" else views


def _most_used_first(final):
    usage = final.get("usage")
    if usage is None:
        usage = np.zeros(len(final["D"]))
    return np.argsort(-np.asarray(usage), kind="stable")


def _still(label, draw, final):
    return {"image": pictures.enlarge(draw(np.asarray(final["D"]))), "label": label}


def _animated(label, draw, final):
    history = final.get("D_history")
    if history is None:
        return _still(f"{label} (its way was not recorded)", draw, final)
    # Small and in few shades, or the animations are most of the page's weight.
    frames = [
        pictures.enlarge(pictures.posterize(draw(np.asarray(D))), side=200)
        for D in [*history, final["D"]]
    ]
    return {"image": frames + frames[-1:] * HOLD_LAST, "label": label}
