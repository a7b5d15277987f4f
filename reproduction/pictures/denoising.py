"""Figure 5 left: PSNR against the number of layers, with the oracle's line."""

from reproduction.claims.denoising import evaluations, oracle
from reproduction.pictures.canvas import COLORS, GRAY, curve, logarithmic
from reproduction.rows import last


def draw(figure, df):
    """Draw the final PSNR, and beside it the way there in time."""
    rows = evaluations(df)
    top = oracle(rows)
    level = last(top)["psnr"].median()
    against_n, against_time = figure.subplots(1, 2, sharey=True)
    few = rows[~rows.index.isin(top.index)]
    for method, run in last(few).groupby("solver"):
        color = COLORS.get(method)
        curve(against_n, run, "n_layers", "psnr", label=method, marker=".", color=color)
    n_layers = f"oracle: AM, N = {top['n_layers'].max():.0f}"
    for axes in (against_n, against_time):
        axes.axhline(level, color=GRAY, linestyle="--", linewidth=1, label=n_layers)
    for label, run in [*few.groupby("label"), ("oracle", top)]:
        color = GRAY if label == "oracle" else COLORS.get(run["solver"].iloc[0])
        _way(against_time, run, color)
    logarithmic(against_n, "x")
    logarithmic(against_time, "x")
    against_n.set(xlabel="layers N", ylabel="PSNR (dB)")
    against_n.legend()
    against_time.set(xlabel="time (s)")


def _way(axes, run, color):
    first = run[run["rep"] == run["rep"].min()]
    axes.plot(first["time"], first["psnr"], color=color, alpha=0.6, linewidth=1)
