"""The grid of layers at which estimates are computed: ten in a decade."""

PER_DECADE = 10


def next_on_grid(n):
    """The first number of 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25 … that is above `n`.

    These are powers of ``10^(1/10)``, rounded: 10, 100, 1000 … are among them.
    """
    i = 0
    while (value := round(10 ** (i / PER_DECADE))) <= n:
        i += 1
    return value
