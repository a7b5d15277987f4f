"""The small tables that rules look at: made from runs, kept in the record of a figure.

A table is kept as lines of CSV, so that a record stays one JSON file that can be read
and compared line by line. Rules judge what is kept, never the runs: a verdict is the
same whether the runs are there or not.
"""

import io

import pandas as pd

from reproduction.verdict import Untestable, untested


def of_runs(rules, df):
    """Return the tables that rules look at, by name, as they are kept.

    Parameters
    ----------
    rules : sequence of rules, see `verdict.claim`
    df : DataFrame
        Table of runs.

    Returns
    -------
    dict of str to (list of str, or str)
        Lines of CSV; the reason instead, where the runs lack what the table needs.
    """
    makers = {rule.looks_at.__name__: rule.looks_at for rule in rules}
    return {name: _made(maker, df) for name, maker in makers.items()}


def _made(maker, df):
    try:
        return to_lines(maker(df))
    except Untestable as reason:
        return str(reason)


def judged(rule, tables):
    """Return the verdict of a rule, given the kept tables."""
    name = rule.looks_at.__name__
    kept = tables.get(name)
    if kept is None:
        return untested(rule, f"the record has no table `{name}`; a new run makes it")
    if isinstance(kept, str):
        return untested(rule, kept)
    return rule(from_lines(kept))


def to_lines(table):
    """Return a table as lines of CSV, numbers with all their digits."""
    return table.to_csv(index=False).splitlines()


def from_lines(lines):
    """Return the table that `to_lines` has written."""
    return pd.read_csv(io.StringIO("\n".join(lines)))
