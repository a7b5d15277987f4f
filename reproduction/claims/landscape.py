"""Figures 5 centre and right, and B: are local minima alike? (§3.1)"""

import itertools

import numpy as np
import pandas as pd

from benchmark_utils.pages import minima
from benchmark_utils.scoring.scores import scores_between
from reproduction.rows import last, need, tidy
from reproduction.verdict import Untestable, claim, graded

LOW_NOISE = 10  # dB
INNER = 0.5  # of the plane, about the minimum
QUARTER = 0.25 + 1e-9  # of the line


def psnrs(df):
    """Return the final PSNR of the network's codes of each run, with its `snr` and the
    PSNR of the initial dictionary (`start`)."""
    rows = tidy(df, snr="p_dataset_snr", psnr="objective_psnr_network")
    rows = rows.dropna(subset=["snr"])
    runs = rows.groupby(["dataset", "label", "rep"])["psnr"]
    return last(rows.assign(start=runs.transform("first")))


def scores(df):
    """Return the recovery score between each two dictionaries, with their `snr`, and
    that between the initial ones (`chance`)."""
    need(df, "p_dataset_snr", "final_results")
    found = []
    for snr, runs in df.groupby("p_dataset_snr"):
        finals = [f for f in runs["final_results"] if isinstance(f, dict)]
        learned = scores_between([np.asarray(final["D"]) for final in finals])
        initial = [np.asarray(final["D_history"][0], float) for final in finals]
        both = zip(learned, scores_between(initial), strict=True)
        found += [(float(snr), *pair) for pair in both]
    if not found:
        raise Untestable("there are no two dictionaries from different inits")
    return pd.DataFrame(found, columns=["snr", "score", "chance"])


def psnrs_by_snr(df):
    """Return the `range` of the final PSNRs at each `snr`, over so many `inits`, and
    the median `gain` over the initial dictionaries."""
    rows = psnrs(df)
    groups = rows.assign(gain=rows["psnr"] - rows["start"]).groupby("snr")
    found = groups["psnr"].agg(inits="size", lowest="min", highest="max")
    found["range"] = found.pop("highest") - found.pop("lowest")
    return found.assign(gain=groups["gain"].median()).reset_index()


def agreements(df):
    """Return the median `score` of dictionaries at each `snr`, over so many `pairs`,
    and that of the initial ones (`chance`)."""
    groups = scores(df).groupby("snr")
    found = groups["score"].agg(pairs="size", score="median")
    return found.assign(chance=groups["chance"].median()).reset_index()


@claim(
    "Local minima are alike in PSNR when noise is low, more than when it is high.",
    psnrs_by_snr,
)
def alike_in_psnr(table):
    """At each SNR: the range over initial dictionaries (largest less smallest) of the
    PSNR of the network's codes, and the gain of its median over the initial ones. They
    are alike if the range is at most 1 dB and at most half of the gain, without which
    nothing was learned. Holds if they are alike at each SNR of 10 dB or more, and the
    range at the highest SNR is at most half of that at the lowest one: the paper's
    contrast with the noise. In part if only the first is true.
    """
    found = table.set_index("snr").sort_index()
    if table["inits"].max() < 2:
        raise Untestable("there is one initial dictionary only")
    low = found[found.index >= LOW_NOISE]
    if low.empty or len(found) < 2:
        raise Untestable("it takes an SNR of 10 dB or more, and a lower one")
    alike = ((low["range"] <= 1) & (low["range"] <= low["gain"] / 2)).all()
    contrast = low["range"].iloc[-1] <= found["range"].iloc[0] / 2
    measured = {
        f"range at SNR {snr:g} dB (dB)": f"{row['range']:.2g}, gain {row['gain']:.2g}"
        for snr, row in found.iterrows()
    }
    return graded(alike and contrast, alike), measured


@claim(
    "Dictionaries from different initial ones agree more when noise is low.",
    agreements,
)
def alike_in_atoms(table):
    """Median recovery score between each two dictionaries at each SNR; chance is that
    between the initial ones. Holds if the score at the highest SNR exceeds that at the
    lowest, and chance, by 0.1 or more; in part if it exceeds both by 0.02 or more.
    """
    found = table.set_index("snr").sort_index()
    if len(found) < 2:
        raise Untestable("there is one SNR only")
    highest = found.iloc[-1]
    gain = highest["score"] - max(found["score"].iloc[0], highest["chance"])
    measured = {
        f"score at SNR {s:g} dB": round(v, 3) for s, v in found["score"].items()
    }
    measured["chance"] = round(highest["chance"], 3)
    return graded(gain >= 0.1, gain >= 0.02), measured


