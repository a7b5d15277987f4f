"""Random orders of more numbers than one would like to hold."""

MAX_HELD = 2**20  # numbers: 8 MiB


def shuffled(n, rng):
    """The numbers below ``n``, each once, in a random order.

    Up to ``MAX_HELD`` of them, that is a uniform permutation. Beyond, numbers that
    are equal modulo the number of pieces make a piece, each spread over the whole
    range; the pieces, and then the numbers of each, come in a random order.

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
