"""``Ĝẑ = conj(v̂) P (v̂ẑ)`` of rank-1 atoms, and its derivatives, block by block.

The frequencies of a block, of all atoms, stay in the L1 and L2 caches between the
products by ``v̂`` and the one by ``P`` (BLAS). Spectra are half-spectra of real signals
of even length, shape (..., n_atoms, 2 n_frequencies), real and imaginary parts side by
side. Within a block, real parts come before imaginary ones; the first and the last
frequency, which are real, are one column of it.
"""

import numpy as np

from benchmark_utils.compiled.jit import compiled, summing

BLOCK = 128  # frequencies


@compiled
def mix(z_hat, v_hat, P):
    """``Ĝẑ`` over ``ẑ``."""
    n_signals, n_atoms, n = z_hat.shape
    vz = np.zeros((n_atoms, 2 * BLOCK), z_hat.dtype)
    Pvz = np.empty_like(vz)
    for start in range(0, n - 2, 2 * BLOCK):
        block = slice(start, min(start + 2 * BLOCK, n - 2))
        for i in range(n_signals):
            _filter(z_hat[i], v_hat, block, vz)
            np.dot(P, vz, Pvz)
            _filter_conj(Pvz, v_hat, block, z_hat[i])


@compiled
def mix_back(a_hat, z_hat, v_hat, P, scale, P_bar, v_bar):
    """``Ĝâ`` over ``â``; add ``scale`` times the derivatives of ``⟨a, Gz⟩``.

    That with respect to P to ``P_bar``, that with respect to ``v̂`` to ``v_bar`` (its
    conjugate, and the sum over half-spectra).
    """
    n_signals, n_atoms, n = z_hat.shape
    n_rows = -(-n_atoms // 4) * 4
    va = np.zeros((n_rows, 2 * BLOCK), P.dtype)
    vz, products = np.zeros_like(va), np.zeros((n_rows, n_rows), P.dtype)
    Pva, Pvz = np.empty_like(va[:n_atoms]), np.empty_like(va[:n_atoms])
    twice = P.dtype.type(2 / (n - 2))  # Parseval
    for start in range(0, n - 2, 2 * BLOCK):
        block = slice(start, min(start + 2 * BLOCK, n - 2))
        if block.stop - start < 2 * BLOCK:  # what is after a short block counts as well
            va.fill(0)
            vz.fill(0)
        for i in range(n_signals):
            _filter(a_hat[i], v_hat, block, va)
            _filter(z_hat[i], v_hat, block, vz)
            np.dot(P, va[:n_atoms], Pva)
            np.dot(P, vz[:n_atoms], Pvz)
            if start == 0:
                _count_once(vz)
            _add_scalar_products(va, vz, products)
            _correlate(Pva, z_hat[i], Pvz, a_hat[i], block, scale, v_bar)
            _filter_conj(Pva, v_hat, block, a_hat[i])
    for k in range(n_atoms):
        for j in range(n_atoms):
            P_bar[k, j] += scale * twice * products[k, j]


@compiled
def _filter(z_hat, v_hat, block, out):
    """``v̂ẑ`` of a block."""
    for k in range(len(z_hat)):
        z, v, vz = z_hat[k, block], v_hat[k, block], out[k]
        for f in range(len(z) // 2):
            vz[f] = z[2 * f] * v[2 * f] - z[2 * f + 1] * v[2 * f + 1]
            vz[BLOCK + f] = z[2 * f] * v[2 * f + 1] + z[2 * f + 1] * v[2 * f]
        if block.start == 0:
            vz[0], vz[BLOCK] = z[0] * v[0], z_hat[k, -2] * v_hat[k, -2]


@compiled
def _filter_conj(mixed, v_hat, block, z_hat):
    """``conj(v̂)`` times a block, back among the spectra."""
    for k in range(len(z_hat)):
        x, v, z = mixed[k], v_hat[k, block], z_hat[k, block]
        for f in range(len(z) // 2):
            z[2 * f] = x[f] * v[2 * f] + x[BLOCK + f] * v[2 * f + 1]
            z[2 * f + 1] = x[BLOCK + f] * v[2 * f] - x[f] * v[2 * f + 1]
        if block.start == 0:
            z[0], z[1] = x[0] * v[0], 0
            z_hat[k, -2], z_hat[k, -1] = x[BLOCK] * v_hat[k, -2], 0


@compiled
def _count_once(block):
    """Halve the two frequencies that half-spectra do not stand twice for."""
    for k in range(len(block)):
        block[k, 0] /= 2
        block[k, BLOCK] /= 2


@compiled
def _correlate(Pva, z_hat, Pvz, a_hat, block, scale, v_bar):
    """Add ``scale`` times ``conj(Pv̂â) ẑ + conj(Pv̂ẑ) â``."""
    for k in range(len(z_hat)):
        x, z, total = Pva[k], z_hat[k, block], v_bar[k, block]
        y, a = Pvz[k], a_hat[k, block]
        edge = block.start == 0
        for f in range(edge, len(z) // 2):
            re = x[f] * z[2 * f] + x[BLOCK + f] * z[2 * f + 1]
            im = x[f] * z[2 * f + 1] - x[BLOCK + f] * z[2 * f]
            re += y[f] * a[2 * f] + y[BLOCK + f] * a[2 * f + 1]
            im += y[f] * a[2 * f + 1] - y[BLOCK + f] * a[2 * f]
            total[2 * f] += scale * re
            total[2 * f + 1] += scale * im
        if edge:
            total[0] += scale * (x[0] * z[0] + y[0] * a[0])
            last = x[BLOCK] * z_hat[k, -2] + y[BLOCK] * a_hat[k, -2]
            v_bar[k, -2] += scale * last


@summing
def _add_scalar_products(a, z, out):
    """Add ``a zᵀ``, two rows by four at once, which registers hold."""
    for i in range(0, len(a), 2):
        a0, a1 = a[i], a[i + 1]
        for j in range(0, len(z), 4):
            z0, z1, z2, z3 = z[j], z[j + 1], z[j + 2], z[j + 3]
            s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = out.dtype.type(0)
            for f in range(2 * BLOCK):
                s00, s10 = s00 + a0[f] * z0[f], s10 + a1[f] * z0[f]
                s01, s11 = s01 + a0[f] * z1[f], s11 + a1[f] * z1[f]
                s02, s12 = s02 + a0[f] * z2[f], s12 + a1[f] * z2[f]
                s03, s13 = s03 + a0[f] * z3[f], s13 + a1[f] * z3[f]
            for n, s in enumerate((s00, s01, s02, s03)):
                out[i, j + n] += s
            for n, s in enumerate((s10, s11, s12, s13)):
                out[i + 1, j + n] += s
