"""A figure or table of the paper: what it claims, and how it is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure or table.

    Attributes
    ----------
    name : str
        As "figure_1" or "table_1".
    title : str
    claims : sequence of rules, see `verdict.claim`
    draw : callable, (matplotlib Figure, DataFrame) -> None
        Draws the paper's figure from a table of runs; `verdict.Untestable` where it
        lacks what is to be drawn.
    benchmark : str
        Folder of the benchmark that its run files are for.
    runs : str, optional
        The figure whose run files it shares; by default it has its own, of its name.
    of_paper : bool
        Whether the data are of the kind that its claims are about. Otherwise the claims
        are judged on other data as well, and are not counted once more.
    """

    name: str
    title: str
    claims: Sequence[Callable]
    draw: Callable
    benchmark: str = "."
    runs: str | None = None
    of_paper: bool = True

    @property
    def label(self):
        """As "Figure 5 left"."""
        return self.name[0].upper() + self.name[1:].replace("_", " ")
