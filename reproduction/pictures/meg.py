"""Figure 7 and Table 1: atoms of MEG as maps and waveforms; correlations and times."""

import mne
import numpy as np

from benchmark_utils.dictionaries.rank_one import rank_one_factors
from benchmark_utils.sensors import sensor_info
from reproduction.claims.meg import comparison, finals, ours
from reproduction.pictures.canvas import BLUE, ORANGE, PURPLE, logarithmic

N_SHOWN = 6


def draw_atoms(figure, df):
    """Draw the map and the waveform of the most used atoms."""
    final = finals(df)[0]
    u, v = rank_one_factors(np.asarray(final["D"]))
    most_used = np.argsort(final["usage"])[::-1][:N_SHOWN]
    info = sensor_info(final["ch_names"], final["ch_loc"], final["sfreq"])
    seconds = np.arange(v.shape[1]) / final["sfreq"]
    figure.set_size_inches(9, 3.4)
    panels = figure.subplots(
        2, len(most_used), sharey="row", squeeze=False, height_ratios=[1.3, 1]
    )
    for number, (k, (above, below)) in enumerate(zip(most_used, panels.T, strict=True)):
        mne.viz.plot_topomap(u[k], info, axes=above, show=False, sensors=False)
        above.set_title(f"atom {number}")
        below.plot(seconds, v[k], color=BLUE, linewidth=1)
        below.set_xlabel("time (s)")


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
