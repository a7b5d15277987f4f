"""A part of the reproduction: one config of a figure, its results and its record."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet

from reproduction import records
from reproduction.fingerprint import fingerprint

ROOT = Path(__file__).resolve().parents[1]
RESULTS, UNFINISHED = "results", Path("outputs") / "reproduction"
SCALES = ("small", "paper")


@dataclass(frozen=True)
class Part:
    """One figure at one scale, with its files in the folder `output`.

    Attributes
    ----------
    figure : str
        As "figure_1" or "table_1".
    benchmark : str
        Folder of the benchmark, relative to the root of the repository.
    scale : {"small", "paper"}
    output : Path
    root : Path
        The repository.
    """

    figure: str
    benchmark: str
    scale: str
    output: Path
    root: Path = ROOT

    @property
    def name(self):
        """As "figure_1_small"."""
        return self.figure + ("_small" if self.scale == "small" else "")

    @property
    def config(self):
        """Path of the run file."""
        return self.root / "configs" / f"{self.name}.yml"

    @property
    def result(self):
        """Path of the table of results; there only when it is complete."""
        return self.output / RESULTS / f"{self.name}.parquet"

    @property
    def record(self):
        """Path of the record of how the results came about."""
        return self.result.with_suffix(".json")

    @property
    def picture(self):
        """Path of the picture that the report shows."""
        return self.result.with_suffix(".png")

    @property
    def fresh(self):
        """Path of the table of results while it is not known to be complete."""
        return self.output / UNFINISHED / f"{self.name}.parquet"

    @property
    def log(self):
        """Path of what benchopt printed."""
        return self.output / UNFINISHED / f"{self.name}.log"

    def fingerprint(self):
        """Return the version of the config and of the code it runs."""
        return fingerprint(self.root, self.benchmark, self.config)

    def needs_preparing(self):
        """Whether the run file says to `benchopt prepare` its data before."""
        return "#   benchopt prepare" in self.config.read_text(encoding="utf-8")

    def is_complete(self):
        """Whether there are results, whole, and those of the record."""
        record = records.read(self.record)
        if record is None or record.get("sha256") is None:
            return False
        return records.sha256(self.result) == record["sha256"]

    def is_finished(self):
        """Whether there are results of this config by this code."""
        return self.is_complete() and (
            records.read(self.record)["fingerprint"] == self.fingerprint()
        )


def is_table(path):
    """Whether a file is a whole parquet table: its end is written last."""
    try:
        return pyarrow.parquet.ParquetFile(path).metadata.num_rows > 0
    except (FileNotFoundError, pyarrow.ArrowInvalid):
        return False
