"""A figure or table of the paper: what it claims, and how it is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure or table.

    Attributes
    ----------
    name : str
        As in `configs/`: "figure_1", "table_1".
    title : str
    claims : sequence of rules, see `verdict.claim`
    draw : callable, (matplotlib Figure, DataFrame) -> None
        Draws the paper's figure from a result table; `verdict.Untestable` where it
        lacks what is to be drawn.
    benchmark : str
        Folder of the benchmark that its configs are for.
    """

    name: str
    title: str
    claims: Sequence[Callable]
    draw: Callable
    benchmark: str = "."

    @property
    def label(self):
        """As "Figure 5 left"."""
        return self.name[0].upper() + self.name[1:].replace("_", " ")
