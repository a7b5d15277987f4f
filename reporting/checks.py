"""Checks of options that would otherwise fail in the middle of a run."""

import argparse
import os
from pathlib import Path

import yaml


def environment_threads():
    """The number of threads that the environment asks for, 1 if it asks for none."""
    text = os.environ.get("OMP_NUM_THREADS", "1")
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"OMP_NUM_THREADS={text} in the environment is not a number of 1 or more"
        )
    return int(text)


def n_jobs(text):
    """A number of processes: 1 or more, or -1 for all cores."""
    try:
        found = int(text)
    except ValueError:
        found = 0
    if found < 1 and found != -1:
        raise argparse.ArgumentTypeError(f"{text!r} is not 1 or more, or -1 (all)")
    return found


def parallel_config(path):
    """The path of a file that names a backend, as configs/dask.yml does."""
    path = Path(path)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file '{path}'")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError):
        content = None
    if not isinstance(content, dict) or "backend" not in content:
        raise argparse.ArgumentTypeError(
            f"'{path}' has no line backend: …, as configs/dask.yml and "
            "configs/slurm.yml have"
        )
    return path.resolve()  # benchopt may run in another folder


def folder(path):
    """A folder, which is made if there is none."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise argparse.ArgumentTypeError(
            f"'{path}' cannot be a folder ({error.strerror})"
        ) from error
    return path
