"""The parts of the leaderboard. Each has a run file, and files of results."""

from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("outputs") / "leaderboard"
NAMES = ("gaussian", "superposition", "images", "simulated_meg", "meg")


@dataclass(frozen=True)
class Part:
    """One run file, with its files in a folder.

    Attributes
    ----------
    name : str
        One of `NAMES`.
    folder : Path
    root : Path
        The repository.
    """

    name: str
    folder: Path = ROOT / FOLDER
    root: Path = ROOT

    @property
    def config(self):
        """Path of the run file."""
        return self.root / "configs" / f"leaderboard_{self.name}.yml"

    @property
    def table(self):
        """Path of the table of runs. It exists once all runs have ended."""
        return self.folder / f"{self.name}.parquet"

    @property
    def unfinished(self):
        """Path of the table while benchopt writes it."""
        return self.folder / f"{self.name}.unfinished.parquet"

    @property
    def record(self):
        """Path of the record: commit, machine and settings of the runs."""
        return self.folder / f"{self.name}.json"

    def settings(self):
        """Return the content of the run file."""
        return yaml.safe_load(self.config.read_text(encoding="utf-8"))

    def asked_for(self):
        """Return the settings of the run file that a reader of the times needs."""
        settings = self.settings()
        return {name: settings[name] for name in ("timeout", "seed")}
