"""A claim of the paper, and what a small table says about it."""

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field

HOLDS = "holds"
IN_PART = "holds in part"
FAILS = "does not hold"
UNTESTED = "could not be tested here"


class Untestable(Exception):
    """A table lacks what a rule needs; the message is the reason."""


@dataclass(frozen=True)
class Verdict:
    """What was found about one claim.

    Attributes
    ----------
    claim : str
        The paper's claim, in one sentence.
    rule : str
        How the verdict follows from the runs.
    verdict : {"holds", "holds in part", "does not hold", "could not be tested here"}
    measured : dict of str to number or str
        What the rule found in its table; the reason, where it could not be tested.
    """

    claim: str
    rule: str
    verdict: str
    measured: Mapping = field(default_factory=dict)


def claim(sentence, looks_at):
    """Make a rule of a function: small table -> (verdict, measured).

    The docstring of the function is the rule's text: it stands beside the verdict in
    the report, and next to the code.

    Parameters
    ----------
    sentence : str
        The paper's claim.
    looks_at : callable, DataFrame of runs -> small DataFrame
        Makes the table that the rule judges. The table is kept in the record of the
        figure under the name of this function, as CSV (see `tables`): its columns hold
        numbers and texts, and its index is not kept. Give the function a new name when
        the meaning of a column changes, so that no older table is taken for a new one.

    Returns
    -------
    decorator
        Of functions; they become small DataFrame -> `Verdict`, and `Untestable`
        becomes the verdict of that name.
    """

    def decorate(rule):
        text = " ".join(inspect.getdoc(rule).split())

        @functools.wraps(rule)
        def judge(table):
            try:
                found, measured = rule(table)
            except Untestable as reason:
                return untested(judge, str(reason))
            except KeyError as column:  # of a table that an older version has made
                reason = f"the table `{looks_at.__name__}` has no column {column}"
                return untested(judge, reason)
            return Verdict(sentence, text, found, measured)

        judge.claim, judge.rule, judge.looks_at = sentence, text, looks_at
        return judge

    return decorate


def untested(judge, reason):
    """Return the verdict of a claim for which there is no table, or too little."""
    return Verdict(judge.claim, judge.rule, UNTESTED, {"reason": reason})


def graded(holds, in_part=False):
    """Return the verdict: whether all of a claim holds, or else some of it."""
    return HOLDS if holds else IN_PART if in_part else FAILS
