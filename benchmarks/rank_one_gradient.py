"""Cost of one rank-1 DDL gradient against full kernels, conv1d and the autograd tape.

    python benchmarks/rank_one_gradient.py

204 channels, 40 atoms of 150 samples, windows of 1500 samples (10 s at 150 Hz), N = 30,
float32, the same threads for both. Full kernels take minutes: their time grows with the
number of windows and so can be measured on fewer, ``--full-windows``; that of both is
stated for each. Peak memory is the growth of the resident set in a process of its own.
"""

import argparse
import os
import subprocess
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from unrolled_gradient import resident  # puts the repository on sys.path

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.initial import unit_atoms
from benchmark_utils.unrolled import Unrolled

N_CHANNELS, N_ATOMS, N_TIMES_ATOM, WINDOW, N_LAYERS, REG = 204, 40, 150, 1500, 30, 0.3


def problem(n_windows):
    """Noise, random rank-1 atoms with smooth waveforms, and a network."""
    rng = np.random.default_rng(0)
    times = np.linspace(0, 1, N_TIMES_ATOM)
    waves = np.sin(2 * np.pi * (rng.uniform(3, 25, (N_ATOMS, 1)) * times))
    v = unit_atoms(waves * np.hanning(N_TIMES_ATOM))
    u = unit_atoms(rng.standard_normal((N_ATOMS, N_CHANNELS)))
    D = u[:, :, None] * v[:, None]
    X = rng.standard_normal((n_windows, N_CHANNELS, WINDOW))
    X = torch.as_tensor(X, dtype=torch.float32)
    dictionary = make_dictionary("rank1", D, dtype=torch.float32)
    lmbd = REG * dictionary.correlate(X).abs().max().item()
    return dictionary, X, Unrolled(N_LAYERS, lmbd)


def full_kernels(dictionary, X, net):
    """``F(Z_N(D), D)`` with the kernels applied as they are, and its gradient."""
    leaves = [p.clone().requires_grad_() for p in dictionary.params]
    D, step = torch.einsum("kc,kt->kct", *leaves), 1 / dictionary.gram(X).norm()
    x = z = torch.zeros(len(X), N_ATOMS, WINDOW - N_TIMES_ATOM + 1)
    for m in net.momenta:
        w = z - step * F.conv1d(F.conv_transpose1d(z, D) - X, D)
        new = F.softshrink(w, step * net.lmbd)
        z = new + m * (new - x)
        x = new
    loss = ((X - F.conv_transpose1d(x, D)) ** 2).sum() / 2 + net.lmbd * x.abs().sum()
    return loss.item(), torch.autograd.grad(loss, leaves)


METHODS = {
    "rank1": lambda dictionary, X, net: net.gradient(dictionary, X),
    "rank1-forward": lambda dictionary, X, net: net.loss(dictionary, X),
    "full": full_kernels,
}


def measure(name, n_windows, n_rounds):
    """Median seconds of one call and MiB it adds to the peak of this process."""
    args = problem(n_windows)
    before, seconds = resident(), []
    for _ in range(n_rounds):
        start = time.perf_counter()
        METHODS[name](*args)
        seconds.append(time.perf_counter() - start)
    return np.median(seconds[n_rounds > 1 :]), resident() - before


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--windows", type=int, default=20)
    parser.add_argument("--full-windows", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--method", help="measure one method in this process")
    args = parser.parse_args()
    if args.method:
        print(*measure(args.method, args.windows, args.rounds))
        return
    print(f"{torch.get_num_threads()} threads, load {os.getloadavg()[0]:.1f}")
    found = {}
    for name in METHODS:
        n = args.full_windows if name == "full" else args.windows
        rounds = 1 if name == "full" else args.rounds
        options = f"--method {name} --windows {n} --rounds {rounds}".split()
        command = [sys.executable, __file__, *options]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, memory = map(float, answer.stdout.split())
        found[name] = seconds / n
        print(f"{name:14} {n:3} windows {seconds:8.3f} s  peak {memory:7.1f} MiB")
    print(f"full / rank1, by window: {found['full'] / found['rank1']:.0f}")


if __name__ == "__main__":
    main()
