"""Files that are given to the scripts: what they hold, or a sentence and the end."""

import json
import sys
from contextlib import contextmanager

import click
import pandas as pd
import yaml

RUN_FILE = ("dataset", "objective", "solver")


def run_file(path):
    """The content of a run file of benchopt."""
    what = "a run file, as configs/time_to_recovery.yml is"
    config = _read(path, lambda: yaml.safe_load(path.read_text("utf-8")), what)
    if not isinstance(config, dict) or any(key not in config for key in RUN_FILE):
        sys.exit(f"'{path}' is not {what}: it must have {', '.join(RUN_FILE)}.")
    return {"seed": 0, **config}


def own_table(path, columns):
    """The table that a script goes on with, empty if there is none."""
    if not path.exists():
        return pd.DataFrame(columns=columns)
    what = "a table of this script: give another --output"
    table = _read(path, lambda: pd.read_parquet(path), what)
    if set(table) != set(columns):  # results of benchopt are not to be written into
        sys.exit(f"'{path}' is not {what}.")
    return table


def own_rows(path):
    """The rows of a JSON file that a script goes on with, empty if there is none."""
    if not path.exists():
        return {}
    what = "a JSON file of this script: give another"
    rows = _read(path, lambda: json.loads(path.read_text("utf-8")), what)
    if not isinstance(rows, dict) or not all(
        isinstance(x, dict) for x in rows.values()
    ):
        sys.exit(f"'{path}' is not {what}.")
    return rows


@contextmanager
def told(*more):
    """End with one line at errors of benchopt that are for the user, and at others."""
    try:
        yield
    except (click.ClickException, *more) as error:
        sys.exit(" ".join(str(error).split()))


def only(option, found):
    """The component that an option names, or the end if it names several."""
    if len(found) > 1:
        sys.exit(f"{option} must name one; got {', '.join(map(str, found))}.")
    return next(iter(found))


def _read(path, read, what):
    try:
        return read()
    except Exception as error:  # of yaml, json, pyarrow, the system …
        why = " ".join(str(error).split())[:200]
        sys.exit(f"'{path}' is not {what} ({why}).")
