"""A document of claims: figures, what they claim, and the report about them."""

from collections.abc import Mapping
from dataclasses import dataclass

from reproduction.figure import Figure


@dataclass(frozen=True)
class Document:
    """What one command runs and reports.

    Attributes
    ----------
    report : str
        Name of the file that is written, as "REPRODUCTION.md".
    head : str
        What stands at its top, with the title.
    figures : mapping of str to Figure
        By name, in the order of the report.
    """

    report: str
    head: str
    figures: Mapping[str, Figure]
