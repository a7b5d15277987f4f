"""Figure 7 and Table 1: atoms of MEG as maps and waveforms; correlations and times."""

import itertools

from benchmark_utils.pages import matched_atoms, topographies
from reproduction.claims.agreement_curves import comparison, ours
from reproduction.claims.meg import finals
from reproduction.pictures.canvas import ORANGE, PURPLE, logarithmic

N_SHOWN = 6
MARKERS = "osD^vPX*"


def draw_atoms(figure, df):
    """Draw learned atoms beside the most important ones that alphacsc finds."""
    final = finals(df)[0]
    atoms = matched_atoms.in_order(final)[:N_SHOWN]
    topographies.draw_atoms(figure, atoms, final)


def draw_comparison(figure, df, known):
    """Draw the mean correlations with known atoms against time.

    Parameters
    ----------
    figure : matplotlib Figure
    df : DataFrame
    known : str
        Whose atoms these are.
    """
    table = comparison(df)
    axes = figure.subplots()
    logarithmic(axes, "x")
    settings = ours(table).index
    for marker, (i, row) in zip(itertools.cycle(MARKERS), table.iterrows()):
        color = ORANGE if i in settings else PURPLE
        named = row["label"].replace("[", "\n").removesuffix("]").replace(",", ", ")
        axes.plot(row["time"], row["mean"], marker, color=color, label=named)
    axes.axhspan(0.8, 0.9, color="#eeeeee", zorder=0)
    axes.margins(x=0.2, y=0.2)
    axes.set(xlabel="time (s)", ylabel=f"mean correlation with {known} atoms")
    figure.legend(loc="outside right center")
