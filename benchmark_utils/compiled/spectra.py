"""``Ĝẑ = conj(v̂) P (v̂ẑ)`` of rank-1 atoms, and its derivatives, block by block.

A real signal of ``2 m`` samples is transformed as a complex signal of ``m`` samples:
two samples make one number. This takes three quarters of the time. The result is ``ŷ``,
of shape (..., n_atoms, 2 m), with real and imaginary parts side by side. The values of
``ŷ`` at f and m - f determine the half-spectrum ``ẑ`` at f and m - f, and the reverse.
So the loops go over pairs of frequencies. A block (:mod:`.blocks`) has the pairs of all
atoms, and stays in cache between the products by ``v̂`` and the product by ``P`` (BLAS).
"""

import numpy as np

from benchmark_utils.compiled.jit import compiled, inlined, summing

# Pairs in a block. 80 is a multiple of a vector register, and five blocks hold the 385
# pairs of 1536 samples. It stands in this file because the cache of numba does not
# notice a change in another file.
BLOCK = 80
# Offsets of the parts of the second frequency of a pair.
RE, IM = 2 * BLOCK, 3 * BLOCK


@compiled
def mix(y_hat, v_hat, w, P):
    """Write ``Ĝẑ`` over ``ẑ``, both in the form ``ŷ``."""
    z = np.zeros(v_hat.shape[1:], y_hat.dtype)
    vz, Pvz = np.zeros_like(z), np.empty_like(z)
    for b in range(len(v_hat)):
        for i in range(len(y_hat)):
            _filter(y_hat[i], w[b], v_hat[b], b * BLOCK, z, vz)
            np.dot(P, vz, Pvz)
            _filter_conj(Pvz, w[b], v_hat[b], b * BLOCK, y_hat[i])


