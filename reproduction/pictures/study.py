"""The study of autoencoders: recovery against time, signals and sparsity; codes."""

import numpy as np

from benchmark_utils.pages.styles import METHODS
from reproduction.claims.study_codes import cells, end_points, layer_gaps
from reproduction.claims.study_needs import recovery_by_signals, recovery_by_sparsity
from reproduction.claims.study_rows import evaluations
from reproduction.pictures.canvas import BLUE, GRAY, ORANGE, logarithmic

SHARE = "recovered atoms (share)"
# Of the activations of SAE. Other methods look as they do on the page.
ACTIVATIONS = {
    "relu": ("#E69F00", "o"),
    "topk": ("#009E73", "s"),
    "batchtopk": ("#0072B2", "D"),
    "matryoshka": ("#8C564B", "v"),
    "jumprelu": ("#56B4E9", "X"),
}
LINES = (
    "The best setting of each method. A line is a repetition, a marker an evaluation.\n"
    "Dashed: autoencoders and LISTA."
)


def draw_time(figure, df):
    """Draw, for each method, the recovery of its best setting against time.

    A marker is an evaluation. A dictionary counts from there until the next one.
    """
    rows = evaluations(df, time="time")
    axes = figure.subplots()
    for method in dict.fromkeys(rows["method"]):
        color, marker = _look(method)
        best = _best_setting(rows[rows["method"] == method])
        for rep, run in best[best["time"] > 0].groupby(["dataset", "rep"]):
            axes.plot(
                run["time"], run["recovered"], _line(method), color=color,
                drawstyle="steps-post", linewidth=1.2, marker=marker, markersize=4,
                label=method if rep[1] == best["rep"].min() else None,
            )  # fmt: skip
    logarithmic(axes, "x")
    axes.set(xlabel="time (s)", ylabel=SHARE)
    axes.set_title(LINES, loc="left")
    _legend(figure, axes)


def _best_setting(runs):
    """Return the runs of the setting that recovers most, the median at the end."""
    final = runs.groupby(["label", "rep"])["recovered"].last().groupby("label")
    return runs[runs["label"] == final.median().idxmax()]


def draw_cells(figure, df):
    """Draw loss and F1 of both dictionaries with own and with certified codes."""
    table = cells(df)
    names = {"loss": "loss of held-out signals", "f1": "F1 of the support"}
    panels = figure.subplots(1, 2)
    for axes, (column, title) in zip(panels, names.items(), strict=True):
        found = table.groupby("solver")[[f"own_{column}", f"certified_{column}"]].mean()
        places = np.arange(len(found))
        for shift, kind, color in ((-0.2, "own", ORANGE), (0.2, "certified", BLUE)):
            values = found[f"{kind}_{column}"]
            axes.bar(places + shift, values, 0.4, color=color, label=f"{kind} codes")
        axes.set_xticks(places, [f"atoms of {name}" for name in found.index])
        axes.set(ylabel=title)
    panels[0].legend(loc="lower center")


def draw_signals(figure, df):
    """Draw recovery against signals an atom for each method."""
    table = recovery_by_signals(df)
    axes = figure.subplots()
    for method in dict.fromkeys(table["method"]):
        color, marker = _look(method)
        for _, rows in table[table["method"] == method].groupby("n_atoms"):
            axes.plot(
                rows["per_atom"], rows["recovered"], _line(method),
                color=color, marker=marker, markersize=4, label=method,
            )  # fmt: skip
    logarithmic(axes, "x")
    axes.set(xlabel="signals an atom", ylabel=SHARE)
    _legend(figure, axes)


def draw_layers(figure, df):
    """Draw the amortisation gap of LISTA against its layers, before and after."""
    axes = figure.subplots()
    for _, rows in layer_gaps(df).groupby("dataset"):
        for when, color in (("before", GRAY), ("after", BLUE)):
            axes.plot(rows["n_layers"], rows[when], "o-", color=color, label=when)
    logarithmic(axes, "y")
    axes.set(xlabel="layers N of LISTA", ylabel="amortisation gap")
    axes.legend(title="learning")


def draw_variance(figure, df):
    """Draw recovery against explained variance, a point a setting."""
    table = end_points(df)
    axes = figure.subplots()
    table["method"] = table["label"].str.split("[").str[0]
    for method, rows in table.groupby("method", sort=False):
        color, marker = _look(method)
        axes.plot(
            rows["explained"], rows["recovered"], marker, color=color, label=method
        )
    axes.set(xlabel="explained variance (certified codes)", ylabel=SHARE)
    _legend(figure, axes)


def draw_sparsity(figure, df):
    """Draw recovery against λ, and for autoencoders with k against k."""
    table = recovery_by_sparsity(df)
    panels = figure.subplots(1, 2, sharey=True)
    for (method, _), rows in table.groupby(["method", "dataset"]):
        has_k = rows["k"].nunique() > 1
        if has_k:
            best = rows.loc[rows["recovered"].idxmax(), "reg"]
            rows = rows[rows["reg"] == best]
        column, axes = ("k", panels[1]) if has_k else ("reg", panels[0])
        color, marker = _look(method)
        look = {"color": color, "marker": marker, "label": method}
        axes.plot(rows[column], rows["recovered"], **look)
    for axes, name in zip(panels, ("λ", "codes k"), strict=True):
        logarithmic(axes, "x")
        axes.set(xlabel=name)
        if axes.lines:
            axes.legend()
    panels[0].set(ylabel=SHARE)


def _look(method):
    """Return the colour and the marker of a method, such as "SAE topk"."""
    solver, _, activation = method.partition(" ")
    return ACTIVATIONS[activation] if activation else METHODS[solver]


def _line(method):
    return "--" if method.startswith(("SAE", "LISTA")) else "-"


def _legend(figure, axes):
    handles, labels = axes.get_legend_handles_labels()
    known = dict(zip(labels, handles, strict=True))
    figure.legend(known.values(), known.keys(), loc="outside right center")
