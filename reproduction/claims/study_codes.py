"""Own and certified codes, layers of LISTA, and explained variance."""

import numpy as np

from reproduction.claims.study_rows import (
    LEAST,
    ends,
    evaluations,
    need_some,
    settings,
)
from reproduction.rows import only
from reproduction.verdict import Untestable, claim, graded

CLOSED, EXCESS = 0.01, 0.01
ALIKE, SOMEHOW = 0.9, 0.5  # rank correlations


def cells(df):
    """Return loss and F1 of the support of own and of certified codes, at the end.

    For each dataset, the setting of SAE that recovers the most, and Block-AM.

    Returns
    -------
    DataFrame
        Columns `dataset`, `solver`, `label`, `recovered`, `own_loss`,
        `certified_loss`, `own_f1` and `certified_f1`; losses are of held-out signals.
    """
    rows = ends(
        df, certified_loss="objective_test_loss", gap="objective_amortisation_gap",
        own_f1="objective_f1_own", certified_f1="objective_support_f1",
    )  # fmt: skip
    rows["own_loss"] = rows["certified_loss"] * (1 + rows["gap"])
    columns = "recovered", "own_loss", "certified_loss", "own_f1", "certified_f1"
    found = settings(rows, *columns)
    both = only(found, "SAE and Block-AM", solver=["SAE", "Block-AM"])
    best = both.sort_values("recovered").groupby(["dataset", "solver"]).tail(1)
    return best.drop(columns="method").sort_values(["dataset", "solver"])


@claim("At the end, autoencoders lack good codes more than good atoms.", cells)
def encoder_is_what_lacks(table):
    """The excess of an autoencoder is the loss of its own codes minus that of certified
    codes for the atoms of Block-AM; held-out signals, medians over repetitions. Its
    encoder's part is what certified codes for its own atoms take away. The same for the
    F1 of the support. Holds if the part is more than half of both, for each dataset; in
    part if of one. It does not hold where Block-AM recovers less than 10 % of the
    atoms, or where the excess of the loss is less than 1 %.
    """
    sae = only(table, "SAE", solver="SAE").set_index("dataset")
    block = only(table, "Block-AM", solver="Block-AM").set_index("dataset")
    excess = sae["own_loss"] - block["certified_loss"]
    by_codes = sae["own_loss"] - sae["certified_loss"]
    lack, better = (
        block["certified_f1"] - sae["own_f1"],
        (sae["certified_f1"] - sae["own_f1"]),
    )
    if excess.isna().all():
        raise Untestable("nothing was measured")
    learned = (block["recovered"] >= LEAST) & (
        excess >= EXCESS * block["certified_loss"]
    )
    in_loss = learned & (by_codes > excess / 2)
    in_f1 = learned & (lack > 0) & (better > lack / 2)
    measured = {
        f"{which} of {name}, {codes} codes": found[f"{codes}_{column}"].median()
        for which, column in (("loss", "loss"), ("F1", "f1"))
        for name, found in (("SAE's atoms", sae), ("Block-AM's atoms", block))
        for codes in ("own", "certified")
    }
    return graded((in_loss & in_f1).all(), (in_loss | in_f1).any()), measured


def layer_gaps(df):
    """Return the amortisation gap of LISTA before the first step and at the end.

    Returns
    -------
    DataFrame
        Columns `dataset`, `n_layers`, `before`, `after`, medians over repetitions.
    """
    rows = evaluations(
        df, n_layers="p_solver_n_layers", gap="objective_amortisation_gap"
    )
    rows = only(rows, "LISTA", solver="LISTA")
    runs = rows.groupby(["dataset", "n_layers", "label", "rep"])["gap"]
    found = runs.agg(before="first", after="last")
    return found.groupby(["dataset", "n_layers"]).median().reset_index()


@claim("A few learned layers close the amortisation gap.", layer_gaps)
def few_layers_close_the_gap(table):
    """The amortisation gap of LISTA with N layers at the end of a run, median over
    repetitions. Holds if, for each dataset, it is at most 0.01 for some N up to 10, and
    was larger before the first step; in part if it is below half of that with one
    layer, and learning has lowered it.
    """
    need_some(table[["after"]])
    closed, halved = [], []
    for _, rows in table.groupby("dataset"):
        few = rows[rows["n_layers"] <= 10].sort_values("n_layers")
        learned = few["after"] < few["before"] * (1 - 1e-3)
        closed.append((learned & (few["after"] <= CLOSED)).any())
        first = few["after"].iloc[0]
        halved.append((learned & (few["after"] < first / 2)).any())
    gaps = table.groupby("n_layers")["after"].max()
    measured = {f"gap with N = {n:.0f}": gap for n, gap in gaps.items()}
    return graded(all(closed), any(closed) or any(halved)), measured


def end_points(df):
    """Return explained variance and recovery at the end of all runs.

    Returns
    -------
    DataFrame
        Columns `dataset`, `label`, `explained`, `recovered` and `mcc` (mean
        correlation), medians over repetitions.
    """
    rows = ends(df, explained="objective_explained_variance", mcc="objective_mcc")
    found = settings(rows, "explained", "recovered", "mcc")
    return found.drop(columns=["solver", "method"])


@claim("Explained variance ranks dictionaries as recovery does.", end_points)
def variance_ranks(table):
    """Spearman's rank correlation of explained variance (certified codes, held-out
    signals) with the share of recovered atoms, over the last dictionaries of all
    settings, medians over repetitions. Holds if it is at least 0.9 for each dataset, in
    part if 0.5. It does not hold where no dictionary has 10 % of the atoms, or where
    all recover alike.
    """
    need_some(table[["explained", "recovered"]])
    ranks, of_mcc = [], []
    for _, rows in table.groupby("dataset"):
        learned = rows["recovered"].max() >= LEAST and rows["recovered"].nunique() > 1
        rank = rows["explained"].corr(rows["recovered"], method="spearman")
        ranks.append(rank if learned else 0.0)
        of_mcc.append(rows["explained"].corr(rows["mcc"], method="spearman"))
    lowest = np.nan_to_num(ranks).min()
    measured = {
        "rank correlation with recovered atoms": lowest,
        "with mean correlation": float(np.nan_to_num(of_mcc).min()),
        "dictionaries": len(table),
    }
    return graded(lowest >= ALIKE, lowest >= SOMEHOW), measured
