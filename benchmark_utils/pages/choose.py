"""Which λ, and how many atoms? A table of settings, and the rule that chooses one.

The rule: of the settings whose prediction of hidden features is within one standard
error of the best (L. Breiman et al., Classification and Regression Trees, 1984), and
whose atoms are the same from one seed to another, the one with fewest atoms; of these,
the one with the largest λ.
"""

import re
from itertools import combinations

import numpy as np
import pandas as pd

from benchmark_utils.pages import results
from benchmark_utils.scoring.scores import (
    correlations,
    factor_correlations,
    recovery_score,
)

STABLE = 0.8  # mean correlation of matched atoms from which they count as the same
SURE = 2  # standard errors above zero, for a prediction to be one
GRID = re.compile(r",?\b(n_atoms|n_learned|reg)=[^,\[\]]*")  # varied within a grid
LMBD = re.compile(r",?\breg=[^,\[\]]*")
COLUMNS = ("predicted", "error", "stability", "density", "l0", "test_loss", "n_seeds")


def without_grid(name):
    """Return the name of a dataset or an objective without λ and number of atoms."""
    return _without(GRID, name)


def without_lmbd(name):
    """Return the name of an objective without λ."""
    return _without(LMBD, name)


def _without(pattern, name):
    return pattern.sub("", name).replace("[,", "[").replace("[]", "")


def grids(df, kind):
    """Return the names of datasets or objectives, each grid once; never empty."""
    return list(dict.fromkeys(map(without_grid, results.names(df, kind))))


def settings(df, dataset, objective, solver):
    """Return what is known of each setting of a grid.

    Parameters
    ----------
    df : DataFrame
        A result table of benchopt.
    dataset, objective : str
        As of `grids`.
    solver : str

    Returns
    -------
    DataFrame
        Indexed by ``n_atoms`` and ``reg``, of means over seeds: ``predicted``, the
        share of the variance of hidden features that codes of the others predict, and
        its standard ``error``; ``stability``, the mean correlation of the atoms of two
        seeds under the best matching, NaN for one seed and where repetitions have
        other signals; ``density``, ``l0``, ``test_loss``; and ``n_seeds``.
    """
    rows = pd.concat([
        results.select(df, one, other)
        for one in results.names(df, "dataset") if without_grid(one) == dataset
        for other in results.names(df, "objective") if without_grid(other) == objective
    ])  # fmt: skip
    ended = rows["final"].map(lambda final: isinstance(final, dict)).astype(bool)
    ends = rows[ended & (rows["solver"] == solver)]
    ends = ends.assign(n_atoms=[_n_atoms(final) for final in ends["final"]])
    found = {
        pair: _setting(runs.sort_values("rep"))
        for pair, runs in ends.groupby(["n_atoms", "reg"])
    }
    names = ["n_atoms", "reg"]
    index = pd.MultiIndex.from_tuples(list(found) or [(), ()][:0], names=names)
    return pd.DataFrame(list(found.values()), index, columns=list(COLUMNS))


def _n_atoms(final):
    usage = final.get("usage")
    return np.nan if usage is None else len(usage)


def _setting(runs):
    """What runs of one setting have in the mean."""
    predictions = [final.get("prediction") or (np.nan,) * 2 for final in runs["final"]]
    predicted, error = np.mean(np.array(predictions, dtype=float), axis=0)
    means = runs[["density", "l0", "test_loss"]].mean()
    stability = _stability(list(runs["final"]))
    return predicted, error, stability, *means, len(runs)


def _stability(finals):
    """Mean correlation of matched atoms, over all pairs of runs on the same signals."""
    if len(finals) < 2 or not all(_same_truth(finals[0], other) for other in finals):
        return np.nan
    return float(np.mean([_alike(*pair) for pair in combinations(finals, 2)]))


def _alike(first, other):
    if first.get("u") is not None:
        factors = [np.asarray(final[key]) for final in (first, other) for key in "uv"]
        return recovery_score(factor_correlations(*factors)[2])
    return recovery_score(correlations(*(np.asarray(f["D"]) for f in (first, other))))


def _same_truth(first, other):
    """Whether the true atoms, where they are known, are the same."""
    truths = []
    for final in (first, other):
        truth = final.get("truth")
        truths.append(final.get("D_true") if truth is None else truth["u"])
    if truths[0] is None or truths[1] is None:
        return truths[0] is truths[1]
    return np.array_equal(*truths)


def recommended(table):
    """Return the setting that the rule chooses, a pair (n_atoms, reg), or None.

    Parameters
    ----------
    table : DataFrame, see `settings`
    """
    known = table.dropna(subset=["predicted", "error"])
    if not len(known):
        return None
    best = known.loc[known["predicted"].idxmax()]
    if best["predicted"] <= SURE * best["error"]:
        return None
    good = known[known["predicted"] >= best["predicted"] - best["error"]]
    good = good[good["stability"] >= STABLE]
    return min(good.index, key=lambda pair: (pair[0], -pair[1]), default=None)


def answer(table):
    """Return the recommendation in a sentence, or why there is none."""
    known = table.dropna(subset=["predicted", "error"])
    if not len(known):
        return (
            "Nothing to show: needs an objective of predict=True, held-out signals, "
            "and two features or channels"
        )
    best = known["predicted"].idxmax()
    top = known.loc[best]
    if top["predicted"] <= SURE * top["error"]:
        return (
            "No recommendation: at no setting do the atoms predict hidden features "
            f"(best {top['predicted']:.0%})"
        )
    chosen = recommended(table)
    if chosen is None:
        return f"No recommendation: {_words(best)} predicts best, {_unstable(top)}"
    row = known.loc[chosen]
    return (
        f"Recommended: {_words(chosen)}. Codes predict {row['predicted']:.0%} of "
        f"hidden features (best {top['predicted']:.0%} ± {top['error']:.1%}), atoms of "
        f"{row['n_seeds']:.0f} seeds agree to {row['stability']:.2f}"
        + _edge(table, chosen)
    )


def _unstable(row):
    if np.isnan(row["stability"]):
        return "and stability needs several repetitions on the same signals"
    return (
        f"and its atoms change from seed to seed (they agree to {row['stability']:.2f})"
    )


def _words(pair):
    return f"n_atoms={pair[0]:.0f}, reg={pair[1]:g}"


def _edge(table, chosen):
    """Say in which direction the grid is to be extended."""
    said = []
    for level, value in zip(table.index.names, chosen, strict=True):
        values = table.index.get_level_values(level)
        if values.nunique() > 1 and value in (values.min(), values.max()):
            side = "smaller" if value == values.min() else "larger"
            said.append(f"{side} {level}")
    return f". At the edge of the grid: try {' and '.join(said)} too" if said else ""
