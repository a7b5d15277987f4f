"""Newton's method for fixed signs of a code: a linear system by conjugate gradients."""

PRECISION = 1e-9  # relative precision of the linear system


def solve_on_signs(z, slope, product, n_steps):
    """The minimum for the signs of a code; entries that would change sign are 0.

    Parameters
    ----------
    z : ndarray or Tensor
        The code: all entries, or the non-zero ones alone.
    slope : of the type and shape of z
        ``b - Gz - λ sign(z)``, and zero where z is zero.
    product : callable
        Takes a direction and returns ``G`` times it, with zeros where z is zero.
    n_steps : int
        Largest number of steps of conjugate gradients.

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
