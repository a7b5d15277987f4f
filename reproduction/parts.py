"""A part of the reproduction: one figure at one scale, its runs and its record."""

from dataclasses import dataclass
from pathlib import Path

from reporting import records
from reporting.results import RESULTS
from reproduction.figure import Figure
from reproduction.pieces import Pieces, is_cut
from reproduction.runs import Runs

ROOT = Path(__file__).resolve().parents[1]
ENDINGS = {"small": "_small", "paper": ""}  # of names, by scale


@dataclass(frozen=True)
class Part:
    """One figure at one scale, with its files in the folder `output`.

    Attributes
    ----------
    figure : Figure
    scale : {"small", "paper"}
    output : Path
    root : Path
        The repository.
    """

    figure: Figure
    scale: str
    output: Path
    root: Path = ROOT

    @property
    def name(self):
        """As "figure_1_small"."""
        return self.figure.name + ENDINGS[self.scale]

    @property
    def runs(self):
        """The `Runs` that the figure looks at; another figure may share them."""
        name = (self.figure.runs or self.figure.name) + ENDINGS[self.scale]
        return Runs(name, self.figure.benchmark, self.output, self.root)

    @property
    def record(self):
        """Path of the record: circumstances, verdicts, what each rule looked at."""
        return self.output / RESULTS / f"{self.name}.json"

    @property
    def picture(self):
        """Path of the picture that the report shows."""
        return self.record.with_suffix(".png")

    def uses_runs(self):
        """Whether it is judged from its runs: complete ones, not before its record.

        Those that are older than the record are another machine's or another day's.
        """
        if not self.runs.is_complete():
            return False
        record = records.read(self.record)
        runs = records.read(self.runs.record)
        return not has_results(record) or runs["date"] >= record["date"]

    def known(self):
        """Return the record that it is judged from, or that says why its runs failed.

        Returns
        -------
        dict or None
            That of the runs, or its own; None where it was not run.
        """
        record = records.read(self.record)
        if self.uses_runs() or not has_results(record):
            return records.read(self.runs.record) or record
        return record

    def reason_to_run(self):
        """Return why this part is to be run, or None where it is finished.

        It is finished where there are complete runs of its run file, or a record of
        such runs with the table of every rule. The commit that measured them does not
        matter: the record and the report tell it.
        """
        known = self.known()
        if self.runs.again.exists():
            return "asked for again"
        if not self.uses_runs() and not has_results(known):
            return "no results yet"
        if known["version"] != self.runs.version():
            return f"its run file has changed since {measured_by(known)}"
        if not self.uses_runs() and not self._looked_at() <= known["tables"].keys():
            return "its rules look at more than its record has"
        if self.uses_runs() and is_cut(known) and Pieces(self.runs).fits:
            return f"it has {known['repetitions']} of {known['asked']} repetitions"
        return None

    def _looked_at(self):
        return {rule.looks_at.__name__ for rule in self.figure.claims}


def has_results(record):
    """Whether a record of a part is there and has what its rules looked at."""
    return record is not None and "tables" in record


def measured_by(record):
    """Return by which commit and when, in words."""
    return f"commit {record['commit'] or 'unknown'}, {record['date'][:10]}"
