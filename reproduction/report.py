"""Write the verdicts, as a Markdown file that can be read on the repository's page.

No verdict in it is typed: the rules of `claims/` compute each from the small tables of
the records. The details stand in another file (`details`).
"""

import os

from reproduction import details
from reproduction.noise import CODE_NAME
from reproduction.reasons import REASONS
from reproduction.verdict import HOLDS, UNTESTED

NAME = "REPRODUCTION.md"
HEAD = f"""# Does the paper hold?

What B. Malézieux, T. Moreau and M. Kowalski, "Understanding approximate and unrolled
dictionary learning for pattern recovery" (ICLR 2022) claim with their figures and
tables, and what this benchmark measured. `python -m reproduction` runs it and writes
this file. A rule computes each verdict from a small table in `results/`, which was made
from the runs. [The details]({details.NAME}) have the rules, the numbers, the pictures,
every difference from the paper's Appendix A, and the commit and machine of each run.

- *Paper* is the paper's own scale, and *small* one of minutes; – was not run.
- The noise is that of the paper's text, of variance 0.1. Where a verdict is another one
  with {CODE_NAME}, a second row has it.
- Every rule is also given tables in which the claim is false and in which nothing was
  learned, and says so (`tests/reproduction/test_claims.py`).
"""
SCALES = ("paper", "small")
NOT_RUN = "–"


def write(findings, folder):
    """Write the report and its details, each whole or not at all.

    Parameters
    ----------
    findings : list of Finding
    folder : Path

    Returns
    -------
    Path
        Of the report.
    """
    texts = {NAME: text(findings), details.NAME: details.text(findings)}
    for name, content in texts.items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        unfinished = target.with_suffix(".tmp")
        unfinished.write_text(content, encoding="utf-8")
        os.replace(unfinished, target)
    return folder / NAME


def text(findings):
    """Return the report: a row a claim, a column a scale."""
    columns = ("", "claim", *SCALES, "where they differ")
    lines = ["| " + " | ".join(columns) + " |", "| - " * len(columns) + "|"]
    rows = [row for group in _by_figure(findings) for row in _rows(group)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join([HEAD, "## Verdicts\n", _count(findings), *lines, ""])


def _by_figure(findings):
    """Return the findings of each figure, by scale."""
    groups = {}
    for finding in findings:
        scales = groups.setdefault(finding.figure.name, {})
        scales[finding.part.scale] = finding
    return groups.values()


def _rows(by_scale):
    """Return the rows of a figure: one a claim, and one where the noise matters."""
    best = by_scale.get("paper") or by_scale["small"]
    place = details.anchor(details.heading(best))
    link = f"[{best.figure.label}]({details.NAME}#{place})"
    for i, rule in enumerate(best.figure.claims):
        text_ = {scale: _verdict(by_scale, scale, "verdicts", i) for scale in SCALES}
        code = {scale: _verdict(by_scale, scale, "beside", i) for scale in SCALES}
        code_differs = any(
            code[scale] not in (NOT_RUN, text_[scale]) for scale in SCALES
        )
        shown = [*text_.values(), *(code.values() if code_differs else ())]
        differ = len(set(shown) - {NOT_RUN}) > 1
        reason = REASONS.get(rule.__name__, "") if differ else ""
        yield link, rule.claim, *text_.values(), reason
        if code_differs:
            yield link, f"the same, with {CODE_NAME}", *code.values(), ""


def _verdict(by_scale, scale, kind, i):
    finding = by_scale.get(scale)
    if finding is None or finding.record is None:
        return NOT_RUN
    verdicts = getattr(finding, kind)
    return f"**{verdicts[i].verdict}**" if verdicts else NOT_RUN


def _count(findings):
    """Return how many claims were judged and hold, at each scale, in words."""
    told = []
    for scale in SCALES:
        found = [f for f in findings if f.part.scale == scale and f.record is not None]
        judged = [v.verdict for f in found for v in f.verdicts if v.verdict != UNTESTED]
        if judged:
            held = judged.count(HOLDS)
            told.append(
                f"{scale}: {held} of {len(judged)} claims that were judged hold"
            )
    return "; ".join(told) + (".\n" if told else "")


def _cell(text_):
    return text_.replace("|", "\\|").replace("\n", " ")
