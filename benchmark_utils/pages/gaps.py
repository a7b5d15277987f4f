"""How far a loss is from the best known one, and how well it is certified."""

# Name of a gap -> label of its axis.
GAPS = {
    "training loss": "training loss − best known (per signal)",
    "test loss": "test loss − best known (per signal)",
    "certified gap": "certified duality gap of the evaluation, relative to the loss",
}
PRECISION = 1e-6  # of a loss: evaluations are hardly better than that
COLUMNS = {
    "training loss": "value",
    "test loss": "test_loss",
    "certified gap": "duality_gap",
}
MISSING = {
    "training loss": "no loss was measured",
    "test loss": "this dataset has no held-out signals",
    "certified gap": "no duality gap was measured",
}


def with_gap(rows, gap):
    """Return rows with a column `gap`, of positive numbers: its axis is logarithmic.

    A logarithmic axis cannot show the best loss of a repetition, whose gap is zero. So
    gaps are at least `PRECISION` times that loss.

    Parameters
    ----------
    rows : DataFrame, see `results.select`
    gap : str
        A key of `GAPS`.
    """
    values = rows[COLUMNS[gap]]
    if gap != "certified gap":
        best = values.groupby(rows["rep"]).transform("min")
        values = (values - best).clip(lower=PRECISION * best.abs())
    return rows.assign(gap=values.where(values > 0))
