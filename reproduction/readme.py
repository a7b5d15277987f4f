"""What the README says about a document: computed from the verdicts, never typed."""

from collections import Counter

from reproduction import blocks
from reproduction.noise import CODE_NAME
from reproduction.verdict import FAILS, HOLDS, IN_PART, UNTESTED

VERDICTS = (HOLDS, IN_PART, FAILS, UNTESTED)
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
        How many claims hold at each scale, and the verdicts on some of them at the
        largest scale at which they were tested.
    """
    n_claims = sum(len(figure.claims) for figure in document.figures.values())
    said = [f"[{document.report}]({document.report}) judges {n_claims} claims."]
    known = [finding for finding in findings if finding.record is not None]
    for scale, name in document.scales.items():
        said += _counts([f for f in known if f.part.scale == scale], name)
    if not known:
        said.append("They have not been measured yet.")
    return [" ".join(said + _told(known, document))]


def _counts(findings, scale):
    """Sentences: how many claims hold at a scale, with each of the noises."""
    if not findings:
        return
    text = [v.verdict for f in findings for v in f.verdicts]
    code = [v.verdict for f in findings for v in f.beside or f.verdicts]
    yield f"Verdicts at the {scale} scale: {_in_words(text)}."
    if code != text:
        yield f"The same with {CODE_NAME}: {_in_words(code)}."


def _in_words(verdicts):
    counts = Counter(verdicts)
    return ", ".join(f"{name} {counts[name]}" for name in VERDICTS if counts[name])


def _told(findings, document):
    """Sentences: claims, and what was found about each."""
    largest = list(document.scales)  # the largest one is the first
    findings = sorted(findings, key=lambda f: largest.index(f.part.scale))
    verdicts = {}
    for finding in findings:
        for rule, verdict in zip(finding.figure.claims, finding.verdicts, strict=True):
            if verdict.verdict != UNTESTED:
                verdicts.setdefault(rule.__name__, (rule.claim, verdict.verdict))
    told = [verdicts[name] for name in TOLD[document.report] if name in verdicts]
    return [f"“{claim}”: **{verdict}**." for claim, verdict in told]
