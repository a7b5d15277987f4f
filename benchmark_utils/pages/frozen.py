"""The best losses known of the leaderboard's problems. Each version is a file.

A problem is recognised by its names and by the loss of its initial dictionary. Other
signals, seeds or versions of the data give another initial loss.
"""

import functools
import json
import re
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent  # where the files targets_v*.json are
# Largest relative difference of two initial losses of one problem. Losses are certified
# to 1e-6. Those of other draws of the same data can be as near as 1e-4.
SAME = 5e-6
BEATEN = 1e-4  # share of a loss, well above its certified error


def version():
    """Return the number of the newest file, or 0 if there is none."""
    names = [path.stem for path in FOLDER.glob("targets_v*.json")]
    return max((int(re.search(r"\d+", name)[0]) for name in names), default=0)


def best_known(dataset, objective, initial):
    """Return the best known loss of one repetition of a problem, or NaN.

    Parameters
    ----------
    dataset, objective : str
        Their names in a result table.
    initial : float
        The loss of the initial dictionary.
    """
    for start in _known().get((dataset, objective), ()):
        if _same(start, initial):
            return start["best"]
    return np.nan


def _same(start, initial):
    return abs(start["initial"] - initial) <= SAME * abs(start["initial"])


def initial_loss(runs):
    """Return the loss of the initial dictionary, one for all runs of a repetition."""
    return float(runs.loc[runs["stop_val"] == 0, "value"].median())


def better(found):
    """Return a sentence for each loss that is new, or below the best known one.

    Parameters
    ----------
    found : list of dict
        ``dataset``, ``objective``, ``initial``, ``best`` and ``solver`` of repetitions.
    """
    said = []
    for run in _news(found):
        what = f"{run['dataset']}, {run['objective']}: {run['solver']} has"
        was = "none is known" if np.isnan(run["was"]) else f"known is {run['was']:.6g}"
        said.append(f"{what} the loss {run['best']:.6g}, {was}")
    return said


def freeze(found):
    """Write the next version of the file, if a loss is new or better.

    Parameters
    ----------
    found : list of dict, see `better`

    Returns
    -------
    changes : list of str
        Sentences as of `better`. Empty if no file was written.
    """
    known = {key: list(starts) for key, starts in _known().items()}
    changes = better(found)
    for run in _news(found):
        starts = known.setdefault((run["dataset"], run["objective"]), [])
        starts[:] = [start for start in starts if not _same(start, run["initial"])]
        starts.append({name: run[name] for name in ("initial", "best", "solver")})
    if changes:
        _write(known, version() + 1)
    return changes


def _news(found):
    """Losses that are new or better, each with the best loss that `was` known."""
    for run in found:
        was = best_known(run["dataset"], run["objective"], run["initial"])
        if not was - run["best"] <= BEATEN * abs(was):
            yield run | {"was": was}


def _write(known, number):
    problems = [
        {"dataset": dataset, "objective": objective, "starts": starts}
        for (dataset, objective), starts in known.items()
    ]
    content = {"version": number, "problems": problems}
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (FOLDER / f"targets_v{number}.json").write_text(text + "\n", encoding="utf-8")


def _known():
    return _read(FOLDER, version())


@functools.cache
def _read(folder, number):
    if not number:
        return {}
    text = (folder / f"targets_v{number}.json").read_text(encoding="utf-8")
    problems = json.loads(text)["problems"]
    return {(p["dataset"], p["objective"]): p["starts"] for p in problems}
