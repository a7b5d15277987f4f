"""The parts of ``gpu.py``. Each takes a device, whether sizes are tiny, and seconds.

A part returns rows of its table: pairs of what was measured and its value.
"""

import subprocess
import sys
from collections import namedtuple
from functools import partial

import gpu_methods
import measure
import numpy as np
import rank_one_gradient
import torch
import unrolled_gradient

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.scoring.scores import correlations, recovery_score
from benchmark_utils.signals.superposition import (
    TRAINING,
    Superposition,
    draw_atoms,
    least_features,
    make_firing,
)
from benchmark_utils.signals.synthetic import gaussian_atoms, sparse_signals

LEVEL, FOUND = 0.95, 0.9
Wide = namedtuple("Wide", "n_atoms n_features n_nonzero n_signals n_candidates")
WIDE = Wide(5000, None, 10, 200_000, 32), Wide(16_384, 768, 34, 100_000, 80)
QUICK_WIDE = (Wide(200, None, 4, 2000, 32),)
WIDE_LMBD = 0.2
N_SIGNALS = 2000, 20_000, 200_000  # of a dense gradient
GAUSSIAN, QUICK_GAUSSIAN = (50, 100, 100_000), (10, 15, 2000)
METHODS = {
    "Block-AM": gpu_methods.block_am,
    "Stochastic-DDL[K=N]": gpu_methods.stochastic_ddl,
    "Stochastic-DDL[K=0]": partial(gpu_methods.stochastic_ddl, depth=0),
}


def cuda_tests(device, quick, budget):
    """How many of the CUDA tests pass, fail, or are skipped."""
    if quick:
        return [("CUDA tests", "not run (--quick)")]
    command = [sys.executable, "-m", "pytest", "-o", "addopts=", "-q", "-m", "cuda"]
    # Without tests/conftest.py, which needs benchopt.
    command += ["--noconftest", "--import-mode", "importlib"]
    command.append("tests/coding/test_cuda.py")
    done = subprocess.run(
        command, cwd=measure.ROOT, capture_output=True, text=True, timeout=budget
    )
    lines = (done.stdout + done.stderr).strip().splitlines()
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return [("CUDA tests", lines[-1])] + [("failed", line) for line in failed]


def wide(device, quick, budget):
    """Share of true atoms that Block-AM finds, against time."""

    def method(size):
        return partial(gpu_methods.wide_block_am, n_candidates=size.n_candidates)

    return _of_each_size(method, device, quick, budget)


def autoencoder(device, quick, budget):
    """Share of true atoms that an autoencoder finds, against time."""

    def method(size):
        return partial(gpu_methods.autoencoder, k=size.n_nonzero)

    return _of_each_size(method, device, quick, budget)


def recovery(device, quick, budget):
    """Seconds to a recovery of 0.95 on 50 x 100 at λ = 0.3 and 1."""
    n_features, n_atoms, n_signals = QUICK_GAUSSIAN if quick else GAUSSIAN
    rng = np.random.default_rng(0)
    D_true = gaussian_atoms(n_atoms, (n_features,), rng)
    X = sparse_signals(D_true, n_signals, 0.3, 0.1, rng)
    D_init = gaussian_atoms(n_atoms, (n_features,), rng)
    rows, options = [], {"dtype": torch.float32, "device": device}
    for lmbd in (0.3, 1.0):
        for name, method in METHODS.items():
            method(X, D_init, lmbd, 1, **options).step()  # sets libraries up
            learner = method(X, D_init, lmbd, 1, **options)

            def score(learner=learner):
                return recovery_score(correlations(learner.learned.to_array(), D_true))

            *_, (seconds, _, last) = _curve(learner, score, budget / 6, LEVEL)
            found = f"{seconds:.2f} s" if last >= LEVEL else f"never ({last:.3f})"
            rows.append((f"{name}, λ = {lmbd}, to {LEVEL}", found))
    return rows


