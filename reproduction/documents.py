"""The documents that `python -m reproduction` writes: the paper, and the study."""

from reproduction.document import Document
from reproduction.figures import FIGURES
from reproduction.study import STUDIES

PAPER = Document(
    "REPRODUCTION.md",
    """# Does the paper hold?

What B. Malézieux, T. Moreau and M. Kowalski, "Understanding approximate and unrolled
dictionary learning for pattern recovery" (ICLR 2022) claim with their figures and
tables, and what this benchmark measured. `python -m reproduction` runs it and writes
this file. The rule that stands beside a verdict computes it from a small table in
`results/`, which was made from the runs; no verdict is typed. Beside each figure stands
the commit that measured it.
""",
    FIGURES,
)
STUDY = Document(
    "AUTOENCODERS.md",
    """# Do autoencoders learn dictionaries?

Sparse autoencoders and LISTA against dictionary learning, on signals whose atoms are
known. All methods have the same signals, initial atoms and time, and one objective
codes all dictionaries to a certified precision. `python -m reproduction --study` runs
it and writes this file. The rule that stands beside a verdict computes it from a small
table in `results/`, which was made from the runs; no verdict is typed. Beside each
figure stands the commit that measured it.
""",
    STUDIES,
)
DOCUMENTS = (PAPER, STUDY)
