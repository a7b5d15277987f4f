"""Command lines that write a page beside each file, or beside the newest one."""

import argparse
from pathlib import Path


def run(write, newest, prog, description, arguments=None):
    """Write the pages and print their paths. Wrong input gives a message, no traceback.

    Parameters
    ----------
    write : callable, path -> path
        Writes the page of one file.
    newest : callable, () -> path
        Gives the file to use if none is named.
    prog, description : str
    arguments : list of str or None
        Those of the process, if None.
    """
    parser = argparse.ArgumentParser(prog=prog, description=description)
    parser.add_argument("files", nargs="*", type=Path, help="default: the newest one")
    files = parser.parse_args(arguments).files
    try:
        for file in files or [newest()]:
            print(write(file))
    except (OSError, ValueError) as error:
        parser.exit(1, f"{error}\n")
