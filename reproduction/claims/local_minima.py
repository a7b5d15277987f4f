"""Figures 5 right and B: are local minima alike, and the loss convex nearby? (§3.1)"""

import itertools

import numpy as np
import pandas as pd

from benchmark_utils.pages import minima
from reproduction.rows import need
from reproduction.verdict import Untestable, claim, graded

PAIRS = 5  # of minima, at least
INNER = 0.5  # of the plane, about the minimum
QUARTER = 0.25 + 1e-9  # of the line
LEARNED = 0.05  # of the loss of the initial dictionary


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
    losses (of the network of 20 layers, which is what DDL minimises) differ by at most
    5 %, and by at most half of what they are below the initial ones, which is 5 % or
    more, so that both were learned; and if each lies in a valley of its own: on the
    line, the loss half way is 1 % or more above both, and none within a quarter of the
    line is more than 2 % below that of the dictionary. Holds if 9 pairs in 10 are, of
    five or more; in part if half are.
    """
    places = table["place"].to_numpy()
    losses = lines(table).to_numpy().T
    if len(losses) < PAIRS:
        raise Untestable(f"it takes {PAIRS} pairs or more, and there are {len(losses)}")
    starts = table.filter(like="start").iloc[0].to_numpy()
    ends = losses[:, [np.abs(places - end).argmin() for end in (0, 1)]]
    gaps = ends.max(axis=1) / ends.min(axis=1) - 1
    lowest = [losses[:, np.abs(places - end) <= QUARTER].min(axis=1) for end in (0, 1)]
    falls = np.max(1 - np.transpose(lowest) / ends, axis=1)
    barrier = losses[:, np.abs(places - 0.5).argmin()] / ends.max(axis=1) - 1
    learned = 1 - ends.max(axis=1) / starts
    similar = (gaps <= 0.05) & (gaps <= learned / 2) & (learned >= LEARNED)
    alike = similar & (falls <= 0.02) & (barrier >= 0.01)
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
    """The loss is that of the network of 20 layers, which is what DDL minimises. On the
    plane, up to half a step of unit norm from the minimum along each direction: the
    share of second differences, along both, that is not negative. Holds if it is 95 %
    or more, in part if it is 80 % or more; and if the centre is a minimum: it is the
    lowest point, and the loss all around that square is 1 % or more above it.
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
    """Return the lists of minima of each dataset, objective and solver."""
    keys = ["dataset_name", "objective_name", "solver_name"]
    need(df, *keys, "final_results")
    return [minima.find(df, *names) for names, _ in df.groupby(keys, sort=False)]
