"""From the tables of runs to the summary that is committed."""

import numpy as np
import pandas as pd

from benchmark_utils.naming import MARK, shortened
from benchmark_utils.pages import answers, frozen, results, targets
from benchmark_utils.result_files import read_result
from leaderboard.answer import answered
from leaderboard.parts import NAMES, ROOT, Part
from reporting import records
from reporting.results import RESULTS

PATH = ROOT / RESULTS / "leaderboard.json"
LEVELS = {
    "seconds_to_1_percent": "loss within 1 % of the best",
    "seconds_to_0.1_percent": "loss within 0.1 % of the best",
}
# Classes of data, in the order of the table.
CLASSES = {
    "gaussian": "Gaussian",
    "superposition": "1000 atoms",
    "image_patches": "patches",
    "image": "whole image",
    "simulated_meg": "simulated MEG",
    "meg_sample": "MEG",
}


def read(parts=None):
    """Return the runs of the parts that were run, in one table.

    Raises
    ------
    FileNotFoundError
        If no part was run.
    """
    parts = [Part(name) for name in NAMES] if parts is None else parts
    tables = [read_result(part.table) for part in parts if part.table.is_file()]
    if not tables:
        raise FileNotFoundError(
            f"No table of runs in {parts[0].folder}: run `python -m leaderboard`."
        )
    return pd.concat(tables, ignore_index=True)


def best_losses(df):
    """Return the least loss of each repetition of each problem, to be frozen."""
    found = []
    for dataset, objective in df.groupby(["dataset_name", "objective_name"]).groups:
        for _, runs in results.select(df, dataset, objective).groupby("rep"):
            best = runs.loc[runs["value"].idxmin()]
            found.append({
                "dataset": dataset, "objective": objective,
                "initial": frozen.initial_loss(runs), "best": float(best["value"]),
                "solver": MARK.sub("", best["solver"]),
            })  # fmt: skip
    return found


def summarise(df, parts=None):
    """Return the summary of a table of runs, made of JSON's types.

    Parameters
    ----------
    df : DataFrame, see `read`
    parts : list of Part, optional
        Parts whose records are used. By default, all of them.
    """
    parts = [Part(name) for name in NAMES] if parts is None else parts
    times = {name: targets.reached(df, level) for name, level in LEVELS.items()}
    method = methods(times["seconds_to_1_percent"])
    times = {
        name: runs.assign(solver=runs["solver"].map(method))
        for name, runs in times.items()
    }
    near = times["seconds_to_1_percent"]
    problems, finals = _problems(df, near), _finals(df, method)
    made = {
        "targets": frozen.version(),
        "basis": answers.basis(near),
        "problems": problems,
        "methods": [
            {
                "method": name,
                "score": round(float(score), 3),
                "results": _results(times, finals, name, problems),
            }
            for name, score in targets.scores(near).items()
        ],
        "runs": {
            part.name: _circumstances(part) for part in parts if part.record.is_file()
        },
    }
    return answered(made)


def methods(times):
    """Return the method of each solver, without marks.

    Parameters are left out if no problem has two settings of a solver. The settings
    of a method may differ from problem to problem.
    """
    bare = {name: MARK.sub("", name) for name in times["solver"].unique()}
    family = {name: name.split("[")[0] for name in bare.values()}
    settings = times.assign(name=times["solver"].map(bare))
    settings = settings.assign(family=settings["name"].map(family))
    most = settings.groupby(["family", "problem"])["name"].nunique()
    most = most.groupby("family").max()
    return {
        full: family[name] if most[family[name]] == 1 else name
        for full, name in bare.items()
    }


def _problems(df, times):
    """Names of the problems, the class of each, in the order of the table."""
    found = list(dict.fromkeys(times["problem"]))
    datasets = [dataset for dataset, _ in found]
    order = list(CLASSES)
    problems = []
    for dataset, objective in found:
        kind = dataset.split("[")[0]
        rows = results.select(df, dataset, objective)
        label = CLASSES.get(kind, kind)
        if datasets.count(dataset) > 1:
            label += f", λ={rows['reg'].iloc[0]:g}"
        rank = order.index(kind) if kind in CLASSES else len(order)
        repetitions = int(rows["rep"].nunique())
        problem = {"label": label, "dataset": dataset, "objective": objective}
        problems.append((rank, problem | {"repetitions": repetitions}))
    return [problem for _, problem in sorted(problems, key=lambda pair: pair[0])]


def _results(times, finals, method, problems):
    """Results of a method on each problem that it was run on, by label."""
    found = {}
    for problem in problems:
        key = problem["dataset"], problem["objective"]
        seconds = {
            name: runs["time"][(runs["solver"] == method) & (runs["problem"] == key)]
            for name, runs in times.items()
        }
        if len(seconds["seconds_to_1_percent"]):
            spreads = {name: _spread(values) for name, values in seconds.items()}
            found[problem["label"]] = spreads | finals[(method, *key)]
    return found


def _finals(df, method):
    """Median loss and recovered atoms at the end of the runs, by method and problem."""
    rows = results.every_row(df)
    short = shortened(rows["solver"].unique())
    rows = rows.assign(
        solver=rows["solver"].map(short).map(method),
        dataset=df["dataset_name"], objective=df["objective_name"],
    )  # fmt: skip
    key = ["solver", "dataset", "objective"]
    last = rows.sort_values("stop_val", kind="stable").groupby([*key, "rep"]).last()
    medians = last.groupby(key)[["value", "recovered_atoms"]].median()
    return {
        index: {"loss": _number(loss), "recovered_atoms": _number(recovered)}
        for index, loss, recovered in medians.itertuples()
    }


def _spread(values):
    """Median, least and largest. None stands for never."""
    low, median, high = np.quantile(values, [0, 0.5, 1], method="inverted_cdf")
    return [_number(value) for value in (median, low, high)]


def _number(value):
    return float(f"{value:.5g}") if np.isfinite(value) else None


def _circumstances(part):
    """The record of a part. Older ones lack what its run file asked for."""
    return part.asked_for() | records.read(part.record)
