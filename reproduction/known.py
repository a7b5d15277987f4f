"""What is known of each claim: its verdict at the largest scale that tested it."""

from collections import Counter
from dataclasses import dataclass

from reproduction.noise import CODE_NAME
from reproduction.verdict import FAILS, HOLDS, IN_PART, UNTESTED

# Verdicts after a number of claims.
WORDS = {
    HOLDS: "hold",
    IN_PART: "hold in part",
    FAILS: "do not hold",
    UNTESTED: "could not be tested",
}

ONE = {UNTESTED: WORDS[UNTESTED]}  # the others are named as verdicts are


@dataclass(frozen=True)
class Final:
    """What is known of a claim: the verdict of the largest scale that tested it.

    Attributes
    ----------
    rule : callable
    verdict : str
    scale : str or None
        None if it could not be tested at any scale.
    with_code_noise : bool
        Whether it could not be tested with the noise of the text, and was with that of
        the published code.
    """

    rule: object
    verdict: str = UNTESTED
    scale: str | None = None
    with_code_noise: bool = False


def known(findings, document):
    """Return what is known of each claim of a document.

    Parameters
    ----------
    findings : list of Finding
        Those without a record do not count, nor do figures of other data.
    document : Document

    Returns
    -------
    list of Final
    """
    groups = {}
    for finding in findings:
        if not finding.figure.of_paper:
            continue
        by_scale = groups.setdefault(finding.figure.name, (finding.figure, {}))[1]
        if finding.record is not None:
            by_scale[finding.part.scale] = finding
    return [f for group in groups.values() for f in _of_figure(*group, document)]


def _of_figure(figure, by_scale, document):
    """Yield what is known of each claim of a figure."""
    largest_first = [by_scale[s] for s in document.scales if s in by_scale]
    for n, rule in enumerate(figure.claims):
        tests = (
            Final(
                rule,
                verdicts[n].verdict,
                finding.part.scale,
                verdicts is finding.beside,
            )
            for finding in largest_first
            for verdicts in (finding.verdicts, finding.beside)
            if verdicts and verdicts[n].verdict != UNTESTED
        )
        yield next(tests, Final(rule))


def in_words(claims):
    """How many claims hold, hold in part and so on."""
    counts = Counter(claim.verdict for claim in claims)
    told = [
        f"{counts[name]} {many if counts[name] > 1 else ONE.get(name, name)}"
        for name, many in WORDS.items()
        if counts[name]
    ]
    return ", ".join(told)


def origins(claims, document):
    """Sentences: the scale and the noise of the verdicts."""
    scales = Counter(claim.scale for claim in claims if claim.scale)
    told = [
        f"{scales[s]} at the {w} scale" for s, w in document.scales.items() if scales[s]
    ]
    if told:
        yield f"Judged: {', '.join(told)}."
    n_beside = sum(claim.with_code_noise for claim in claims)
    if n_beside:
        yield (
            f"{n_beside} can be tested only with {CODE_NAME}: the noise of the "
            "paper's text is larger."
        )
