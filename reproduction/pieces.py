"""Run a run file repetition by repetition, within its hours, and go on where it was.

benchopt keeps each finished run in its cache: a setting on a dataset in one repetition.
The cache here is one of the run file's own. An interruption costs the run under way,
and after each repetition there is a whole table of all of them so far.
"""

import shutil

import joblib
import yaml
from tqdm import tqdm

from reporting import records
from reproduction.budget import HOURS

REPETITIONS, PARALLEL = "n-repetitions", "parallel-config"


class Pieces:
    """The repetitions of a run file at the paper's scale, and the time they took.

    Parameters
    ----------
    runs : Runs

    Attributes
    ----------
    asked : int
        Repetitions of the run file.
    done : int
        Repetitions in the table of runs.
    spent : float
        Seconds, over all calls.
    """

    def __init__(self, runs):
        self.runs = runs
        self.content = yaml.safe_load(runs.config.read_text(encoding="utf-8"))
        self.asked = self.content.get(REPETITIONS, 1)
        kept = records.read(runs.spent) or {}
        same = kept.get("version") == runs.version()
        self.spent = kept["seconds"] if same else 0.0
        known = records.read(runs.record) or {}
        same = same and runs.is_complete() and known.get("version") == runs.version()
        self.done = known.get("repetitions", 0) if same else 0

    @property
    def left(self):
        """Seconds that are left of the hours."""
        return 3600 * HOURS[self.runs.name] - self.spent

    @property
    def fits(self):
        """Whether one more repetition may take place, and end within the hours."""
        each = self.spent / self.done if self.done else 0
        return self.done < self.asked and self.left > each

    @property
    def environment(self):
        """What benchopt is to know: where the cache is."""
        return {"BENCHOPT_CACHE": str(self.runs.cache.resolve())}

    def config(self):
        """Write the run file of one more repetition, and return its path.

        Those that are done come from the cache. There are never more processes than
        cores, which would share the time of each run.
        """
        kept = {k: v for k, v in self.content.items() if k != "no-cache"}
        if spread := kept.get(PARALLEL):
            n_jobs = min(spread["n_jobs"], joblib.cpu_count())
            kept[PARALLEL] = spread | {"n_jobs": n_jobs}
        text = yaml.safe_dump(kept | {REPETITIONS: self.done + 1}, sort_keys=False)
        self.runs.piece.write_text(text, encoding="utf-8")
        return self.runs.piece

    def add(self, seconds, finished):
        """Note the time of a repetition, whether it was finished or not."""
        self.spent += seconds
        self.done += finished
        told = {"version": self.runs.version(), "seconds": round(self.spent, 1)}
        records.write(self.runs.spent, told)

    def told(self):
        """Return what the record tells about them."""
        told = {"repetitions": self.done, "asked": self.asked}
        return told | {"hours": HOURS[self.runs.name], "seconds": round(self.spent, 1)}

    def show(self):
        """Print how far it is, and how long the rest takes."""
        rest = (self.asked - self.done) * self.spent / max(self.done, 1)
        tqdm.write(
            f"{self.runs.name}: {self.done} of {self.asked} repetitions in "
            f"{self.spent / 60:.1f} min; about {rest / 60:.0f} min for the rest, "
            f"{max(self.left, 0) / 60:.0f} min left of its hours"
        )

    def clear(self):
        """Forget the cache: all that was asked for is there."""
        shutil.rmtree(self.runs.cache, ignore_errors=True)
        self.runs.piece.unlink(missing_ok=True)


def forget(runs):
    """Begin anew: what was kept of earlier repetitions is not used."""
    runs.spent.unlink(missing_ok=True)
    shutil.rmtree(runs.cache, ignore_errors=True)


def is_cut(record):
    """Whether a record is of fewer repetitions than its run file asks for."""
    return (record or {}).get("repetitions", 1) < (record or {}).get("asked", 1)
