"""Layers as one kernel: the same numbers, kernels that fit, and a way on without.

There need not be a GPU: Triton interprets kernels on the CPU, and compiles them for one
that is not there. What they give where one is, is for `test_cuda.py`.
"""

import json
import os
import subprocess
import sys
import warnings
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from documents import ROOT
from fused_numbers import CASES
from problems import dense_problem

from benchmark_utils.coding import fused
from benchmark_utils.coding.trajectory import Trajectory
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import Dense, make_dictionary

needs_triton = pytest.mark.skipif(
    find_spec("triton") is None, reason="triton is not installed"
)
KERNELS = {"advance", "retreat"}
SHARED = 99 * 1024  # bytes of shared memory that any GPU since 8.0 gives a kernel
REGISTERS = 2**16  # and registers for all of its threads
N, LMBD = 6, 0.1


def run(script, *options, **environment):
    done = subprocess.run(
        [sys.executable, ROOT / script, *options],
        capture_output=True, text=True, env=os.environ | environment,
    )  # fmt: skip
    assert not done.returncode, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def numbers():
    return json.loads(run("tests/helpers/fused_numbers.py"))


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize("case", CASES)
def test_float32_is_within_1e_4_of_float64_in_torch(numbers, case):
    found = numbers[case]
    assert set(found["launches"]) <= KERNELS and found["launches"]
    errors = {key: value for key, value in found.items() if key != "launches"}
    assert errors.pop("usage") == 0
    assert {key: value for key, value in errors.items() if not value < 1e-4} == {}


@pytest.mark.slow
@needs_triton
def test_all_layers_are_one_kernel_each_way(numbers):
    # Twice a gradient, once codes, once a loss.
    gradient = ["advance", "retreat"]
    for case in ("fista", "one layer", "100 atoms"):
        assert sorted(numbers[case]["launches"]) == sorted(
            2 * gradient + 2 * ["advance"]
        )
    assert set(numbers["alternating"]["launches"]) == {"advance"}
    assert len(numbers["alternating"]["launches"]) == 4


@pytest.mark.slow
@needs_triton
@pytest.mark.parametrize(
    "precision, n_atoms, targets", [("ieee", "100", "80 90"), ("tf32", "16", "90")]
)
def test_kernels_compile_and_fit(precision, n_atoms, targets, tmp_path):
    targets = targets.split()
    options = ["--targets", *targets, "--n_atoms", n_atoms, "--precision", precision]
    printed = run(
        "benchmarks/compiled_kernels.py", *options, TRITON_CACHE_DIR=str(tmp_path)
    )
    rows = [line.split() for line in printed.splitlines()[1:]]
    assert {(name, target) for name, target, *_ in rows} == {
        (name, target) for name in KERNELS for target in targets
    }
    for _, _, _, shared, threads, registers, _, products in rows:
        assert products == {"ieee": "fma", "tf32": "tf32"}[precision]
        assert 0 < int(shared) <= SHARED
        assert int(threads) * int(registers) <= REGISTERS


def problem(n_atoms=10, dtype=torch.float32):
    X, _, D = dense_problem(37, 8, n_atoms)
    return Dense.from_array(D, dtype=dtype), torch.as_tensor(X).to(dtype)


def obstacle(dictionary, X):
    return fused.obstacle(dictionary.gram(X), dictionary.correlate(X))


def assert_same(one, other):
    """Two gradients by torch, but for how buffers are aligned."""
    assert one.loss == pytest.approx(other.loss, rel=1e-6)
    torch.testing.assert_close(one.params[0], other.params[0])
    np.testing.assert_allclose(one.steps, other.steps, rtol=1e-5)


@pytest.fixture
def as_if_possible(monkeypatch):
    """Kernels are tried on the CPU; failures are forgotten after."""
    monkeypatch.setattr(fused, "interpreted", lambda: True)
    monkeypatch.setattr(fused, "installed", lambda: True)
    monkeypatch.setattr(fused, "failures", [])
    monkeypatch.setenv(fused.SWITCH, "1")


def test_only_what_fits_is_fused(as_if_possible, monkeypatch):
    assert obstacle(*problem(128)) is None
    assert "dense" in obstacle(*problem(129))  # by D and its transpose
    assert "float32" in obstacle(*problem(dtype=torch.float64))
    one = make_dictionary("conv", torch.ones(2, 1, 3).numpy(), dtype=torch.float32)
    assert "dense" in obstacle(one, torch.ones(2, 1, 9))
    monkeypatch.setattr(fused, "installed", lambda: False)
    assert "not installed" in obstacle(*problem())
    monkeypatch.delenv(fused.SWITCH)
    assert "FUSED_LAYERS=1 is not" in obstacle(*problem())


def test_the_cpu_has_torch(monkeypatch):
    monkeypatch.setenv(fused.SWITCH, "1")
    assert "CUDA" in obstacle(*problem())


def test_it_can_be_turned_off(as_if_possible):
    dictionary, X = problem()
    gram, b = dictionary.gram(X), dictionary.correlate(X)
    kinds = {True: fused.FusedTrajectory, False: Trajectory}
    for wanted, kind in kinds.items():
        net = Unrolled(N, LMBD, fused=wanted)
        assert type(fused.make_trajectory(net, gram, b, [0.1] * N, 0)) is kind


@pytest.mark.parametrize("checkpoint", [False, True])
def test_what_fails_is_told_once_and_done_by_torch(
    checkpoint, as_if_possible, monkeypatch
):
    def broken(name):
        raise OSError("no assembler")

    monkeypatch.setattr(fused, "import_module", broken)
    net, (dictionary, X) = Unrolled(N, LMBD, checkpoint=checkpoint), problem()
    with pytest.warns(RuntimeWarning, match="(?s)OSError: no assembler.*FUSED_LAYERS"):
        found = net.gradient(dictionary, X, with_steps=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = net.gradient(dictionary, X, with_steps=True)
    assert "no assembler" in obstacle(dictionary, X)
    plain = Unrolled(N, LMBD, fused=False).gradient(dictionary, X, with_steps=True)
    for one in (found, again):
        assert_same(one, plain)


def test_a_way_back_that_fails_is_gone_by_torch(as_if_possible, monkeypatch):
    # The way there being fused, as it were: its codes are where torch looks for them.
    def launch(self, name, n_programs, start, stop, **arguments):
        if name == "advance":
            Trajectory._advance(self, start, stop)
        return name == "advance"

    monkeypatch.setattr(fused.FusedTrajectory, "_launch", launch)
    dictionary, X = problem()
    found, plain = (
        Unrolled(N, LMBD, fused=wanted).gradient(dictionary, X, with_steps=True)
        for wanted in (True, False)
    )
    assert_same(found, plain)


def test_the_ring_is_one_code_a_layer_and_nothing_else(as_if_possible, monkeypatch):
    monkeypatch.setattr(
        fused.FusedTrajectory, "_launch", lambda *args, **options: False
    )
    dictionary, X = problem()

    def held(n_layers, wanted):
        net = Unrolled(n_layers, LMBD, fused=wanted)
        net.gradient(dictionary, X)
        return net.workspace.entries()

    assert [held(n, True) for n in (1, 9)] == [held(n, False) for n in (1, 9)]
    assert held(9, True) - held(1, True) == 8 * len(X) * dictionary.n_atoms
