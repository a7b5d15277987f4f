"""Shares of samples or signals, such as those held out, as whole numbers."""

import math


def count(name, share, n, units, least=1):
    """How many of ``n`` a share is: 0 for no share, and otherwise neither too few.

    Parameters
    ----------
    name : str
        Name of the parameter, for the error.
    share : float
        In [0, 1).
    n : int
    units : str
        What is counted, as "signals".
    least : int
        The share and the rest must both be at least as many.

    Returns
    -------
    count : int

    Raises
    ------
    ValueError
        If the share is out of range, or if it or the rest is fewer than ``least``.
    """
    if not 0 <= share < 1:
        raise ValueError(f"{name} must be in [0, 1); got {share}.")
    found = round(share * n)
    if not share or min(found, n - found) >= least:
        return found
    raise ValueError(
        f"{name}={share} divides {n} {units} into {n - found} and {found}, and both "
        f"must be at least {least}: {_remedy(n, least)}."
    )


def _remedy(n, least):
    digits = 1 - math.floor(math.log10(least / n))
    low = math.ceil(10**digits * least / n) / 10**digits  # two digits, rounded up
    if low > 0.5:
        return "there are too few for any share but 0"
    return f"choose a share from {low} to {round(1 - low, digits)}, or 0 for none"
