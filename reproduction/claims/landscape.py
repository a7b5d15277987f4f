"""Figure 5 centre: are dictionaries from different initial ones alike? (§3.1)"""

import numpy as np
import pandas as pd

from benchmark_utils.scoring.scores import scores_between
from reproduction.rows import last, need, tidy
from reproduction.verdict import Untestable, claim, graded

LOW_NOISE = 10  # dB
INITS = 5  # initial dictionaries, at least
NEAR = 0.02  # scores that differ by less are equal


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
    the median `gain` over the initial dictionaries. A run without a PSNR leaves none of
    the range."""
    rows = psnrs(df)
    groups = rows.assign(gain=rows["psnr"] - rows["start"]).groupby("snr")
    found = groups["psnr"].agg(inits="size", n="count", lowest="min", highest="max")
    found["range"] = found.pop("highest") - found.pop("lowest")
    found["range"] = found["range"].where(found.pop("n") == found["inits"])
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
    """At each SNR: the range over initial dictionaries, five or more (largest less
    smallest), of the PSNR of the network's codes, and its median gain over the initial
    ones. The paper has the average, the smallest and the largest one. They
    are alike if the range is at most 1 dB and at most half of the gain, without which
    nothing was learned. Holds if they are alike at each SNR of 10 dB or more, and the
    range at the highest SNR is at most half of that at the lowest one: the paper's
    contrast with the noise. In part if only the first is true.
    """
    found = table.set_index("snr").sort_index()
    if table["inits"].min() < INITS:
        raise Untestable(f"it takes {INITS} initial dictionaries or more at each SNR")
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
    """Median recovery score between each two dictionaries, from five initial ones or
    more, at each SNR; chance is that between the initial ones. The paper has no number
    for it. Holds if the score at the highest SNR exceeds chance and that at the lowest
    by 0.1 or more, and is at most 0.02 below that of any other SNR; in part if it
    exceeds both by 0.02 or more.
    """
    found = table.set_index("snr").sort_index()
    if len(found) < 2:
        raise Untestable("there is one SNR only")
    if found["pairs"].min() < INITS * (INITS - 1) // 2:
        raise Untestable(f"it takes {INITS} initial dictionaries or more at each SNR")
    highest = found.iloc[-1]
    gain = highest["score"] - max(found["score"].iloc[0], highest["chance"])
    measured = {
        f"score at SNR {s:g} dB": round(v, 3) for s, v in found["score"].items()
    }
    measured["chance"] = round(highest["chance"], 3)
    is_top = highest["score"] >= found["score"].max() - NEAR
    return graded(gain >= 0.1 and is_top, gain >= NEAR), measured
