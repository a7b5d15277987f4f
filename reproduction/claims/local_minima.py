"""Figures 5 right and B: are local minima alike, and the loss convex nearby? (§3.1)"""

import numpy as np
import pandas as pd

from benchmark_utils.pages import minima
from reproduction.rows import need
from reproduction.verdict import Untestable, claim, graded

PAIRS = 5  # of minima, at least
INNER = 0.5  # of the plane, about the minimum
QUARTER = 0.25 + 1e-9  # of the line
LEARNED = 0.05  # of the certified loss of the initial dictionary


def lines_and_gains(df):
    """Return the losses on the lines between pairs of minima, and what was learned.

    Returns
    -------
    DataFrame
        Column `place`, 0 and 1 at the two minima, and two columns a pair: `pair 1`, its
        losses, and `gain 1`, the same at every place: by which share of itself the
        certified loss fell from the initial dictionary on, the smaller one of both.
    """
    found = []
    for rows, known in _minima(df):
        gains = _gains(rows)
        pairs = minima.pairs(known)
        found += [(pair, min(gains[m.rep] for m in pair)) for pair in pairs]
    if not found:
        raise Untestable("there are no two minima of one problem")
    columns = {"place": minima.SHARES}
    for i, (pair, gain) in enumerate(found, start=1):
        columns |= {f"pair {i}": minima.line_between(*pair), f"gain {i}": gain}
    return pd.DataFrame(columns)


def _gains(rows):
    """Return by which share the certified loss of each repetition fell."""
    need(rows, "objective_value", "stop_val", "idx_rep")
    values = rows.sort_values("stop_val").groupby("idx_rep")["objective_value"]
    return 1 - values.last() / values.first()


def lines(table):
    """Return the losses on the lines of a table, without the gains, by `place`."""
    return table.set_index("place").filter(like="pair")


@claim("Local minima of approximate dictionary learning are similar.", lines_and_gains)
def alike_in_loss(table):
    """A pair of dictionaries, learned from different initial ones, is alike if their
    losses differ by at most 5 %; if each lies in a valley of its own: on the line, the
    loss half way is 1 % or more above both, and none within a quarter of the line is
    more than 2 % below that of the dictionary; and if both were learned: the certified
    loss fell by 5 % or more from the initial dictionary on, and by twice the difference
    or more. The loss on the line is that of the network of 20 layers, with the larger L
    of the two minima for all step sizes 1/L: the gradient of DDL takes them as
    constants. Holds if 9 pairs in 10 are alike, of five or more; in part if half are.
    """
    places = table["place"].to_numpy()
    losses = lines(table).to_numpy().T
    if len(losses) < PAIRS:
        raise Untestable(f"it takes {PAIRS} pairs or more, and there are {len(losses)}")
    learned = table.filter(like="gain").iloc[0].to_numpy()
    ends = losses[:, [np.abs(places - end).argmin() for end in (0, 1)]]
    gaps = ends.max(axis=1) / ends.min(axis=1) - 1
    lowest = [losses[:, np.abs(places - end) <= QUARTER].min(axis=1) for end in (0, 1)]
    falls = np.max(1 - np.transpose(lowest) / ends, axis=1)
    barrier = losses[:, np.abs(places - 0.5).argmin()] / ends.max(axis=1) - 1
    similar = (gaps <= 0.05) & (gaps <= learned / 2) & (learned >= LEARNED)
    alike = similar & (falls <= 0.02) & (barrier >= 0.01)
    measured = {
        "pairs": len(losses),
        "losses differ by (median)": f"{np.median(gaps):.2%}",
        "losses differ by (largest)": f"{gaps.max():.2%}",
        "loss half way above both (median)": f"{np.median(barrier):.2%}",
        "lowest loss nearby is below by (largest)": f"{falls.max():.2%}",
        "certified losses below the initial ones (smallest)": f"{learned.min():.2%}",
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
    found = [m for _, known in _minima(df) for m in known]
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
    """The loss is that of the network of 20 layers, with L of the minimum for all step
    sizes 1/L: the gradient of DDL takes them as constants. (With L of each dictionary,
    the loss falls where atoms become less alike, because 20 layers then get farther.)
    On the plane, up to half a step of unit norm from the minimum along each direction:
    the share of second differences, along both, that is not negative. Holds if it is
    95 % or more, in part if it is 80 % or more; and if the centre is a minimum: it is
    the lowest point, and the loss all around that square is 1 % or more above it.
    """
    steps, losses = grid(table)
    inner = np.abs(steps) <= INNER
    centre = np.abs(steps[inner]).argmin()
    losses = losses[np.ix_(inner, inner)]
    bends = [np.diff(losses, 2, axis=axis).ravel() for axis in (0, 1)]
    share = np.mean(np.concatenate(bends) >= -1e-6 * losses.max())
    around = np.concatenate([*losses[[0, -1]], *losses[:, [0, -1]].T])
    excess = losses[centre, centre] / losses.min() - 1
    rise = around.min() / losses[centre, centre] - 1
    measured = {
        "convex": f"{share:.1%} of the second differences",
        "loss of the centre above the lowest": f"{excess:.2%}",
        "loss around above the centre, at least": f"{rise:.2%}",
    }
    lowest = excess <= 1e-3 and rise >= 0.01
    return graded(lowest and share >= 0.95, lowest and share >= 0.8), measured


def _minima(df):
    """Yield the rows and the minima of each dataset, objective and solver."""
    keys = ["dataset_name", "objective_name", "solver_name"]
    need(df, *keys, "final_results")
    for names, rows in df.groupby(keys, sort=False):
        yield rows, minima.find(df, *names)