def gradients(device, quick, budget):
    """Milliseconds of a gradient."""
    if quick:
        scripts = unrolled_gradient, rank_one_gradient
        return sum((_gradients(one, one.QUICK, device, 3) for one in scripts), [])
    rows = _gradients(rank_one_gradient, rank_one_gradient.SIZES, device, 20)
    for n_signals in N_SIGNALS:
        sizes = unrolled_gradient.SIZES | {"n_signals": n_signals}
        found = _gradients(unrolled_gradient, sizes, device, 10)
        rows += [(f"{n_signals} signals, {what}", value) for what, value in found]
    return rows


def meg(device, quick, budget):
    """Steps a second of Block-AM with rank-1 atoms, windows of 10 s of 204 channels."""
    sizes = rank_one_gradient.QUICK if quick else rank_one_gradient.SIZES
    dictionary, X, lmbd = rank_one_gradient.problem(**sizes)
    X, window = X.numpy(), sizes["n_times"]
    D_init = dictionary.to_array()
    options = {"dtype": torch.float32, "device": device}
    learner = gpu_methods.rank_one_block_am(X, D_init, lmbd, 0, window, 2, **options)
    curve = _curve(learner, lambda: 0.0, 2 if quick else budget, 1.0, most=200)
    seconds, steps, _ = curve[-1]
    return [("Block-AM, 2 windows a step", f"{steps / seconds:.1f} steps a second")]


def _of_each_size(method, device, quick, budget):
    """The rows of `_shares` for all sizes. ``method`` takes a size."""
    sizes = QUICK_WIDE if quick else WIDE
    each = budget / len(sizes)
    return [row for size in sizes for row in _shares(method(size), size, device, each)]


def _shares(method, size, device, budget):
    """Share of true atoms whose nearest learned one is above 0.9, against time."""
    X, D_true = _superposition(*size[:4])
    D_init = unit_atoms(np.array(X[: size.n_atoms], dtype=float))
    options = {"dtype": torch.float32, "device": device}
    start = X, D_init, WIDE_LMBD, 0
    method(*start, **options).step()  # sets libraries up
    learner = method(*start, **options)
    truth = torch.as_tensor(D_true, **options)

    def share():
        D = learner.learned.params[0]
        near = [(block @ D.T).abs().amax(1) for block in truth.split(1024)]
        return (torch.cat(near) > FOUND).double().mean().item()

    curve = _curve(learner, share, budget, 0.995, growth=0.5)
    shape = f"{size.n_atoms} x {X.shape[1]}"
    return [
        (f"{shape}: {seconds:.2f} s, {steps} steps", f"{found:.3f}")
        for seconds, steps, found in curve
    ]


def _gradients(script, sizes, device, n_rounds):
    methods = script.methods(**sizes, device=device)
    seconds = measure.in_turn(methods, n_rounds)
    return [
        (f"{script.__name__}: {name}", f"{measure.spread(one, 1e3, 2)} ms")
        for name, one in seconds.items()
    ]


def _superposition(n_atoms, n_features, n_nonzero, n_signals):
    n_features = n_features or least_features(n_atoms, n_nonzero)
    D, firing = draw_atoms(n_atoms, n_features, 0), make_firing(n_atoms, n_nonzero)[2]
    signals = Superposition(D, firing, "uniform", 0.0, 0)
    return np.concatenate(list(signals.blocks(n_signals, TRAINING))), D


def _curve(learner, score, limit, level, most=None, growth=0.15):
    """Seconds, steps and scores of a learner until a level, a limit, or most steps.

    ``growth`` is the share of its steps after which a learner is scored again.
    """
    spent, curve, due = 0.0, [(0.0, 0, score())], 1
    while spent < limit and curve[-1][2] < level:
        start = measure.now()
        for _ in range(due):
            learner.step()
        spent += measure.now() - start
        curve.append((spent, learner.n_steps, score()))
        due = max(1, round(growth * learner.n_steps))
        if most and learner.n_steps >= most:
            break
    return curve


# What to measure, and for how many seconds.
PARTS = {
    "tests": (cuda_tests, 90),
    "wide": (wide, 60),
    "autoencoder": (autoencoder, 80),
    "recovery": (recovery, 40),
    "gradients": (gradients, 60),
    "meg": (meg, 20),
}
