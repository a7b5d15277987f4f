"""Write the verdicts, as a Markdown file that can be read on the repository's page.

No verdict in it is typed: the rules of `claims/` compute each from the small tables of
the records. The details stand in another file (`details`).
"""

import os

from reproduction import details
from reproduction.known import in_words, known, origins
from reproduction.noise import CODE_NAME
from reproduction.pieces import is_cut
from reproduction.reasons import why

NOT_RUN = "–"


def write(findings, folder, document):
    """Write the report and its details, each whole or not at all.

    Parameters
    ----------
    findings : list of Finding
    folder : Path
    document : Document

    Returns
    -------
    Path
        Of the report.
    """
    texts = text(findings, document), details.text(findings, document)
    for name, content in zip(document.files, texts, strict=True):
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        unfinished = target.with_suffix(".tmp")
        unfinished.write_text(content, encoding="utf-8")
        os.replace(unfinished, target)
    return folder / document.report


def text(findings, document):
    """Return the report: a row a claim, a column a scale."""
    columns = (
        "",
        "claim",
        *document.scales.values(),
        "numbers that decide, where verdicts differ or are missing",
    )
    lines = ["| " + " | ".join(columns) + " |", "| - " * len(columns) + "|"]
    groups = list(_by_figure(findings))
    rows = [row for group in groups for row in _rows(group, document)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    title, about = document.head.split("\n\n", 1)
    # The answer comes first, and how it was found comes after it.
    head = [f"{title}\n", _count(findings, document), about]
    return "\n".join([*head, "## Verdicts\n" + _noises(groups), *lines, ""])


def _by_figure(findings):
    """Return the findings of each figure, by scale."""
    groups = {}
    for finding in findings:
        scales = groups.setdefault(finding.figure.name, {})
        scales[finding.part.scale] = finding
    return groups.values()


def _rows(by_scale, document):
    """Return the rows of a figure: one a claim, and one where the noise matters."""
    scales = document.scales
    best = by_scale.get("paper") or by_scale["small"]
    place = details.anchor(details.heading(best, document))
    link = f"[{best.figure.label}]({document.details}#{place})"
    for i, rule in enumerate(best.figure.claims):
        text_ = {scale: _verdict(by_scale, scale, "verdicts", i) for scale in scales}
        code = {scale: _verdict(by_scale, scale, "beside", i) for scale in scales}
        code_differs = any(
            code[scale] not in (NOT_RUN, text_[scale]) for scale in scales
        )
        reasons = why(rule.__name__, *_named(by_scale, document, i))
        yield "" if i else link, rule.claim, *text_.values(), reasons[0]
        if code_differs:
            yield "", f"the same, with {CODE_NAME}", *code.values(), reasons[1]


def _named(by_scale, document, i):
    """Return the verdicts on a claim by the name of their scale, for each noise."""
    text_, code = {}, {}
    for scale, name in document.scales.items():
        finding = by_scale.get(scale)
        if finding is not None and finding.record is not None:
            text_[name] = finding.verdicts[i]
            if finding.beside:
                code[name] = finding.beside[i]
    return text_, code


def _verdict(by_scale, scale, kind, i):
    finding = by_scale.get(scale)
    if finding is None or finding.record is None:
        return NOT_RUN
    verdicts = getattr(finding, kind)
    return f"**{verdicts[i].verdict}**{_cut(finding)}" if verdicts else NOT_RUN


def _cut(finding):
    """How many repetitions were run of those that were asked for."""
    record = finding.record
    if not is_cut(record):
        return ""
    return f" ({record['repetitions']} of {record['asked']})"


def _count(findings, document):
    """Return how many claims hold, and at which scale they were judged, in words."""
    claims = known(findings, document)
    told = f"{len(claims)} claims: **{in_words(claims)}**."
    return " ".join([told, *origins(claims, document)]) + "\n"


def _noises(groups):
    """Return which figures were run with both noises, in a sentence."""
    both = [
        next(iter(by_scale.values())).figure.label
        for by_scale in groups
        if any(finding.beside for finding in by_scale.values())
    ]
    if not both:
        return ""
    return f"\nWith both noises: {', '.join(both)}. The others have one noise only.\n"


def _cell(text_):
    return text_.replace("|", "\\|").replace("\n", " ")
