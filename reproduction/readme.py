"""What the README says about a document: computed from the verdicts, never typed."""

from collections import Counter

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
        How many claims hold at each scale, the verdicts on some of them at the
        largest scale at which they were tested, and a picture.
    """
    n_claims = sum(len(figure.claims) for figure in document.figures.values())
    head = f"[{document.report}]({document.report}) judges {n_claims} claims."
    known = [finding for finding in findings if finding.record is not None]
    if not known:
        return [f"{head} They have not been measured yet."]
    counts = [
        _counts([f for f in known if f.part.scale == scale], name)
        for scale, name in document.scales.items()
        if any(f.part.scale == scale for f in known)
    ]
    told = " ".join([head, *counts, *_told(known, document)])
    return [told, *_pictures(known, document)]


def _counts(findings, scale):
    """A sentence: how many claims hold at a scale, with each of the noises."""
    text = [v.verdict for f in findings for v in f.verdicts]
    code = [v.verdict for f in findings for v in f.beside or f.verdicts]
    said = f"At the {scale} scale, {_in_words(text)}"
    other = f" (with {CODE_NAME}: {_in_words(code)})" if code != text else ""
    return f"{said}{other}."


def _in_words(verdicts):
    counts = Counter(verdicts)
    told = [f"{counts[name]} {word}" for name, word in WORDS.items() if counts[name]]
    return ", ".join(told)


def _told(findings, document):
    """Sentences: claims, by what was found about them."""
    largest = list(document.scales)  # the largest one is the first
    findings = sorted(findings, key=lambda f: largest.index(f.part.scale))
    verdicts = {}
    for finding in findings:
        for rule, verdict in zip(finding.figure.claims, finding.verdicts, strict=True):
            if verdict.verdict != UNTESTED:
                verdicts.setdefault(rule.__name__, (rule.claim, verdict.verdict))
    told = [verdicts[name] for name in TOLD[document.report] if name in verdicts]
    for found in WORDS:
        claims = [f"“{claim}”" for claim, verdict in told if verdict == found]
        if claims:
            yield f"**{found.capitalize()}**: {' '.join(claims)}"


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
