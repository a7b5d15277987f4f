"""Cost of one rank-1 DDL gradient against full kernels, the tape and the floor.

    python benchmarks/rank_one_gradient.py
    python benchmarks/rank_one_gradient.py --growth

There are 204 channels, 40 atoms of 150 samples, and 20 windows of 1500 samples (10 s at
150 Hz), with N = 30 in float32. Methods have the same threads and are timed in turn. A
gradient by full kernels (``conv1d``) takes minutes. So it is timed on a single window,
and the ratio is for one window.
"""

import sys

import measure
import numpy as np
import torch
import torch.nn.functional as F
from comparison import Comparison
from floors import rank_one as work

from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms

REG = 0.3
SIZES = {
    "n_windows": 20,
    "n_channels": 204,
    "n_times": 1500,
    "n_atoms": 40,
    "n_times_atom": 150,
    "n_layers": 30,
}
QUICK = dict.fromkeys(["n_windows", "n_channels", "n_atoms", "n_layers"], 2) | {
    "n_times": 40,
    "n_times_atom": 8,
}
GROWTH = {
    "n_times": [1500, 6000, 24_000],
    "n_windows": [5, 20, 80],
    "n_atoms": [10, 20, 40, 80],
    "n_layers": [10, 30, 100],
}


def problem(
    n_windows, n_channels, n_times, n_atoms, n_times_atom, n_layers, device="cpu"
):
    """Noise, random rank-1 atoms with smooth waveforms, and a network."""
    if n_times_atom > n_times:
        sys.exit(
            f"--n_times_atom={n_times_atom} must not be above --n_times={n_times}."
        )
    rng = np.random.default_rng(0)
    times = np.linspace(0, 1, n_times_atom)
    waves = np.sin(2 * np.pi * (rng.uniform(3, 25, (n_atoms, 1)) * times))
    v = unit_atoms(waves * np.hanning(n_times_atom))
    u = unit_atoms(rng.standard_normal((n_atoms, n_channels)))
    D = u[:, :, None] * v[:, None]
    X = rng.standard_normal((n_windows, n_channels, n_times), dtype=np.float32)
    X = torch.as_tensor(X, device=device)
    dictionary = make_dictionary("rank1", D, dtype=torch.float32, device=device)
    lmbd = REG * dictionary.correlate(X).abs().max().item()
    return dictionary, X, lmbd


def full_kernels(dictionary, X, net):
    """``F(Z_N(D), D)`` with the kernels applied as they are, and its gradient."""
    leaves = [p.clone().requires_grad_() for p in dictionary.params]
    D, step = torch.einsum("kc,kt->kct", *leaves), 1 / dictionary.gram(X).norm()
    x = z = torch.zeros_like(dictionary.correlate(X))
    for m in net.momenta:
        w = z - step * F.conv1d(F.conv_transpose1d(z, D) - X, D)
        new = F.softshrink(w, step * net.lmbd)
        z = new + m * (new - x)
        x = new
    loss = ((X - F.conv_transpose1d(x, D)) ** 2).sum() / 2 + net.lmbd * x.abs().sum()
    return loss.item(), torch.autograd.grad(loss, leaves)


def fourier_tape(dictionary, X, net):
    """The same through the tape, channels and kernels dealt with as they are here."""
    leaves = [p.clone().requires_grad_() for p in dictionary.params]
    atoms, (u, v), gram = dictionary.with_params(leaves), leaves, dictionary.gram(X)
    step, b, P = 1 / gram.norm(), atoms.correlate(X), u @ u.T
    v_hat = gram.fft.forward(v)
    x = z = torch.zeros_like(b)
    for m in net.momenta:
        mixed = P.to(v_hat.dtype) @ (gram.fft.forward(z) * v_hat)
        w = z - step * (gram.fft.inverse(mixed * v_hat.conj(), gram.codes) - b)
        new = F.softshrink(w, step * net.lmbd)
        z = new + m * (new - x)
        x = new
    residual = X - atoms.reconstruct(x)
    loss = (residual**2).sum() / 2 + net.lmbd * x.abs().sum()
    return loss.item(), torch.autograd.grad(loss, leaves)


def methods(**sizes):
    """One gradient of each method, as a function of no arguments."""
    dictionary, X, lmbd = problem(**sizes)
    am, ddl = (Unrolled(sizes["n_layers"], lmbd, backprop_depth=K) for K in (0, None))
    less = Unrolled(sizes["n_layers"], lmbd, checkpoint=True)
    return {
        "ddl": lambda: ddl.gradient(dictionary, X),
        "checkpoint": lambda: less.gradient(dictionary, X),
        "am": lambda: am.gradient(dictionary, X),
        "loss": lambda: ddl.loss(dictionary, X),
        "tape": lambda: fourier_tape(dictionary, X, ddl),
    }


def full_kernels_of(**sizes):
    """One gradient by full kernels, as a function of no arguments."""
    dictionary, X, lmbd = problem(**sizes)
    net = Unrolled(sizes["n_layers"], lmbd)
    return {"full": lambda: full_kernels(dictionary, X, net)}


COMPARISON = Comparison(
    __file__, methods, work, SIZES, QUICK, GROWTH, apart=full_kernels_of
)


def main():
    compared = COMPARISON.main(__doc__, n_rounds=10)
    if compared is None:
        return
    sizes, found = compared
    one_window = sizes | {"n_windows": 1}
    full = measure.in_turn(
        full_kernels_of(**one_window, device=COMPARISON.device), n_rounds=1, n_warm_up=0
    )
    by_window = full["full"] / (found["ddl"] / sizes["n_windows"])
    print(f"full / ddl, by window: {measure.spread(by_window, digits=0)}")
    peaks = [COMPARISON.peak(name, one_window) for name in ("full", "ddl")]
    print("peak of one window: full {:.1f} MiB, ddl {:.1f} MiB".format(*peaks))


if __name__ == "__main__":
    main()
