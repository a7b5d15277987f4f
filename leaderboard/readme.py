"""The table and the picture of the README, from the committed summary."""

import hashlib
import json

import numpy as np
import pandas as pd
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from benchmark_utils.pages.matrix import NOT_RUN, legend, matrix
from leaderboard.answer import ratios
from leaderboard.parts import ROOT
from reporting import blocks

README, PICTURE = ROOT / "README.md", ROOT / "docs" / "leaderboard.png"
NAME = "leaderboard"  # of the block
UNSUPPORTED = "–"
MADE_OF = "summary"  # key of the checksum that the picture has in it


def write(summary, readme=README, picture=PICTURE):
    """Write the block of the README, and the picture."""
    blocks.write(readme, NAME, lines(summary))
    known = PngInfo()
    known.add_text(MADE_OF, checksum(summary))
    pixels = np.round(255 * image(summary)).astype(np.uint8)
    colours = Image.fromarray(pixels).quantize(128)
    colours.save(picture, pnginfo=known, optimize=True)


def checksum(summary):
    """Return what tells a summary from others."""
    text = json.dumps(summary, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def block(summary):
    """Return the block of the README, with its two marks."""
    return blocks.marked(NAME, lines(summary))


def lines(summary):
    """Return the lines of the README between its two marks.

    Methods that never reach the target have no row. The last paragraph names them.
    """
    labels = [problem["label"] for problem in summary["problems"]]
    there = [method for method in summary["methods"] if _is_there(method)]
    return [
        f"**{summary['answer']}.{_on_meg(summary)}** {_what(summary)}",
        "",
        f"![Times of all methods on all problems](docs/{PICTURE.name})",
        "",
        _row(["method", "score", *labels]),
        _row(["---"] * (len(labels) + 2)),
        *(_row(_cells(method, labels)) for method in there),
        "",
        f"{_never(summary)}{_how(summary)}",
    ]


def _on_meg(summary):
    """Which method is fastest on recordings, and how long the next one takes."""
    labels = [p["label"] for p in summary["problems"] if p["label"].endswith("MEG")]
    return "".join(f" {_fastest(summary, label)}." for label in sorted(labels))


def _fastest(summary, label):
    """The fastest method on a problem, and the next one, in a sentence."""
    seconds = {
        method["method"]: found["seconds_to_1_percent"][0]
        for method in summary["methods"]
        if (found := method["results"].get(label))
    }
    names = [name for name, median in seconds.items() if median is not None]
    if not names:
        return f"On {label}, no method reaches the target"
    first, *others = sorted(names, key=seconds.get)
    if not others:
        return f"On {label}, only {first} reaches the target"
    times = f"{seconds[others[0]] / seconds[first]:.2g} times"
    return f"On {label}, {first} is fastest: {others[0]} takes {times} as long"


def _is_there(method):
    times = [found["seconds_to_1_percent"] for found in method["results"].values()]
    return any(median is not None for median, *_ in times)


def _never(summary):
    names = [f"`{m['method']}`" for m in summary["methods"] if not _is_there(m)]
    return f"Never, on every problem: {', '.join(names)}. " if names else ""


def _strict(summary):
    """On how many problems the best method is the fastest to the stricter target."""
    best, fastest = summary["methods"][0]["method"], []
    for problem in summary["problems"]:
        times = {
            method["method"]: found["seconds_to_0.1_percent"][0]
            for method in summary["methods"]
            if (found := method["results"].get(problem["label"]))
        }
        there = {name: t for name, t in times.items() if t is not None}
        fastest.append(min(there, key=there.get) if there else None)
    others = [name for name in dict.fromkeys(fastest) if name not in (None, best)]
    told = f"Within 0.1 %, {best} is fastest on {fastest.count(best)}"
    told += f" of {len(fastest)}"
    for name in others:
        told += f", {name} on {fastest.count(name)}"
    nobody = fastest.count(None)
    return told + (f", and no method gets there on {nobody}. " if nobody else ". ")


def _row(cells):
    return f"| {' | '.join(cells)} |"


def _cells(method, labels):
    times = [
        _time(found["seconds_to_1_percent"][0])
        if (found := method["results"].get(label))
        else _gap(method, label)
        for label in labels
    ]
    return [f"`{method['method']}`", f"{method['score']:.2f}", *times]


def _time(seconds):
    if seconds is None:
        return "never"
    return f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}"


def _what(summary):
    repetitions = {problem["repetitions"] for problem in summary["problems"]}
    return (
        "The target is a training loss within 1 % of the best known. "
        f"{_strict(summary)}The table has median seconds over {_span(repetitions)} "
        "draws. “never”: at least half of the draws did not reach the target in the "
        "time of a run. “–”: the method does not support such data:"
    )


def _how(summary):
    runs = summary["runs"].values()
    timeouts = _span({run["timeout"] for run in runs})
    where = "; ".join(dict.fromkeys(_machine(run) for run in runs))
    return (
        f"Each run had {timeouts} s, with evaluations ({where}). The score is 1 for a "
        "method that is always the fastest. It is 0 for one that always takes 100 "
        "times as long, or never reaches the target. `python -m leaderboard` measures "
        "all this again, and writes `results/leaderboard.json`."
    )


def _span(numbers):
    low, high = min(numbers), max(numbers)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _machine(run):
    machine = run["machine"]
    n = machine["threads"]
    note = f", {run['note']}" if run.get("note") else ""
    return f"{machine['cpu']}, {n} thread{'' if n == 1 else 's'}{note}"


def image(summary):
    """Return the picture: times over the shortest, shape (height, width, 3)."""
    table = ratios(summary)
    gaps = [
        [_gap(method, problem["label"]) for problem in summary["problems"]]
        for method in summary["methods"]
    ]
    gaps = pd.DataFrame(gaps, table.index, table.columns)
    note = f"{UNSUPPORTED}: the method does not support such data."
    if NOT_RUN in gaps.where(table.isna()).to_numpy():
        note += f" {NOT_RUN}: the method was left out."
    said = legend("a loss within 1 % of the best known", note)
    look = {"left": 1.9, "cell": 1.05, "letters": 13, "row": 0.34}
    return matrix(table, said=said, gaps=gaps, **look)


def _gap(method, label):
    """What stands for a problem without runs of a method."""
    return UNSUPPORTED if label in method.get("unsupported", ()) else NOT_RUN
