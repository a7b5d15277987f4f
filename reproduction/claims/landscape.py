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
    """Return the final PSNR of the network's codes of each run, with its `snr`."""
    rows = tidy(df, snr="p_dataset_snr", psnr="objective_psnr_network")
    return last(rows.dropna(subset=["snr"]))


def scores(df):
    """Return the recovery score between each two dictionaries, with their `snr`."""
    need(df, "p_dataset_snr", "final_results")
    found = []
    for snr, runs in df.groupby("p_dataset_snr"):
        finals = [f for f in runs["final_results"] if isinstance(f, dict)]
        between = scores_between([np.asarray(final["D"]) for final in finals])
        found += [(float(snr), score) for score in between]
    if not found:
        raise Untestable("there are no two dictionaries from different inits")
    return pd.DataFrame(found, columns=["snr", "score"])


def psnr_ranges(df):
    """Return the `range` of the final PSNRs at each `snr`, over so many `inits`."""
    groups = psnrs(df).groupby("snr")["psnr"]
    found = groups.agg(inits="size", lowest="min", highest="max").reset_index()
    found["range"] = found.pop("highest") - found.pop("lowest")
    return found


def median_agreements(df):
    """Return the median `score` of dictionaries at each `snr`, over so many `pairs`."""
    groups = scores(df).groupby("snr")["score"]
    return groups.agg(pairs="size", score="median").reset_index()


@claim("When noise is low, all local minima are alike in PSNR.", psnr_ranges)
def alike_in_psnr(table):
    """At each SNR of 10 dB or more: the range over initial dictionaries (largest less
    smallest) of the PSNR of the network's codes. Holds if it is at most 1 dB at each,
    in part if at some.
    """
    ranges = table.set_index("snr")["range"]
    if table["inits"].max() < 2:
        raise Untestable("there is one initial dictionary only")
    low = ranges[ranges.index >= LOW_NOISE]
    if low.empty:
        raise Untestable("there is no SNR of 10 dB or more")
    near = low <= 1
    measured = {f"PSNR range at SNR {s:g} dB (dB)": r for s, r in ranges.items()}
    return graded(near.all(), near.any()), measured


@claim(
    "Dictionaries from different initial ones agree more when noise is low.",
    median_agreements,
)
def alike_in_atoms(table):
    """Median recovery score between each two dictionaries at each SNR. Holds if the
    one at the highest SNR exceeds that at the lowest by 0.1 or more, in part if at all.
    """
    found = table.set_index("snr")["score"]
    if len(found) < 2:
        raise Untestable("there is one SNR only")
    gain = found.iloc[-1] - found.iloc[0]
    measured = {f"score at SNR {s:g} dB": round(v, 3) for s, v in found.items()}
    return graded(gain >= 0.1, gain > 0), measured


def lines(df):
    """Return the losses on the lines between pairs of minima.

    Returns
    -------
    DataFrame
        Column `place`, 0 and 1 at the two minima, and a column of losses a pair.
    """
    found = list(itertools.chain.from_iterable(map(minima.pairs, _minima(df))))
    if not found:
        raise Untestable("there are no two minima of one problem")
    losses = {
        f"pair {i}": minima.line_between(*pair) for i, pair in enumerate(found, start=1)
    }
    return pd.DataFrame({"place": minima.SHARES, **losses})


@claim("Local minima of approximate dictionary learning are similar.", lines)
def alike_in_loss(table):
    """A pair of dictionaries, learned from different initial ones, is alike if their
    losses differ by at most 5 % and each lies in a valley of its own: on the line, the
    loss half way is above both, and none within a quarter of the line is more than
    2 % below that of the dictionary. Holds if 9 pairs in 10 are, in part if half are.
    """
    places = table["place"].to_numpy()
    losses = table.drop(columns="place").to_numpy().T
    ends = losses[:, [np.abs(places - end).argmin() for end in (0, 1)]]
    gaps = ends.max(axis=1) / ends.min(axis=1) - 1
    lowest = [losses[:, np.abs(places - end) <= QUARTER].min(axis=1) for end in (0, 1)]
    falls = np.max(1 - np.transpose(lowest) / ends, axis=1)
    barrier = losses[:, np.abs(places - 0.5).argmin()] / ends.max(axis=1) - 1
    alike = (gaps <= 0.05) & (falls <= 0.02) & (barrier > 0)
    measured = {
        "pairs": len(losses),
        "losses differ by (median)": f"{np.median(gaps):.2%}",
        "losses differ by (largest)": f"{gaps.max():.2%}",
        "loss half way above both (median)": f"{np.median(barrier):.2%}",
        "lowest loss nearby is below by (largest)": f"{falls.max():.2%}",
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
    Holds if it is 95 % or more and the centre is the lowest point, in part if it is
    80 % or more.
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
    return graded(share >= 0.95 and excess <= 1e-3, share >= 0.8), measured


def _minima(df):
    """Return the lists of minima of each dataset, objective and solver."""
    keys = ["dataset_name", "objective_name", "solver_name"]
    need(df, *keys, "final_results")
    return [minima.find(df, *names) for names, _ in df.groupby(keys, sort=False)]
