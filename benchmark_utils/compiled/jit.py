"""How loops are compiled.

The run that compiles `spectra.mix` and `spectra.mix_back` gets other last digits from
them, for the same float32 input, than later runs, which load them from numba's cache.
The steps of a run amplify this. Later runs agree with each other. So compare runs only
if the cache was filled before them.
"""

from functools import partial

import numba

FAST = {"contract", "nsz"}  # x * y + z may be one operation; NaN stays NaN
SUMMING = FAST | {"reassoc"}  # and sums may be in any order


def compiled(function, types=None, fastmath=FAST, inline="never"):
    """Compile a function with numba, and keep the result on disk if possible.

    Parameters
    ----------
    function : callable
    types : tuple of numba types, or list of such, or None
        Types of the arguments. With them, the function is compiled on import. With
        None, it is compiled at its first call.
    fastmath : set of str
    inline : {"never", "always"}
        Whether a call is replaced by the body of the function. Passing many arrays to
        a function takes as long as a short loop.

    Returns
    -------
    function : callable
    """
    options = {
        "fastmath": fastmath,
        "inline": inline,
        "error_model": "numpy",
        "nogil": True,
    }
    try:
        return numba.njit(types, cache=True, **options)(function)
    except RuntimeError:  # neither the file's folder nor the user's cache is writable
        return numba.njit(types, **options)(function)


inlined = partial(compiled, inline="always")
summing = partial(compiled, fastmath=SUMMING)


def typed(types, fastmath=FAST):
    """A decorator: :func:`compiled` for arguments of these types."""
    return partial(compiled, types=types, fastmath=fastmath)
