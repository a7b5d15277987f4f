"""How loops are compiled."""

from functools import partial

import numba

FAST = {"contract", "nsz"}  # x * y + z may be one operation; NaN stays NaN


def compiled(function, fastmath=FAST):
    """The function, compiled at its first call; kept on disk where there is a place."""
    options = {"fastmath": fastmath, "error_model": "numpy"}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # neither beside the file nor in the user's cache
        return numba.njit(**options)(function)


summing = partial(compiled, fastmath=FAST | {"reassoc"})  # sums in any order
