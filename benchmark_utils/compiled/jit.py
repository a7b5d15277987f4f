"""How loops are compiled."""

from functools import partial

import numba

FAST = {"contract", "nsz"}  # x * y + z may be one operation; NaN stays NaN
SUMMING = FAST | {"reassoc"}  # and sums are in any order


def compiled(function, types=None, fastmath=FAST, inline="never"):
    """The function, compiled; kept on disk where there is a place for it.

    Parameters
    ----------
    function : callable
    types : tuple of numba types, or list of such, or None
        Of arguments, for it to be compiled on import; None does so at its first call.
    fastmath : set of str
    inline : {"never", "always"}
        Whether the text of the function is put where it is called: to hand over many
        arrays takes as long as a short loop.
    """
    options = {
        "fastmath": fastmath,
        "inline": inline,
        "error_model": "numpy",
        "nogil": True,
    }
    try:
        return numba.njit(types, cache=True, **options)(function)
    except RuntimeError:  # neither beside the file nor in the user's cache
        return numba.njit(types, **options)(function)


inlined = partial(compiled, inline="always")
summing = partial(compiled, fastmath=SUMMING)


def typed(types, fastmath=FAST):
    """A decorator: :func:`compiled` for arguments of these types."""
    return partial(compiled, types=types, fastmath=fastmath)
