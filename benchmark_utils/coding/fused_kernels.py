"""Layers of (F)ISTA for one tile of signals, forwards and backwards, in Triton.

A program holds its tile and the matrix G on chip through all layers that it is given;
what a layer costs is a product (two backwards). Codes of the layers are in one tensor,
the ring, of shape (length, n_signals, n_atoms), ``x_k`` being at ``k % length``.

Its threads wait for each other in every product, so that what was read before the first
one may be written over after it, by whichever of them: the ring turns.

``layers`` has two rows of n_layers + 1 numbers: the step sizes ``s_k``, and the momenta
one place late, ``m_{k-1}``, so that the first is 0.

Importing this module needs Triton. With TRITON_INTERPRET=1 in the environment before,
the kernels are run by numpy on tensors of the CPU.
"""

import triton
import triton.language as tl

# A kernel is compiled anew for numbers that are 1 or multiples of 16, but for these.
ANY = ["n_signals", "n_layers", "start", "stop", "length", "with_steps"]


@triton.jit
def address(ring, k, length, n_signals, n_atoms):
    """Where ``x_k`` begins; the ring may have more than 2^31 numbers."""
    return ring + (k % length).to(tl.int64) * n_signals * n_atoms


@triton.jit
def shrink(w, threshold, POSITIVE: tl.constexpr):
    """Soft-threshold; what is not finite stays so, for the loss to tell of it."""
    if POSITIVE:
        return tl.maximum(w - threshold, 0.0, propagate_nan=tl.PropagateNan.ALL)
    below = tl.where(w < -threshold, w + threshold, w * 0.0)
    return tl.where(w > threshold, w - threshold, below)


@triton.jit(do_not_specialize=ANY)
def advance(
    ring, b, G, layers, n_signals, n_atoms, n_layers, start, stop, length, lmbd,
    POSITIVE: tl.constexpr, PRECISION: tl.constexpr,
    TILE: tl.constexpr, WIDTH: tl.constexpr,
):  # fmt: skip
    """Layers ``start`` to ``stop - 1``; the last ``length`` codes go to the ring."""
    atoms = tl.arange(0, WIDTH)
    real = atoms < n_atoms
    both = real[:, None] & real[None, :]
    g = tl.load(G + atoms[:, None] * n_atoms + atoms[None, :], mask=both, other=0.0)
    rows = tl.program_id(0) * TILE + tl.arange(0, TILE)
    inside = (rows < n_signals)[:, None] & real[None, :]
    at = rows[:, None] * n_atoms + atoms[None, :]
    corr = tl.load(b + at, mask=inside, other=0.0)
    begin = address(ring, tl.maximum(start - 1, 0), length, n_signals, n_atoms)
    x_before = tl.load(begin + at, mask=inside, other=0.0)
    begin = address(ring, start, length, n_signals, n_atoms)
    x = tl.load(begin + at, mask=inside, other=0.0)
    for k in range(start, stop):
        step = tl.load(layers + k)
        momentum = tl.load(layers + n_layers + 1 + k)
        z = x + momentum * (x - x_before)
        w = z - step * (tl.dot(z, g, input_precision=PRECISION) - corr)
        x_before = x
        x = shrink(w, step * lmbd, POSITIVE)
        if k + 1 + length > stop:
            begin = address(ring, k + 1, length, n_signals, n_atoms)
            tl.store(begin + at, x, mask=inside)


@triton.jit(do_not_specialize=ANY)
def retreat(
    ring, G, layers, A, x_bar, z_bar_next, statistics, step_grads,
    n_signals, n_atoms, n_layers, start, stop, length, with_steps,
    PRECISION: tl.constexpr, TILE: tl.constexpr, WIDTH: tl.constexpr,
):  # fmt: skip
    """Layers ``stop - 1`` to ``start`` of the reverse recursion (`Trajectory.reverse`).

    ``A``, ``x_bar`` and ``z_bar_next`` are read and written over. What the tiles of a
    program add to M goes to ``statistics[program]``, of WIDTH x WIDTH numbers; the
    gradients of the steps of a tile to ``step_grads[tile]``, of n_layers.
    """
    atoms = tl.arange(0, WIDTH)
    real = atoms < n_atoms
    both = real[:, None] & real[None, :]
    g = tl.load(G + atoms[:, None] * n_atoms + atoms[None, :], mask=both, other=0.0)
    M = tl.zeros((WIDTH, WIDTH), tl.float32)
    for tile in range(tl.program_id(0), tl.cdiv(n_signals, TILE), tl.num_programs(0)):
        rows = tile * TILE + tl.arange(0, TILE)
        inside = (rows < n_signals)[:, None] & real[None, :]
        at = rows[:, None] * n_atoms + atoms[None, :]
        total = tl.load(A + at, mask=inside, other=0.0)
        bar = tl.load(x_bar + at, mask=inside, other=0.0)
        bar_next = tl.load(z_bar_next + at, mask=inside, other=0.0)
        begin = address(ring, stop, length, n_signals, n_atoms)
        x_after = tl.load(begin + at, mask=inside, other=0.0)
        begin = address(ring, stop - 1, length, n_signals, n_atoms)
        x = tl.load(begin + at, mask=inside, other=0.0)
        for i in range(stop - start):
            k = stop - 1 - i
            step = tl.load(layers + k)
            before = tl.load(layers + n_layers + 1 + k)
            momentum = tl.load(layers + n_layers + 2 + k)
            begin = address(ring, tl.maximum(k - 1, 0), length, n_signals, n_atoms)
            x_before = tl.load(begin + at, mask=inside, other=0.0)
            a = tl.where(x_after != 0.0, bar, 0.0)
            total += step * a
            z = x + before * (x - x_before)
            M = tl.dot(tl.trans(-step * a), z, acc=M, input_precision=PRECISION)
            if with_steps:
                found = tl.sum(a * (x_after - z)) / step  # as `Trajectory` has it
                tl.store(step_grads + tile * n_layers + k, found)
            z_bar = a - step * tl.dot(a, g, input_precision=PRECISION)
            bar = (1 + before) * z_bar - momentum * bar_next
            bar_next = z_bar
            x_after = x
            x = x_before
        tl.store(A + at, total, mask=inside)
        tl.store(x_bar + at, bar, mask=inside)
        tl.store(z_bar_next + at, bar_next, mask=inside)
    entry = tl.program_id(0) * WIDTH * WIDTH + atoms[:, None] * WIDTH + atoms[None, :]
    tl.store(statistics + entry, M)
