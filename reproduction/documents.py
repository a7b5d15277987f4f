"""The documents that `python -m reproduction` writes: the paper, and the study."""

from reproduction.document import Document
from reproduction.figures import FIGURES
from reproduction.noise import CODE_NAME
from reproduction.study import STUDIES

RULES = """A rule computes each verdict from a small table in `results/`, which
was made from the runs. No verdict is typed."""

PAPER = Document(
    report="REPRODUCTION.md",
    head=f"""# Does the paper hold?

What B. Malézieux, T. Moreau and M. Kowalski, "Understanding approximate and unrolled
dictionary learning for pattern recovery" (ICLR 2022) claim with their figures and
tables, and what this benchmark measured. `python -m reproduction` runs it and writes
this file. {RULES}
[The details](docs/reproduction.md) have the rules, the numbers, the pictures, every
difference from the paper's Appendix A, and the commit and machine of each run.

- *Paper* is the paper's own scale, and *small* one of minutes; – was not run.
- The noise is that of the paper's text, of variance 0.1. Where a verdict is another one
  with {CODE_NAME}, a second row has it.
- Every rule is also given tables in which the claim is false, in which nothing was
  learned, and in which runs were cut short, and says so
  (`tests/reproduction/test_claims.py`).
""",
    details="docs/reproduction.md",
    details_head="""# The reproduction in detail

For each figure and table of the paper: how it was run, what was measured, the rule that
judges it, and the picture. [REPRODUCTION.md](../REPRODUCTION.md) has the verdicts.
`python -m reproduction` writes this file.
""",
    scales={"paper": "paper", "small": "small"},
    figures=FIGURES,
)
STUDY = Document(
    report="AUTOENCODERS.md",
    head=f"""# Do autoencoders learn dictionaries?

Sparse autoencoders and LISTA against dictionary learning, on signals whose atoms are
known. All methods have the same signals, initial atoms and time, and one objective
codes all dictionaries to a certified precision. `python -m reproduction --study` runs
it and writes this file. {RULES}
[The details](docs/autoencoders.md) have the rules, the numbers, the pictures, and the
commit and machine of each run.

*Full* takes a night, and *small* ten minutes; – was not run.
""",
    details="docs/autoencoders.md",
    details_head="""# Autoencoders and dictionary learning in detail

For each question of the study: how it was run, what was measured, the rule that judges
it, and the picture. [AUTOENCODERS.md](../AUTOENCODERS.md) has the verdicts.
`python -m reproduction --study` writes this file.
""",
    scales={"paper": "full", "small": "small"},
    figures=STUDIES,
)
DOCUMENTS = (PAPER, STUDY)
