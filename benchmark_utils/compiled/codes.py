"""What a layer does to codes, before and after the product with ``G``.

Arrays are of shape (n_signals, n_atoms, n_times). Arrays named ``padded`` have a longer
last dimension, and the functions do not touch its end. Scalars must have the dtype of
the arrays: otherwise numba computes in float64.
"""

from benchmark_utils.compiled.jit import compiled


@compiled
def extrapolate(before, x, momentum, padded):
    """``z = x + momentum (x - before)`` into ``padded``."""
    for i in range(x.shape[0]):
        for k in range(x.shape[1]):
            x0, x1, z = before[i, k], x[i, k], padded[i, k]
            for t in range(x.shape[2]):
                z[t] = x1[t] + momentum * (x1[t] - x0[t])


@compiled
def descend(padded, padded_Gz, b, step, low, high, before, momentum, out):
    """Write the prox of ``w = z - step (Gz - b)`` into ``out``.

    The prox is ``w`` minus ``w`` clipped to [low, high]. Its extrapolation is written
    over ``z``, for the next layer.
    """
    for i in range(b.shape[0]):
        for k in range(b.shape[1]):
            z, Gz, b1 = padded[i, k], padded_Gz[i, k], b[i, k]
            x0, x1 = before[i, k], out[i, k]
            for t in range(b.shape[2]):
                w = z[t] - step * (Gz[t] - b1[t])
                new = w - (high if w > high else low if w < low else w)
                x1[t] = new
                z[t] = new + momentum * (new - x0[t])


@compiled
def gate(x_bar, x, step, A, padded):
    """Write x_bar on the support of x, which is ``a``, to ``padded``; ``A += step a``.

    Elsewhere ``a`` is zero.
    """
    zero = step - step
    for i in range(x.shape[0]):
        for k in range(x.shape[1]):
            x_bar1, x1, A1, a = x_bar[i, k], x[i, k], A[i, k], padded[i, k]
            for t in range(x.shape[2]):
                a[t] = x_bar1[t] if x1[t] != 0 else zero
                A1[t] += step * a[t]


@compiled
def sensitivities(padded, padded_Ga, step, factor, momentum, z_bar, x_bar):
    """Write ``x̄ = factor z̄ - momentum z̄_next``, with ``z̄ = a - step Ga``.

    ``z_bar`` holds ``z̄_next`` before the call and ``z̄`` after it.
    """
    for i in range(z_bar.shape[0]):
        for k in range(z_bar.shape[1]):
            a, Ga = padded[i, k], padded_Ga[i, k]
            z_bar1, x_bar1 = z_bar[i, k], x_bar[i, k]
            for t in range(z_bar.shape[2]):
                new = a[t] - step * Ga[t]
                x_bar1[t] = factor * new - momentum * z_bar1[t]
                z_bar1[t] = new
