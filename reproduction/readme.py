"""What the README says about a document: computed from the verdicts, never typed."""

from reporting import blocks
from reproduction.known import WORDS, in_words, known, origins

# Rules whose claims the README tells, by the report that has them.
TOLD = {
    "REPRODUCTION.md": (
        "linear_on_the_support",
        "better_for_few_layers",
        "agrees_with_alphacsc",
        "ten_times_sooner",
        "main_patterns",
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
    if all(finding.record is None for finding in findings):
        figures = [f for f in document.figures.values() if f.of_paper]
        n_claims = sum(len(figure.claims) for figure in figures)
        return [f"{head} {n_claims} claims. They have not been measured yet."]
    claims = known(findings, document)
    told = [
        f"{head} {len(claims)} claims: **{in_words(claims)}**.",
        *origins(claims, document),
        *_told(claims, TOLD[document.report]),
    ]
    return [" ".join(told), *_pictures(findings, document)]


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
            if finding.record is not None and (part.figure.name, part.scale) == (
                shown,
                scale,
            ):
                path = f"{part.picture.parent.name}/{part.picture.name}"
                return [f"![{part.figure.title.capitalize()}]({path})"]
    return []
