"""Judge a figure: from its runs where they are there, else from its record."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from benchopt.results import read_results

from reporting import records
from reproduction import tables
from reproduction.noise import by_noise
from reproduction.parts import ROOT, Part, has_results
from reproduction.pictures.canvas import save_picture
from reproduction.rows import RUN
from reproduction.verdict import untested

# Names in a record of what was found with the noise of the published code.
BESIDE = {"claims": "claims_code_noise", "tables": "tables_code_noise"}
LOOKED_AT = ("n_runs", "claims", "tables", *BESIDE.values(), "looked_at")


@dataclass(frozen=True)
class Finding:
    """What came of one part: `record` is None where it was not run.

    `beside` has the verdicts with the noise of the published code; it is empty where
    there is one noise only.
    """

    part: Part
    record: dict | None
    verdicts: list
    beside: list = field(default_factory=list)

    @property
    def figure(self):
        """The figure of the part."""
        return self.part.figure

    @property
    def has_results(self):
        """Whether its runs succeeded."""
        return has_results(self.record)


def find(part):
    """Judge the claims of one part, draw it if its runs are there, and record it.

    Parameters
    ----------
    part : Part

    Returns
    -------
    Finding
    """
    record, rules = part.known(), part.figure.claims
    if record is None:
        return Finding(part, None, [untested(rule, "it was not run") for rule in rules])
    if part.uses_runs():
        record = record | (_kept(part) or _looked_at(part))
    if has_results(record):
        verdicts = [tables.judged(rule, record["tables"]) for rule in rules]
    else:
        reason = record.get("reason") or "its table of runs is not whole"
        verdicts = [untested(rule, reason) for rule in rules]
    beside = _judged_beside(rules, record)
    told = {"claims": [_told(verdict) for verdict in verdicts]}
    if beside:
        told[BESIDE["claims"]] = [_told(verdict) for verdict in beside]
    record = {"figure": part.figure.name, "scale": part.scale} | record | told
    part.record.parent.mkdir(parents=True, exist_ok=True)
    records.write(part.record, record)
    return Finding(part, record, verdicts, beside)


def _looked_at(part):
    """Return what the rules look at in the table of runs, and draw the picture."""
    df = read_results(part.runs.table)
    text, code = by_noise(df)
    save_picture(part.figure.draw, text, part.picture)
    rules = part.figure.claims
    made = {"claims": [], "tables": tables.of_runs(rules, text)}
    if code is not None:
        made[BESIDE["tables"]] = tables.of_runs(rules, code)
    seen = {"n_runs": len(df.groupby(RUN)), "looked_at": _fingerprint(part)}
    return seen | made


def _kept(part):
    """Return what the same code has looked at in the same runs, or None.

    Reading the tables of all runs and drawing all pictures takes minutes.
    """
    record = records.read(part.record) or {}
    same = record.get("looked_at") == _fingerprint(part)
    same = same and record["date"] == records.read(part.runs.record)["date"]
    names = {rule.looks_at.__name__ for rule in part.figure.claims}
    if not (same and names <= record["tables"].keys() and part.picture.exists()):
        return None
    return {key: record[key] for key in LOOKED_AT if key in record}


def _fingerprint(part):
    """Return a hash of the table of runs and of the code that looks at it."""
    found = hashlib.sha256(records.read(part.runs.record)["sha256"].encode())
    for folder in (Path(__file__).parent, ROOT / "benchmark_utils"):
        for path in sorted(folder.rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _judged_beside(rules, record):
    """Return the verdicts with the noise of the published code, if it was run."""
    kept = record.get(BESIDE["tables"])
    return [tables.judged(rule, kept) for rule in rules] if kept else []


def _told(verdict):
    """Return a verdict as JSON can hold it."""
    measured = {key: _plain(value) for key, value in verdict.measured.items()}
    return {"claim": verdict.claim, "verdict": verdict.verdict, "measured": measured}


def _plain(value):
    """Return a number or text of numpy or Python as JSON knows it."""
    value = value.item() if isinstance(value, np.generic) else value
    is_number = isinstance(value, float) and np.isfinite(value)
    return value if is_number or isinstance(value, int) else str(value)
