"""The answers of the page in words: which method is best, and what it is judged by."""

import numpy as np

from benchmark_utils.pages import frozen, targets


def answer(times):
    """Return which method is best, and by how much.

    Parameters
    ----------
    times : DataFrame
        See :func:`benchmark_utils.pages.targets.reached`.

    Returns
    -------
    str
        Up to three sentences, without the last full stop. The best method is the one
        with the best score.
    """
    return answer_of(targets.ratios(times))


def answer_of(table):
    """Return the answer of :func:`answer`, from a table of ratios.

    Parameters
    ----------
    table : DataFrame
        See :func:`benchmark_utils.pages.targets.ratios`. The best method comes first.
    """
    if not len(table) or not np.isfinite(table.to_numpy(dtype=float)).any():
        return "No method reached the target: give a longer --timeout"
    best = table.index[0]
    if table.shape[1] == 1:
        return _of_one_problem(best, table.iloc[:, 0].drop(best).dropna())
    found = table.loc[best]
    said = [f"Best: {best}", _fastest(found, table.drop(best)), *_elsewhere(found)]
    return ". ".join(said)


def _of_one_problem(best, others):
    if not len(others):
        return f"{best} reached the target"
    later = others[np.isfinite(others)].sort_values()
    if not len(later):
        return f"Only {best} reached the target"
    times = f"{later.iloc[0]:.2g}"
    if times == "1":
        return f"{best} and {later.index[0]} are equally fast"
    return f"Best here: {best}. {later.index[0]} takes {times} times as long"


def _fastest(found, others):
    """On how many problems the best method is fastest, and by how much."""
    first = found[found <= 1].index
    said = f"It is fastest on {len(first)} of {len(found)} problems"
    # Where no other method was run, there is nothing to say about the others.
    nearest = others[first].dropna(axis="columns", how="all").min()
    later = nearest[np.isfinite(nearest)]
    n_alone = len(nearest) - len(later)
    if not len(later):
        return f"{said}: no other method reaches the target" if n_alone else said
    if not n_alone:
        return f"{said}: the next method takes {_span(later)} times as long"
    return (
        f"{said}: on {len(later)} of them the next method takes {_span(later)} times "
        f"as long, and on {n_alone} no other one reaches the target"
    )


def _elsewhere(found):
    """The problems on which another method is fastest, or the best one was not run."""
    slower = found[(found > 1) & np.isfinite(found)]
    if len(slower):
        yield f"On {len(slower)} it takes {_span(slower)} times as long as the fastest"
    n_never, n_not_run = int(np.isinf(found).sum()), int(found.isna().sum())
    if n_never:
        yield f"On {n_never} it does not reach the target"
    if n_not_run:
        yield f"On {n_not_run} it was not run"


def _span(ratios):
    low, high = f"{ratios.min():.2g}", f"{ratios.max():.2g}"
    return low if low == high else f"{low} to {high}"


def basis(times):
    """Return what the best loss of a target is, in words.

    Parameters
    ----------
    times : DataFrame
        See :func:`benchmark_utils.pages.targets.reached`.

    Returns
    -------
    str
        Which losses are frozen, and by how much the table has better ones.
    """
    problems = times.groupby("problem")[["frozen", "gain"]].max()
    n_frozen, n = int(problems["frozen"].sum()), len(problems)
    if not n_frozen:
        return "best loss: that of these runs"
    said = f"best loss: frozen in version {frozen.version()}"
    if n_frozen < n:
        said += f" for {n_frozen} of {n} problems, that of these runs for the others"
    beaten = problems.loc[
        problems["frozen"] & (problems["gain"] > frozen.BEATEN), "gain"
    ]
    if len(beaten):
        said += f" · beaten on {_count(len(beaten))}, by {beaten.max():.2%} at most"
    return said


def _count(n):
    return f"{n} problem{'' if n == 1 else 's'}"
