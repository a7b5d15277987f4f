"""A claim of the paper, and what a result table says about it."""

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field

HOLDS = "holds"
IN_PART = "holds in part"
FAILS = "does not hold"
UNTESTED = "could not be tested here"


class Untestable(Exception):
    """A result table lacks what a rule needs; the message is the reason."""


@dataclass(frozen=True)
class Verdict:
    """What was found about one claim.

    Attributes
    ----------
    claim : str
        The paper's claim, in one sentence.
    rule : str
        How the verdict follows from the result table.
    verdict : {"holds", "holds in part", "does not hold", "could not be tested here"}
    measured : dict of str to number or str
        What the rule looked at; the reason, where it could not be tested.
    """

    claim: str
    rule: str
    verdict: str
    measured: Mapping = field(default_factory=dict)


def claim(sentence):
    """Make a rule of a function: DataFrame -> (verdict, measured).

    The docstring of the function is the rule's text: it stands beside the verdict in
    the report, and next to the code.

    Parameters
    ----------
    sentence : str
        The paper's claim.

    Returns
    -------
    decorator
        Of functions; they become DataFrame -> `Verdict`, and `Untestable` becomes the
        verdict of that name.
    """

    def decorate(rule):
        text = " ".join(inspect.getdoc(rule).split())

        @functools.wraps(rule)
        def judge(df):
            try:
                found, measured = rule(df)
            except Untestable as reason:
                found, measured = UNTESTED, {"reason": str(reason)}
            return Verdict(sentence, text, found, measured)

        judge.claim, judge.rule = sentence, text
        return judge

    return decorate


def untested(judge, reason):
    """Return the verdict of a claim for which there is no result table at all."""
    return Verdict(judge.claim, judge.rule, UNTESTED, {"reason": reason})


def graded(holds, in_part=False):
    """Return the verdict: whether all of a claim holds, or else some of it."""
    return HOLDS if holds else IN_PART if in_part else FAILS
