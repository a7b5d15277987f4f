"""One colour and marker a method, on the page and in pictures.

A method has its colour of the table in all result files. Its variants have the same
colour. From the second variant on, they have other dashes and markers. A method that is
not in the table gets a colour that depends on its name.
"""

import zlib

from matplotlib.colors import to_rgba

from benchmark_utils.naming import MARK

# Okabe and Ito's palette first: it is made for colour-blind readers. Related methods
# have related hues; a marker tells apart what a reader may take for one colour.
METHODS = {
    "AM": ("#0072B2", "o"),
    "DDL": ("#E69F00", "s"),
    "DDL + steps": ("#009E73", "D"),
    "Truncated-DDL": ("#B8860B", "v"),
    "Stochastic-DDL": ("#D55E00", "^"),
    "Block-AM": ("#000000", "*"),
    "Online-SPAMS": ("#CC79A7", "P"),
    "SPAMS": ("#CC79A7", "P"),
    "Online-sklearn": ("#56B4E9", "X"),
    "Batch-sklearn": ("#1F4E79", "p"),
    "K-SVD": ("#7F3C8D", "h"),
    "Conv-KSVD": ("#B497E7", "H"),
    "sporco": ("#8C564B", "d"),
    "alphacsc-batch": ("#117733", "<"),
    "alphacsc-greedy": ("#66A61E", ">"),
    "alphacsc-online": ("#44AA99", "8"),
    "MOD": ("#D81B60", "1"),
    "ITKrM": ("#6A8D00", "2"),
    "LISTA": ("#3B6FE0", "3"),
    "SAE": ("#A0522D", "4"),
    "NOODL": ("#00798C", "+"),
    "dictlearn": ("#B3446C", "x"),
    "RoseCDL": ("#C71585", "|"),
}
OTHERS = ("#666666", "#A6761D", "#E7298A", "#17BECF", "#BCBD22")
INITIAL = "initial dictionary"
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
# Markers of matplotlib, and the numbers that the page has for the same ones.
PLOTLY = {
    "o": 0, "s": 1, "D": 2, "P": 3, "X": 4, "^": 5, "v": 6, "<": 7, ">": 8,
    "p": 13, "h": 14, "H": 15, "8": 16, "*": 17, "d": 24,
    "1": 19, "2": 20, "3": 21, "4": 22, "x": 25, "+": 26, "|": 23,
}  # fmt: skip
MARKERS = "".join(PLOTLY)

_taken = {}  # variants of each method, in the slots that they have


def style(label):
    """Return the style of a curve, which depends only on its name.

    Parameters
    ----------
    label : str
        Name of a solver, such as "DDL[N=30,K=0] (no step)", or any other name.

    Returns
    -------
    dict
        ``color`` (RGBA in [0, 1]), ``marker`` and ``dash`` (of plotly).
    """
    if label.startswith(INITIAL):
        return {"color": to_rgba("#666666"), "marker": 0, "dash": "dot"}
    method, variant = _parts(label)
    color, marker = METHODS.get(method) or _of_another(method)
    slot = _slot(method, variant)
    if slot:
        marker = MARKERS[(MARKERS.index(marker) + slot) % len(MARKERS)]
    return {
        "color": to_rgba(color),
        "marker": PLOTLY[marker],
        "dash": DASHES[slot % len(DASHES)],
    }


def color(label):
    """Return the colour of a method or solver, as matplotlib takes it."""
    method, _ = _parts(label)
    return (METHODS.get(method) or _of_another(method))[0]


def _parts(label):
    """Split "DDL[N=30,learn_steps=True] (no step)" into a method and its variant."""
    method, _, variant = MARK.sub("", label).removesuffix("]").partition("[")
    if "learn_steps=True" in variant and f"{method} + steps" in METHODS:
        method = f"{method} + steps"
    return method, variant


def _slot(method, variant):
    """Return the number of a variant: the smallest that no other variant has.

    The first variant that a page shows has the look of the method itself.
    """
    slots = _taken.setdefault(method, {})
    return slots.setdefault(variant, len(slots))


def _of_another(method):
    number = zlib.crc32(method.encode())
    return OTHERS[number % len(OTHERS)], MARKERS[number % len(MARKERS)]