@compiled
def mix_back(a_hat, z_hat, v_hat, w, P, scale, P_bar, v_bar):
    """Write ``Ĝâ`` over ``â``, and add ``scale`` times the derivatives of ``⟨a, Gz⟩``.

    The derivative with respect to P is added to ``P_bar``. The derivative with respect
    to ``v̂`` is added to ``v_bar``: its conjugate, and the sum over half-spectra.
    """
    n_atoms = z_hat.shape[1]
    n_rows = -(-n_atoms // 4) * 4
    va = np.zeros((n_rows, v_hat.shape[2]), P.dtype)
    vz, products = np.zeros_like(va), np.zeros((n_rows, n_rows), P.dtype)
    a, z = np.zeros_like(va[:n_atoms]), np.zeros_like(va[:n_atoms])
    Pva, Pvz = np.empty_like(a), np.empty_like(z)
    for b in range(len(v_hat)):
        start = b * BLOCK
        if b + 1 == len(v_hat):  # the sums include the end of a short block
            va.fill(0)
            vz.fill(0)
        for i in range(len(z_hat)):
            _filter(a_hat[i], w[b], v_hat[b], start, a, va)
            _filter(z_hat[i], w[b], v_hat[b], start, z, vz)
            np.dot(P, va[:n_atoms], Pva)
            np.dot(P, vz[:n_atoms], Pvz)
            _correlate(Pva, z, Pvz, a, scale, v_bar[b])
            _count_once(vz, start, z_hat.shape[2] // 2)
            _add_scalar_products(va, vz, products)
            _filter_conj(Pva, w[b], v_hat[b], start, a_hat[i])
    for k in range(n_atoms):
        for j in range(n_atoms):
            P_bar[k, j] += scale * products[k, j]


@compiled
def _filter(y_hat, w, v_hat, start, z, vz):
    """``ẑ`` and ``v̂ẑ`` of a block."""
    n = _n_pairs(y_hat, start)
    for k in range(len(y_hat)):
        y, v, z1, x = y_hat[k], v_hat[k], z[k], vz[k]
        up, down = y[2 * (start + 1) :], y[len(y) - 2 * (start + n) :]
        _filter_pairs(up, down, w, v, n, z1, x)
    if n < BLOCK:  # the last pair: the other of frequency 0 is itself
        for k in range(len(y_hat)):
            y, v = y_hat[k, :2], v_hat[k, n:]
            _filter_pairs(y, y, w[n:], v, 1, z[k, n:], vz[k, n:])


@compiled
def _filter_conj(mixed, w, v_hat, start, y_hat):
    """Multiply a block by ``conj(v̂)``, in place, and transform it back to ``ŷ``."""
    n = _n_pairs(y_hat, start)
    for k in range(len(y_hat)):
        x, v, y = mixed[k], v_hat[k], y_hat[k]
        up, down = y[2 * (start + 1) :], y[len(y) - 2 * (start + n) :]
        _filter_conj_pairs(x, w, v, n, up, down)
    if n < BLOCK:
        for k in range(len(y_hat)):
            y, v = y_hat[k, :2], v_hat[k, n:]
            _filter_conj_pairs(mixed[k, n:], w[n:], v, 1, y, y)


@compiled
def _n_pairs(y_hat, start):
    """The number of pairs in a block, not counting the pair of frequency 0."""
    return min(BLOCK, y_hat.shape[1] // 4 - start)


@inlined
def _filter_pairs(up, down, w, v, n, z, x):
    """Two times the half-spectra, and their products by ``v̂``.

    The spectrum of the even samples is ``(y + conj y') / 2``. That of the odd samples
    is ``(y - conj y') / 2i``. At f, ``ẑ`` is the even one plus ``w`` times the odd one.
    At m - f, it is the conjugate of the even one minus ``w`` times the odd one.
    """
    for j in range(n):
        q = 2 * (n - 1 - j)
        y_re, y_im = up[2 * j], up[2 * j + 1]
        # An unsigned index: a signed one might count from the end, for all numba knows.
        y1_re, y1_im = down[np.uintp(q)], down[np.uintp(q + 1)]
        even_re, even_im = y_re + y1_re, y_im - y1_im
        re, im = y_im + y1_im, y1_re - y_re
        odd_re, odd_im = re * w[j] - im * w[BLOCK + j], re * w[BLOCK + j] + im * w[j]
        re, im = even_re + odd_re, even_im + odd_im
        re1, im1 = even_re - odd_re, odd_im - even_im
        z[j], z[BLOCK + j], z[RE + j], z[IM + j] = re, im, re1, im1
        x[j] = re * v[j] - im * v[BLOCK + j]
        x[BLOCK + j] = re * v[BLOCK + j] + im * v[j]
        x[RE + j] = re1 * v[RE + j] - im1 * v[IM + j]
        x[IM + j] = re1 * v[IM + j] + im1 * v[RE + j]


@inlined
def _filter_conj_pairs(x, w, v, n, up, down):
    """The inverse of :func:`_filter_pairs`, with ``conj(v̂)``.

    It writes in three loops: in one loop, the compiler could not know that the arrays
    do not overlap.
    """
    for j in range(n):
        re = x[j] * v[j] + x[BLOCK + j] * v[BLOCK + j]
        im = x[BLOCK + j] * v[j] - x[j] * v[BLOCK + j]
        re1 = x[RE + j] * v[RE + j] + x[IM + j] * v[IM + j]
        im1 = x[IM + j] * v[RE + j] - x[RE + j] * v[IM + j]
        even_re, even_im, odd_re, odd_im = re + re1, im - im1, re - re1, im + im1
        re = odd_re * w[j] + odd_im * w[BLOCK + j]
        im = odd_im * w[j] - odd_re * w[BLOCK + j]
        x[j], x[BLOCK + j] = even_re - im, even_im + re
        x[RE + j], x[IM + j] = even_re + im, re - even_im
    for j in range(n):
        up[2 * j], up[2 * j + 1] = x[j], x[BLOCK + j]
    for j in range(n):
        q = 2 * (n - 1 - j)
        down[np.uintp(q)], down[np.uintp(q + 1)] = x[RE + j], x[IM + j]


@compiled
def _count_once(block, start, m):
    """Halve the edges 0 and m, which count half, and m / 2, which is its own pair."""
    for j in range(m // 2 - 1 + m % 2 - start, m // 2 + 1 - start):
        if 0 <= j < BLOCK:
            block[:, j::BLOCK] /= 2


@compiled
def _correlate(Pva, z_hat, Pvz, a_hat, scale, v_bar):
    """Add ``scale`` times ``conj(Pv̂â) ẑ + conj(Pv̂ẑ) â``."""
    for k in range(len(z_hat)):
        for part in range(0, v_bar.shape[1], RE):
            x, z, total = Pva[k, part:], z_hat[k, part:], v_bar[k, part:]
            y, a = Pvz[k, part:], a_hat[k, part:]
            for j in range(BLOCK):
                re = x[j] * z[j] + x[BLOCK + j] * z[BLOCK + j]
                im = x[j] * z[BLOCK + j] - x[BLOCK + j] * z[j]
                re += y[j] * a[j] + y[BLOCK + j] * a[BLOCK + j]
                im += y[j] * a[BLOCK + j] - y[BLOCK + j] * a[j]
                total[j] += scale * re
                total[BLOCK + j] += scale * im


@summing
def _add_scalar_products(a, z, out):
    """Add ``a zᵀ``. Two rows by four at once fit the registers."""
    for i in range(0, len(a), 2):
        a0, a1 = a[i], a[i + 1]
        for j in range(0, len(z), 4):
            z0, z1, z2, z3 = z[j], z[j + 1], z[j + 2], z[j + 3]
            s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = out.dtype.type(0)
            for f in range(4 * BLOCK):
                s00, s10 = s00 + a0[f] * z0[f], s10 + a1[f] * z0[f]
                s01, s11 = s01 + a0[f] * z1[f], s11 + a1[f] * z1[f]
                s02, s12 = s02 + a0[f] * z2[f], s12 + a1[f] * z2[f]
                s03, s13 = s03 + a0[f] * z3[f], s13 + a1[f] * z3[f]
            for n, s in enumerate((s00, s01, s02, s03)):
                out[i, j + n] += s
            for n, s in enumerate((s10, s11, s12, s13)):
                out[i + 1, j + n] += s
