"""Figures 3 and C: gradients of AM and of DDL against the exact one (§2)."""

from benchmark_utils.naming import shortened
from reproduction.claims.jacobian_curves import FULL, depth_name
from reproduction.rows import need, only, tidy
from reproduction.verdict import Untestable, claim, graded

SMALL = 50  # layers
A_BIT, A_LOT = 0.01, 0.1  # of the angle of AM
ROUNDING = 1e-6  # of the error of the first layers
CONVERGED = 1e-9  # an angle: smaller ones differ by rounding as well
NOT_IN_THE_PAPER = "convolutional"  # a dataset that Figure 3 has beside


def rows(df, solvers="AM|DDL", **columns):
    """Return one row per N of each run, with `n`, `depth` (0: AM) and `columns`."""
    need(df, "p_solver_backprop_depth")
    found = tidy(df, n="stop_val", **columns)
    depth = df["p_solver_backprop_depth"]
    found["depth"] = depth.astype(float).where(depth.notna(), FULL)
    found.loc[found["solver"].str.startswith("AM"), "depth"] = 0.0
    chosen = found["solver"].str.contains(solvers)
    return only(found[chosen & (found["n"] > 0)], solvers.replace("|", " and "))


def gains_and_angles(df):
    """Return DDL's medians of (cos g² − cos g¹) / (1 − cos g¹) over repetitions.

    Returns
    -------
    DataFrame
        Columns `dataset`, `n`, `depth`, `difference` and `angle`, 1 − cos g² of DDL.
    """
    found = rows(
        df, difference="objective_relative_difference", cosine="objective_cosine"
    )
    ours = only(found, "DDL", depth=set(found["depth"]) - {0.0})
    return _medians(ours.assign(angle=1 - ours["cosine"]), "difference", "angle")


def norm_errors(df):
    """Return the medians of ‖g − g*‖ over repetitions, on the datasets of Figure C.

    Returns
    -------
    DataFrame
        Columns `dataset`, `n`, `am` and `ddl`, which goes through all layers.
    """
    found = norms(df)
    by_method = {
        "am": only(found, "AM", depth=0.0),
        "ddl": only(found, "DDL through all layers", depth=FULL),
    }
    keys = ["dataset", "n"]
    am, ddl = (
        _medians(chosen, "error").rename(columns={"error": name})[[*keys, name]]
        for name, chosen in by_method.items()
    )
    return am.merge(ddl, on=keys)


def norms(df):
    """Return the rows of ‖g − g*‖ (`error`) on the datasets of Figure C."""
    found = rows(df, error="objective_error_norm")
    is_in_it = ~found["dataset"].str.startswith(NOT_IN_THE_PAPER)
    return only(found[is_in_it], "AM and DDL on the datasets of Figure C")


def _medians(found, *columns):
    short = found["dataset"].map(shortened(found["dataset"].unique()))
    groups = found.assign(dataset=short).groupby(["dataset", "n", "depth"])
    return groups[list(columns)].median().reset_index()


def _of_the_paper(table):
    """Return the rows on the datasets that the paper has, and with each gradient once:
    a depth of N or more is that of all layers."""
    table = table[~table["dataset"].str.startswith(NOT_IN_THE_PAPER)]
    return only(
        table[(table["depth"] < table["n"]) | (table["depth"] == FULL)],
        "DDL on the datasets of the paper",
    )


@claim("For few layers DDL's gradient has a better angle than AM's.", gains_and_angles)
def better_for_few_layers(table):
    """The relative difference of the angles, DDL's against AM's, median over
    repetitions, for each N up to 50 and depth K (N at most), on the signals and on the
    patches of an image; convolutional signals are shown, and not judged: the paper has
    none. It is better if the difference is above 1 %. Holds if it is for 90 % of the N
    and K on each dataset, in part if for half of them on each.
    """
    early = _of_the_paper(table[table["n"] <= SMALL])
    if early["difference"].isna().all():
        raise Untestable("there is no N up to 50")
    better = early["difference"] > A_BIT  # NaN, of a gradient of zero, is not
    shares = better.groupby(early["dataset"]).mean()
    measured = {
        f"N and K with a better angle, {d}": f"{s:.0%}" for d, s in shares.items()
    }
    measured |= {
        "largest relative difference": early["difference"].max(),
        "smallest": early["difference"].min(),
    }
    return graded(shares.min() >= 0.9, shares.min() >= 0.5), measured


