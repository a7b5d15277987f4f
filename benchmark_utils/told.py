"""Errors that tell the user what is wrong, and need no traceback."""

import dis
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def is_told(error):
    """Whether an error is a message of this benchmark to the user.

    Such errors are raised for bad input, in the files of this benchmark. All others are
    faults of the benchmark or of a library, and need their traceback.

    Parameters
    ----------
    error : Exception
        The error that was caught.
    """
    if not isinstance(error, OSError | ValueError):
        return False
    *_, last = walked(error.__traceback__)
    code = last.tb_frame.f_code
    file = Path(code.co_filename).resolve()
    if not file.is_relative_to(ROOT) or "site-packages" in file.parts:
        return False
    return code.co_code[last.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def walked(found):
    """The parts of a traceback. The last one is the place of the error."""
    while found is not None:
        yield found
        found = found.tb_next