def lines_and_starts(df):
    """Return the losses on the lines between pairs of minima.

    Returns
    -------
    DataFrame
        Column `place`, 0 and 1 at the two minima, and two columns a pair: `pair 1`, its
        losses, and `start 1`, the smaller one of the losses of the two initial
        dictionaries, at every place.
    """
    found = list(itertools.chain.from_iterable(map(minima.pairs, _minima(df))))
    if not found:
        raise Untestable("there are no two minima of one problem")
    if any(m.D_init is None for pair in found for m in pair):
        raise Untestable("the runs have not kept their initial dictionaries")
    columns = {"place": minima.SHARES}
    for i, pair in enumerate(found, start=1):
        columns[f"pair {i}"] = minima.line_between(*pair)
        columns[f"start {i}"] = min(m.loss(m.D_init) for m in pair)
    return pd.DataFrame(columns)


def lines(table):
    """Return the losses on the lines of a table, without the starts, by `place`."""
    return table.set_index("place").filter(like="pair")


@claim("Local minima of approximate dictionary learning are similar.", lines_and_starts)
def alike_in_loss(table):
    """A pair of dictionaries, learned from different initial ones, is alike if their
    losses differ by at most 5 % and each lies in a valley of its own: on the line, the
    loss half way is 1 % or more above both, and none within a quarter of the line is
    more than 2 % below that of the dictionary. Both were learned: their losses are 5 %
    or more below those of the initial ones. Holds if 9 pairs in 10 are, in part if half
    are.
    """
    places = table["place"].to_numpy()
    losses = lines(table).to_numpy().T
    starts = table.filter(like="start").iloc[0].to_numpy()
    ends = losses[:, [np.abs(places - end).argmin() for end in (0, 1)]]
    gaps = ends.max(axis=1) / ends.min(axis=1) - 1
    lowest = [losses[:, np.abs(places - end) <= QUARTER].min(axis=1) for end in (0, 1)]
    falls = np.max(1 - np.transpose(lowest) / ends, axis=1)
    barrier = losses[:, np.abs(places - 0.5).argmin()] / ends.max(axis=1) - 1
    learned = 1 - ends.max(axis=1) / starts
    alike = (gaps <= 0.05) & (falls <= 0.02) & (barrier >= 0.01) & (learned >= 0.05)
    measured = {
        "pairs": len(losses),
        "losses differ by (median)": f"{np.median(gaps):.2%}",
        "losses differ by (largest)": f"{gaps.max():.2%}",
        "loss half way above both (median)": f"{np.median(barrier):.2%}",
        "lowest loss nearby is below by (largest)": f"{falls.max():.2%}",
        "losses below the initial ones (smallest)": f"{learned.min():.2%}",
        "pairs alike": f"{alike.mean():.0%}",
    }
    return graded(alike.mean() >= 0.9, alike.mean() >= 0.5), measured


def plane(df):
    """Return the losses on the plane around the first minimum.

    Returns
    -------
    DataFrame
        Columns `first` and `second`, steps along the two directions, and `loss`.
    """
    found = [m for group in _minima(df) for m in group]
    if not found:
        raise Untestable("the runs have kept no problem: landscape=True does")
    first, second = np.meshgrid(minima.STEPS, minima.STEPS, indexing="ij")
    losses = minima.plane_around(found[0])
    columns = {"first": first, "second": second, "loss": losses}
    return pd.DataFrame({name: grid.ravel() for name, grid in columns.items()})


def grid(table):
    """Return the steps and the losses of a table of `plane`, shape (steps, steps)."""
    losses = table.pivot(index="first", columns="second", values="loss")
    return losses.index.to_numpy(), losses.to_numpy()


@claim("Around a minimum the loss is smooth and behaves like a convex function.", plane)
def locally_convex(table):
    """On the plane, up to half a step of unit norm from the minimum along each
    direction: the share of second differences, along both, that is not negative.
    Holds if it is 95 % or more, in part if it is 80 % or more; and if the centre is the
    lowest point, without which it is no minimum.
    """
    steps, losses = grid(table)
    inner = np.abs(steps) <= INNER
    centre = np.abs(steps[inner]).argmin()
    losses = losses[np.ix_(inner, inner)]
    bends = [np.diff(losses, 2, axis=axis).ravel() for axis in (0, 1)]
    share = np.mean(np.concatenate(bends) >= -1e-6 * losses.max())
    excess = losses[centre, centre] / losses.min() - 1
    measured = {
        "convex": f"{share:.1%} of the second differences",
        "loss of the centre above the lowest": f"{excess:.2%}",
    }
    lowest = excess <= 1e-3
    return graded(lowest and share >= 0.95, lowest and share >= 0.8), measured


def _minima(df):
    """Return the lists of minima of each dataset, objective and solver."""
    keys = ["dataset_name", "objective_name", "solver_name"]
    need(df, *keys, "final_results")
    return [minima.find(df, *names) for names, _ in df.groupby(keys, sort=False)]
