"""Small JSON records that are there whole or not at all."""

import hashlib
import json
import os
from pathlib import Path


def write(path, record):
    """Write a record; a reader sees the old one or the new one, never half of it.

    Parameters
    ----------
    path : Path
    record : dict
        What JSON can hold.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    text = json.dumps(record, indent=2, ensure_ascii=False)
    unfinished.write_text(text + "\n", encoding="utf-8")
    os.replace(unfinished, path)


def read(path):
    """Return the record of a file, or None where there is none that is whole."""
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # ValueError: not JSON, not even text
        return None
    return record if isinstance(record, dict) else None


def sha256(path):
    """Return the checksum of a file, or None where there is no such file."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
