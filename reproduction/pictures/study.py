"""The study of autoencoders: recovery against time, signals and sparsity; codes."""

import numpy as np

from benchmark_utils.pages.styles import METHODS
from reproduction.claims.study_codes import cells, end_points, layer_gaps
from reproduction.claims.study_needs import recovery_by_signals, recovery_by_sparsity
from reproduction.claims.study_rows import by_size, evaluations
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
    (panels,) = by_dataset(figure, evaluations(df, time="time"))
    for axes, rows in panels:
        for method in dict.fromkeys(rows["method"]):
            _draw_runs(axes, method, _best_setting(rows[rows["method"] == method]))
        logarithmic(axes, "x")
        axes.set(xlabel="time (s)")
    panels[0][0].set(ylabel=SHARE)
    figure.suptitle(LINES, x=0.01, ha="left", fontsize=9)
    _legend(figure, panels)


def _draw_runs(axes, method, runs):
    color, marker = _look(method)
    for _, run in runs[runs["time"] > 0].groupby("rep"):
        axes.plot(
            run["time"], run["recovered"], _line(method), color=color, label=method,
            drawstyle="steps-post", linewidth=1.2, marker=marker, markersize=4,
        )  # fmt: skip


def _best_setting(runs):
    """Return the runs of the setting that recovers most, the median at the end."""
    final = runs.groupby(["label", "rep"])["recovered"].last().groupby("label")
    return runs[runs["label"] == final.median().idxmax()]


def draw_cells(figure, df):
    """Draw loss and F1 of both dictionaries with own and with certified codes."""
    names = {"loss": "loss of held-out signals", "f1": "F1 of the support"}
    rows = by_dataset(figure, cells(df), n_rows=2)
    for panels, (column, title) in zip(rows, names.items(), strict=True):
        for axes, found in panels:
            _draw_bars(axes, found, column)
        panels[0][0].set(ylabel=title)
    _legend(figure, rows[0])


def _draw_bars(axes, found, column):
    places = np.arange(len(found))
    for shift, kind, color in ((-0.2, "own", ORANGE), (0.2, "certified", BLUE)):
        values = found[f"{kind}_{column}"]
        axes.bar(places + shift, values, 0.4, color=color, label=f"{kind} codes")
    axes.set_xticks(places, [f"{name}'s atoms" for name in found["solver"]])


def draw_signals(figure, df):
    """Draw recovery against signals an atom for each method."""
    (panels,) = by_dataset(figure, recovery_by_signals(df), "n_atoms")
    for axes, table in panels:
        for method, rows in table.groupby("method", sort=False):
            color, marker = _look(method)
            axes.plot(
                rows["per_atom"], rows["recovered"], _line(method),
                color=color, marker=marker, markersize=4, label=method,
            )  # fmt: skip
        logarithmic(axes, "x")
        axes.set(xlabel="signals an atom")
    panels[0][0].set(ylabel=SHARE)
    _legend(figure, panels)


def draw_layers(figure, df):
    """Draw the amortisation gap of LISTA against its layers, before and after."""
    (panels,) = by_dataset(figure, layer_gaps(df))
    for axes, rows in panels:
        for when, color in (("before", GRAY), ("after", BLUE)):
            axes.plot(rows["n_layers"], rows[when], "o-", color=color, label=when)
        logarithmic(axes, "y")
        axes.set(xlabel="layers N of LISTA")
    panels[0][0].set(ylabel="amortisation gap")
    panels[0][0].legend(title="learning")


def draw_variance(figure, df):
    """Draw recovery against explained variance, a point a setting."""
    points = end_points(df)
    points["method"] = points["label"].str.split("[").str[0]
    (panels,) = by_dataset(figure, points)
    for axes, table in panels:
        for method, rows in table.groupby("method", sort=False):
            color, marker = _look(method)
            at = rows["explained"], rows["recovered"]
            axes.plot(*at, marker, color=color, label=method)
        axes.set(xlabel="explained variance (certified codes)")
    panels[0][0].set(ylabel=SHARE)
    _legend(figure, panels)


def draw_sparsity(figure, df):
    """Draw recovery against λ, and for autoencoders with k against k."""
    rows = by_dataset(figure, recovery_by_sparsity(df), n_rows=2)
    for panels, (column, name) in zip(
        rows, (("reg", "λ"), ("k", "codes k")), strict=True
    ):
        for axes, table in panels:
            _draw_sparsity_of(axes, table, column)
            logarithmic(axes, "x")
            axes.set(xlabel=name, ylim=(-0.05, 1.05))
    rows[0][0][0].set(ylabel=SHARE)
    _legend(figure, rows[0] + rows[1])


def _draw_sparsity_of(axes, table, column):
    """The methods with a k against k, at their best λ, or the others against λ."""
    for method, rows in table.groupby("method"):
        has_k = rows["k"].nunique() > 1
        if has_k != (column == "k"):
            continue
        if has_k:
            best = rows.loc[rows["recovered"].idxmax(), "reg"]
            rows = rows[rows["reg"] == best]
        color, marker = _look(method)
        look = {"color": color, "marker": marker, "label": method}
        axes.plot(rows[column], rows["recovered"], **look)


def by_dataset(figure, table, column="dataset", n_rows=1):
    """Panels for the datasets of a table, one beside the other, the smallest first.

    Parameters
    ----------
    figure : matplotlib Figure
    table : DataFrame
    column : str
        Names of the datasets, or numbers of atoms.
    n_rows : int
        Panels for each dataset.

    Returns
    -------
    list of list of pair of Axes and DataFrame
        A list for each row. The rows of the table are those of the dataset.
    """
    sizes = by_size(table, column)
    if len(sizes) == 1:  # its panels stand beside each other
        return [
            [(axes, table)] for axes in figure.subplots(1, n_rows, squeeze=False)[0]
        ]
    figure.set_size_inches(1.6 + 2.6 * len(sizes), 1 + 2.2 * n_rows)
    grid = figure.subplots(n_rows, len(sizes), squeeze=False, sharey="row")
    for axes, name in zip(grid[0], sizes, strict=True):
        axes.set_title(name)
    return [list(zip(row, sizes.values(), strict=True)) for row in grid]


def _look(method):
    """Return the colour and the marker of a method, such as "SAE topk"."""
    solver, _, activation = method.partition(" ")
    return ACTIVATIONS[activation] if activation else METHODS[solver]


def _line(method):
    return "--" if method.startswith(("SAE", "LISTA")) else "-"


def _legend(figure, panels):
    """One legend, beside all panels."""
    known = {}
    for axes, _ in panels:
        handles, labels = axes.get_legend_handles_labels()
        known = dict(zip(labels, handles, strict=True)) | known
    figure.legend(known.values(), known.keys(), loc="outside right center")