@claim(
    "When back-propagation goes too deep, DDL's gradient loses to AM's.",
    gains_and_angles,
)
def worse_when_deep(table):
    """The relative difference of the angles, as above, through all layers. On a dataset
    it loses if its smallest value over N above 50 is −10 % or less, and it had a lead
    to lose if its median up to N = 50 is above 1 %. A gradient of DDL has converged at
    an angle, 1 − cos, below 10⁻⁹, and counts as one of AM. Holds if it loses on each
    dataset of the paper, and there the smallest value above N = 50 is larger for the
    smallest depth K (of 1 or more) than for all layers; in part if it loses on one.
    """
    table = _of_the_paper(table)
    late, early = table[table["n"] > SMALL], table[table["n"] <= SMALL]
    exact = late["angle"] < CONVERGED
    late = late.assign(difference=late["difference"].mask(exact, 0.0))
    lowest = late.groupby(["dataset", "depth"])["difference"].min().unstack()
    if FULL not in lowest or lowest.shape[1] < 2:
        raise Untestable("it takes N above 50, all layers and truncation")
    early = early[early["depth"] == FULL].groupby("dataset")["difference"].median()
    loses = (lowest[FULL] <= -A_LOT) & (early.reindex(lowest.index) > A_BIT)
    better = lowest[lowest.columns.min()] > lowest[FULL]
    measured = {f"median up to N = {SMALL}, K = N, {d}": v for d, v in early.items()}
    measured |= {
        f"smallest above, K = {depth_name(depth)}, {dataset}": value
        for (dataset, depth), value in lowest.stack().items()
    }
    return graded((loses & better).all(), loses.any()), measured


@claim(
    "DDL's gradient converges in norm at first, gets unstable, and comes back.",
    norm_errors,
)
def unstable_in_norm(table):
    """Medians of ‖g − g*‖ over repetitions, for each N on each dataset of the paper;
    DDL back-propagates through all layers. At first: AM's and DDL's are lower at the
    largest N up to 50 than at the smallest N. Unstable: after an N at which DDL's is at
    most AM's, it exceeds twice AM's. Back, which it can only be from there: at the
    largest N it is at most 1.1 times AM's. An error of DDL below a millionth of the
    first one has converged, and counts as one of AM. Holds if all three are true on
    each dataset; in part if on one, or if two are on each.
    """
    table = table[~table["dataset"].str.startswith(NOT_IN_THE_PAPER)]
    if not (table["n"] <= SMALL).any():
        raise Untestable("there is no N up to 50")
    passed, measured = [], {}
    for dataset, rows in table.sort_values("n").groupby("dataset"):
        found, told = _stages(rows.set_index("n"))
        passed.append(sum(found))
        measured |= {f"{what}, {dataset}": value for what, value in told.items()}
    return graded(min(passed) == 3, max(passed) == 3 or min(passed) == 2), measured


def _stages(rows):
    """Return whether errors fall at first, get unstable, and come back, on a dataset.

    Parameters
    ----------
    rows : DataFrame
        Columns `am` and `ddl`, by N.

    Returns
    -------
    found : three bool
    measured : dict
    """
    early = rows[rows.index <= SMALL]
    at_first = bool((early.iloc[-1] < early.iloc[0])[["am", "ddl"]].all())
    known = rows["ddl"] > ROUNDING * rows["ddl"].iloc[0]
    ratio = (rows["ddl"] / rows["am"]).where(known, 1.0)
    worst = ratio[(ratio <= 1).cummax()].max()  # NaN, where it never was as good
    end = ratio.iloc[-1]
    unstable, back = worst > 2, end <= 1.1
    measured = {
        "both fall at first": "yes" if at_first else "no",
        "largest ‖g² − g*‖ / ‖g¹ − g*‖ after it was 1 or less": worst,
        f"the same at N = {rows.index[-1]:.0f}": end,
    }
    return (at_first, bool(unstable), bool(back)), measured
