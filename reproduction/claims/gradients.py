"""Figures 3 and C: gradients of AM and of DDL against the exact one (§2)."""

from benchmark_utils.naming import shortened
from reproduction.claims.jacobians import FULL, depth_name
from reproduction.rows import need, only, tidy
from reproduction.verdict import Untestable, claim, graded

SMALL = 50  # layers
NOT_IN_FIGURE_C = "convolutional"  # a dataset that Figure 3 has beside


def rows(df, solvers="AM|DDL", **columns):
    """Return one row per N of each run, with `n`, `depth` (0: AM) and `columns`."""
    need(df, "p_solver_backprop_depth")
    found = tidy(df, n="stop_val", **columns)
    depth = df["p_solver_backprop_depth"]
    found["depth"] = depth.astype(float).where(depth.notna(), FULL)
    found.loc[found["solver"].str.startswith("AM"), "depth"] = 0.0
    chosen = found["solver"].str.contains(solvers)
    return only(found[chosen & (found["n"] > 0)], solvers.replace("|", " and "))


def angle_gains(df):
    """Return DDL's medians of (cos g² − cos g¹) / (1 − cos g¹) over repetitions.

    Returns
    -------
    DataFrame
        Columns `dataset`, `n`, `depth` and `difference`.
    """
    found = rows(df, difference="objective_relative_difference")
    ours = only(found, "DDL", depth=set(found["depth"]) - {0.0})
    return _medians(ours, "difference")


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
    is_in_it = ~found["dataset"].str.startswith(NOT_IN_FIGURE_C)
    return only(found[is_in_it], "AM and DDL on the datasets of Figure C")


def _medians(found, column):
    short = found["dataset"].map(shortened(found["dataset"].unique()))
    groups = found.assign(dataset=short).groupby(["dataset", "n", "depth"])
    return groups[column].median().reset_index()


@claim("For few layers DDL's gradient has a better angle than AM's.", angle_gains)
def better_for_few_layers(table):
    """The relative difference of the angles, DDL's against AM's, median over
    repetitions, for each dataset, N up to 50 and depth K. Holds if it is positive
    for 90 % of them, in part if for half.
    """
    early = table.loc[table["n"] <= SMALL, "difference"].dropna()
    if early.empty:
        raise Untestable("there is no N up to 50")
    share = (early > 0).mean()
    measured = {
        "datasets, N and K with a better angle": f"{share:.0%}",
        "largest relative difference": early.max(),
        "smallest": early.min(),
    }
    return graded(share >= 0.9, share >= 0.5), measured


@claim(
    "When back-propagation goes too deep, DDL's gradient loses to AM's.", angle_gains
)
def worse_when_deep(table):
    """The relative difference of the angles, as above, through all layers. It loses if
    the smallest value over datasets and N above 50 is negative, and it had something
    to lose if its median up to N = 50 is positive. Holds if both are true, and the
    smallest value above N = 50 is larger for the smallest depth K (of 1 or more) than
    for all layers; in part if only the third is not.
    """
    late, early = table[table["n"] > SMALL], table[table["n"] <= SMALL]
    lowest = late.groupby("depth")["difference"].min()
    if FULL not in lowest or len(lowest) < 2:
        raise Untestable("it takes N above 50, all layers and truncation")
    before = early.loc[early["depth"] == FULL, "difference"].median()
    loses = lowest[FULL] < 0 and before > 0
    truncated_is_better = lowest[lowest.index.min()] > lowest[FULL]
    measured = {f"median up to N = {SMALL}, K = N": before}
    measured |= {f"smallest above, K = {depth_name(d)}": v for d, v in lowest.items()}
    return graded(loses and truncated_is_better, loses), measured


@claim(
    "DDL's gradient converges in norm at first, gets unstable, and comes back.",
    norm_errors,
)
def unstable_in_norm(table):
    """Medians of ‖g − g*‖ over repetitions, for each dataset and N; DDL back-propagates
    through all layers. At first: AM's and DDL's are lower at the largest N up to 50
    than at the smallest N, for each dataset. Unstable: DDL's exceeds twice AM's for
    some dataset and N. Back: at the largest N it does not, for any dataset. Holds if
    all three are true, in part if two are. Convolutional signals are left out: the
    paper's figure has none.
    """
    table = table.set_index(["dataset", "n"])
    early = table[table.index.get_level_values("n") <= SMALL].groupby("dataset")
    if not len(early):
        raise Untestable("there is no N up to 50")
    ratio = table["ddl"] / table["am"]
    at_end = ratio.groupby("dataset").last().max()
    at_first = bool((early.last() < early.first()).all(axis=None))
    unstable, back = ratio.max() > 2, at_end <= 2
    _, n_worst = ratio.idxmax()
    n_last = table.index.get_level_values("n").max()
    measured = {
        f"‖g² − g*‖ / ‖g¹ − g*‖, largest (N = {n_worst:.0f})": ratio.max(),
        f"at the largest N ({n_last:.0f})": at_end,
        "both fall at first": "yes" if at_first else "no",
    }
    passed = sum(map(bool, (at_first, unstable, back)))
    return graded(passed == 3, passed == 2), measured
