"""Newton's method on the signs of a code: a linear system, by conjugate gradients."""

PRECISION = 1e-9  # of the linear system, relative


def solve_on_signs(z, slope, product, n_steps):
    """The minimum for the signs of a code; what would change its sign is zero.

    Parameters
    ----------
    z : ndarray or Tensor
        The code: all of it, or its entries that are not zero.
    slope : of the type and shape of z
        ``b - Gz - λ sign(z)``, zero where z is.
    product : callable
        ``G`` times a direction, on the entries where z is not zero; zero elsewhere.
    n_steps : int
        Of conjugate gradients, at most.

    Returns
    -------
    z : of the type and shape of z
    """
    move, slope = 0 * z, slope + 0
    direction = slope
    energy = first = (slope * slope).sum()
    for _ in range(n_steps):
        if energy <= PRECISION**2 * first:
            break
        image = product(direction)
        step = energy / (direction * image).sum()
        move = move + step * direction
        slope = slope - step * image
        energy, before = (slope * slope).sum(), energy
        direction = slope + energy / before * direction
    return (z + move) * ((z + move) * z > 0)
