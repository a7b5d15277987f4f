"""The runs of a run file: an artefact that is not committed, and its circumstances."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import yaml

from reporting import records

FOLDER = Path("outputs") / "reproduction"
ONLY_NAMES = ("output",)  # keys of a run file that change no number


@dataclass(frozen=True)
class Runs:
    """The runs of one run file, with their files in the folder `output`.

    Attributes
    ----------
    name : str
        That of the run file, as "figure_1_small".
    benchmark : str
        Folder of the benchmark, relative to the root of the repository.
    output : Path
    root : Path
        The repository.
    """

    name: str
    benchmark: str
    output: Path
    root: Path

    @property
    def config(self):
        """Path of the run file."""
        return self.root / "configs" / f"{self.name}.yml"

    @property
    def table(self):
        """Path of the table of runs; there only when it is complete."""
        return self._path(".parquet")

    @property
    def record(self):
        """Path of the record of how the runs came about."""
        return self._path(".json")

    @property
    def unfinished(self):
        """Path of the table of runs while it is not known to be complete."""
        return self._path(".unfinished.parquet")

    @property
    def log(self):
        """Path of what benchopt printed."""
        return self._path(".log")

    @property
    def spent(self):
        """Path of the time that was spent on them, of runs in pieces."""
        return self._path(".spent.json")

    @property
    def cache(self):
        """Path of benchopt's cache of runs in pieces."""
        return self._path(".cache")

    @property
    def piece(self):
        """Path of the run file of one more repetition, of runs in pieces."""
        return self._path(".piece.yml")

    @property
    def again(self):
        """Path of an empty file: there while these runs are asked for once more."""
        return self._path(".again")

    def _path(self, ending):
        return self.output / FOLDER / f"{self.name}{ending}"

    def version(self):
        """Return a hash of the run file, without its comments and its output's name."""
        content = yaml.safe_load(self.config.read_text(encoding="utf-8"))
        kept = {key: value for key, value in content.items() if key not in ONLY_NAMES}
        text = json.dumps(kept, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def needs_preparing(self):
        """Whether the run file says to `benchopt prepare` its data before."""
        return "#   benchopt prepare" in self.config.read_text(encoding="utf-8")

    def is_complete(self):
        """Whether there is a whole table of runs, and the one of the record."""
        record = records.read(self.record)
        if record is None or record.get("sha256") is None:
            return False
        return records.sha256(self.table) == record["sha256"]

    def is_finished(self):
        """Whether there are complete runs of the run file as it is now."""
        return self.is_complete() and (
            records.read(self.record)["version"] == self.version()
        )

    def set_aside(self):
        """Move the table of runs out of the way, and return where it is now.

        Returns
        -------
        Path or None
            None where there are no complete runs.
        """
        if not self.is_complete():
            return None
        date = "".join(filter(str.isalnum, records.read(self.record)["date"][:19]))
        kept = self.table.with_name("earlier") / f"{self.name}-{date}.parquet"
        kept.parent.mkdir(exist_ok=True)
        self.record.rename(kept.with_suffix(".json"))
        return self.table.rename(kept)
