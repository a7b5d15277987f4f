"""Random orders of more numbers than fit in memory."""

MAX_HELD = 2**20  # numbers: 8 MiB


def shuffled(n, rng):
    """The numbers below ``n``, each once, in a random order.

    Up to ``MAX_HELD`` numbers, the order is a uniform permutation. More numbers are
    split into pieces. A piece has the numbers of one remainder modulo the number of
    pieces, so it is spread over the whole range. The pieces come in a random order, and
    so do the numbers of each piece.

    Parameters
    ----------
    n : int
    rng : numpy.random.Generator

    Yields
    ------
    piece : ndarray of int, at most ``MAX_HELD`` of them
    """
    n_pieces = -(-n // MAX_HELD)
    for remainder in rng.permutation(n_pieces):
        yield remainder + n_pieces * rng.permutation(-(-(n - remainder) // n_pieces))
