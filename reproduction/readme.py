"""What the README says about a document: computed from the verdicts, never typed."""

from collections import Counter
from dataclasses import dataclass

from reproduction import blocks
from reproduction.noise import CODE_NAME
from reproduction.verdict import FAILS, HOLDS, IN_PART, UNTESTED

# Verdicts after a number of claims.
WORDS = {
    HOLDS: "hold",
    IN_PART: "hold in part",
    FAILS: "do not hold",
    UNTESTED: "could not be tested",
}
# Rules whose claims the README tells, by the report that has them.
TOLD = {
    "REPRODUCTION.md": (
        "linear_on_the_support",
        "better_for_few_layers",
        "agrees_with_alphacsc",
        "ten_times_sooner",
        "locally_convex",
    ),
    "AUTOENCODERS.md": (
        "fewer_in_equal_time",
        "encoder_is_what_lacks",
        "variance_ranks",
    ),
}
# Figures whose pictures the README shows.
SHOWN = {"AUTOENCODERS.md": "superposition_time"}


def write(findings, document, path):
    """Write the README's block about a document, if there is a README."""
    if path.is_file():
        blocks.write(path, document.report, lines(findings, document))


def lines(findings, document):
    """Return the lines of the block, without its marks.

    Parameters
    ----------
    findings : list of Finding
    document : Document

    Returns
    -------
    list of str
        How many claims hold, at which scale they were judged, the verdicts on some of
        them, and a picture.
    """
    head = f"[{document.report}]({document.report}) judges"
    known = [finding for finding in findings if finding.record is not None]
    if not known:
        n_claims = sum(len(figure.claims) for figure in document.figures.values())
        return [f"{head} {n_claims} claims. They have not been measured yet."]
    final = [f for figure in document.figures for f in _final(figure, known, document)]
    told = [
        f"{head} {len(final)} claims: **{_in_words(final)}**.",
        *_origins(final, document),
        *_told(final, TOLD[document.report]),
    ]
    return [" ".join(told), *_pictures(known, document)]


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


def _final(name, findings, document):
    """Yield what is known of each claim of a figure."""
    by_scale = {f.part.scale: f for f in findings if f.figure.name == name}
    largest_first = [by_scale[s] for s in document.scales if s in by_scale]
    for n, rule in enumerate(document.figures[name].claims):
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


def _in_words(claims):
    """How many claims hold, hold in part and so on."""
    counts = Counter(claim.verdict for claim in claims)
    told = [f"{counts[name]} {word}" for name, word in WORDS.items() if counts[name]]
    return ", ".join(told)


def _origins(claims, document):
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
            f"{n_beside} of them can be tested only with {CODE_NAME}: the noise of the "
            "text is larger."
        )


def _told(claims, names):
    """Sentences: chosen claims, by what was found about them."""
    chosen = [claim for claim in claims if claim.rule.__name__ in names]
    for found in WORDS:
        said = [f"“{c.rule.claim}”" for c in chosen if c.verdict == found]
        if said:
            yield f"**{found.capitalize()}**: {' '.join(said)}"


def _pictures(findings, document):
    """The picture that is shown, at the largest scale at which there is one."""
    shown = SHOWN.get(document.report)
    for scale in document.scales:
        for finding in findings:
            part = finding.part
            if (part.figure.name, part.scale) == (shown, scale):
                path = f"{part.picture.parent.name}/{part.picture.name}"
                return [f"![{part.figure.title.capitalize()}]({path})"]
    return []
