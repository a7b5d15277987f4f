"""Kinds of options of the scripts of this folder: a wrong value ends the command."""

import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from benchmark_utils.parameters.quantities import Integer, Number  # noqa: E402


def integer(least=1, most=None):
    """An option that is a whole number, 1e6 for instance."""
    return _of(Integer(least, most))


def number(above=0):
    """An option that is a finite number."""
    return _of(Number(above=above))


def device(parser, name):
    """The device of torch of that name, or the end if this machine has none."""
    from benchmark_utils.devices import resolve_device  # here: torch takes memory

    try:
        return str(resolve_device(name))
    except ValueError as error:
        parser.error(f"argument --device: {error}")


def make_folder(path):
    """Make the folder of a file that is to be written, or end the command."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"'{path}' cannot be written: {error.strerror} ('{path.parent}').")


def _of(kind):
    def read(text):
        try:
            found = kind.read(float(text))
        except ValueError:
            found = None
        if found is None:
            raise argparse.ArgumentTypeError(f"must be {kind.words}; got {text!r}")
        return found

    return read
