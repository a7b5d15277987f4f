"""Figure 7 and Table 1: atoms of MEG as maps and waveforms; correlations and times."""

from benchmark_utils import topographies
from reproduction.claims.meg import comparison, finals, ours
from reproduction.pictures.canvas import ORANGE, PURPLE, logarithmic

N_SHOWN = 6


def draw_atoms(figure, df):
    """Draw learned atoms beside the most important ones that alphacsc finds."""
    final = finals(df)[0]
    atoms = topographies.chosen_atoms(final, N_SHOWN)
    topographies.draw_atoms(figure, atoms, final)


def draw_comparison(figure, df):
    """Draw the mean correlations with alphacsc's atoms against time."""
    table = comparison(df)
    axes = figure.subplots()
    logarithmic(axes, "x")
    settings = set(ours(table).index)
    for label, row in table.iterrows():
        color = ORANGE if label in settings else PURPLE
        axes.plot(row["time"], row["mean"], "o", color=color)
        axes.annotate(
            label.replace("[", "\n["), (row["time"], row["mean"]), fontsize=7,
            xytext=(5, 0), textcoords="offset points", va="center",
        )  # fmt: skip
    axes.axhspan(0.8, 0.9, color="#eeeeee", zorder=0)
    axes.margins(x=0.35, y=0.2)
    axes.set(xlabel="time (s)", ylabel="mean correlation with alphacsc's atoms")
