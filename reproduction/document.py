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
        Name of the file of verdicts, as "REPRODUCTION.md".
    head : str
        What stands at its top, with the title.
    details : str
        Path of the file of rules, numbers and pictures, as "docs/reproduction.md".
    details_head : str
        What stands at its top.
    scales : mapping of str to str
        What the scales are called in both files, in the order of the columns.
    figures : mapping of str to Figure
        By name, in the order of the report.
    """

    report: str
    head: str
    details: str
    details_head: str
    scales: Mapping[str, str]
    figures: Mapping[str, Figure]

    @property
    def files(self):
        """Names of the files that are written: the report and its details."""
        return self.report, self.details
