"""The documents that `python -m reproduction` writes: the paper, and the study."""

from reproduction.document import Document
from reproduction.figures import FIGURES
from reproduction.study import STUDIES

RULES = """A rule computes each verdict from a small table in `results/`, which
was made from the runs. No verdict is typed."""

PAPER = Document(
    report="REPRODUCTION.md",
    head=f"""# Does the paper hold?

This page compares the claims of B. Malézieux, T. Moreau and M. Kowalski,
"Understanding approximate and unrolled dictionary learning for pattern recovery" (ICLR
2022), with what this benchmark measured. `python -m reproduction` measures it and
writes this file. {RULES}
[The details](docs/reproduction.md) have the rules, the numbers, the pictures, every
difference from the paper's Appendix A, and the commit and machine of each run.

- *Paper* has the sizes of the paper's Appendix A, except MEG (Figure 7, Table 1): 24 s
  of the recording were at hand, and the paper has 6 minutes. *Table 1 simulated* has
  the paper's length and size, and its atoms are known. Its rows are not counted above.
- *Small* takes minutes. – was not run. (1 of 5): one of five repetitions was run. A
  verdict of one repetition has no spread.
- The noise of the paper's text has variance 0.1, so σ = 0.316. Its published code has
  σ = 0.1. If that changes a verdict, a second row has it.
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

*Small* takes a quarter of an hour. *Full* takes up to 16 hours on two cores
(`--study --paper`). – was not run.
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
