"""What must hold on a GPU: float32 as good as on the CPU, and few waits for it."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from problems import dense_problem

from benchmark_utils.coding import candidates
from benchmark_utils.coding.candidates import CandidateDescent
from benchmark_utils.coding.fixed_codes import FixedCodes
from benchmark_utils.coding.graphs import KEPT, Graphed
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.sampling import FullBatch
from benchmark_utils.learning.updates import residual
from benchmark_utils.learning.updates.block import BlockUpdate
from benchmark_utils.learning.updates.gradient import GradientUpdate
from benchmark_utils.learning.updates.residual import ResidualUpdate

LMBD = 0.1
needs_cuda = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
]


def problem(model, dtype, device):
    if model == "dense":
        X, _, D = dense_problem(200, 20, 30)
    else:
        rng = np.random.default_rng(0)
        D = unit_atoms(rng.standard_normal((5, 8, 10)))
        X = rng.standard_normal((2, 8, 200))
    dictionary = make_dictionary(model, D, dtype=dtype, device=device)
    return dictionary, torch.as_tensor(X).to(device, dtype)


def on(device):
    return pytest.param(device, marks=needs_cuda) if device == "cuda" else device


@pytest.mark.parametrize("device", [on("cpu"), on("cuda")])
@pytest.mark.parametrize("checkpoint", [False, True])
@pytest.mark.parametrize("model", ["dense", "conv", "rank1"])
def test_float32_is_within_1e_4_of_float64_on_the_cpu(model, checkpoint, device):
    net = Unrolled(20, LMBD, checkpoint=checkpoint)
    args = problem(model, torch.float64, "cpu"), problem(model, torch.float32, device)
    double, single = (net.gradient(*one, with_steps=True) for one in args)
    assert single.loss == pytest.approx(double.loss, rel=1e-4)
    for one, other in zip(single.params, double.params, strict=True):
        assert one.device.type == device and one.dtype == torch.float32
        assert (one.cpu() - other).norm() < 1e-4 * other.norm()
    error = np.linalg.norm(single.steps - double.steps)
    assert error < 1e-3 * np.linalg.norm(double.steps)


@pytest.mark.parametrize("device", [on("cpu"), on("cuda")])
@pytest.mark.parametrize("model", ["dense", "conv", "rank1"])
def test_fixed_codes_in_float32_are_those_in_float64(model, device):
    net = FixedCodes(20, LMBD, backprop_depth=0)
    args = problem(model, torch.float64, "cpu"), problem(model, torch.float32, device)
    double, single = (net.gradient(*one) for one in args)
    near = [
        gradient.loss_near(dictionary.moved(gradient.params, 1e-3))
        for gradient, (dictionary, _) in zip((double, single), args, strict=True)
    ]
    assert single.loss == pytest.approx(double.loss, rel=1e-4)
    assert near[1] == pytest.approx(near[0], rel=1e-4) and near[0] < double.loss
    for one, other in zip(single.params, double.params, strict=True):
        assert one.device.type == device and one.dtype == torch.float32
        assert (one.cpu() - other).norm() < 1e-4 * other.norm()


def wide_problem(dtype, device):
    """Signals of 4 codes z >= 0 on 300 atoms, and signals for atoms to start at."""
    rng = np.random.default_rng(0)
    D_true = unit_atoms(rng.standard_normal((300, 40)))
    Z = np.zeros((1200, 300))
    atoms = np.array([rng.choice(300, 4, replace=False) for _ in Z])
    np.put_along_axis(Z, atoms, 1 + rng.random(atoms.shape), axis=1)
    X = torch.as_tensor(Z @ D_true).to(device, dtype)
    D = unit_atoms(X[:300].double().cpu().numpy())
    return make_dictionary("dense", D, dtype=dtype, device=device), X


@pytest.mark.parametrize("positive", [True, False])
@pytest.mark.parametrize("device", [on("cpu"), on("cuda")])
def test_a_step_on_candidates_in_float32_is_that_in_float64(
    device, positive, monkeypatch
):
    # By operations of torch on the CPU as well: they are those of a GPU.
    monkeypatch.setattr(candidates, "has_numba", lambda: False)
    monkeypatch.setattr(residual, "has_numba", lambda: False)
    moved = []
    for dtype, where in ((torch.float64, "cpu"), (torch.float32, device)):
        dictionary, X = wide_problem(dtype, where)
        encoder = CandidateDescent(LMBD, positive, 16)
        done = ResidualUpdate().advance(dictionary, encoder, X, 0)
        moved.append(done.dictionary.params[0])
        assert moved[-1].device.type == where and moved[-1].dtype == dtype
    double, single = moved
    close = (single.cpu() * double).sum(1) > 1 - 1e-4
    # Of two atoms that correlate alike, rounding may take one or the other.
    assert close.double().mean() > 0.97
    assert (double - dictionary.params[0].cpu()).norm() > 1


@pytest.mark.parametrize("device", [on("cpu"), on("cuda")])
def test_a_recorded_function_is_the_function_on_any_values_and_sizes(device):
    def halve_above(x, level):
        x.copy_(torch.where(x > level, x / 2, x))
        return (x > level).any()

    recorded = Graphed(halve_above)
    for size in [*range(1, KEPT + 3), 1, 1]:
        values = torch.linspace(1, 100 + size, size, device=device)
        call, (x, _) = recorded.on(values.clone(), values.new_tensor(10.0))
        n_calls = 1
        while call().item():
            n_calls += 1
        expected = values / 2 ** (values / 10).log2().ceil().clamp(min=0)
        torch.testing.assert_close(x, expected)
        assert n_calls == max(1, (values.max() / 10).log2().ceil().item())


@pytest.mark.parametrize("device", [on("cpu"), on("cuda")])
@pytest.mark.parametrize("model", ["dense", "conv", "rank1"])
def test_block_steps_in_float32_are_those_in_float64(model, device):
    moved = []
    for dtype, where in ((torch.float64, "cpu"), (torch.float32, device)):
        dictionary, X = problem(model, dtype, where)
        update = BlockUpdate(30)
        for step in range(3):
            encoder = Unrolled(20, LMBD, backprop_depth=0)
            dictionary = update.advance(dictionary, encoder, X, step).dictionary
        moved.append(dictionary.to_array())
        assert dictionary.params[0].device.type == where
    assert np.linalg.norm(moved[1] - moved[0]) < 1e-3 * np.linalg.norm(moved[0])


def test_nothing_here_asks_for_tf32():
    # Not at the top: other tests of this file do without benchopt.
    benchmark = pytest.importorskip("benchopt.benchmark")
    benchmark.Benchmark(Path(__file__).parents[2]).get_solvers()
    assert torch.get_float32_matmul_precision() == "highest"
    assert not torch.backends.cuda.matmul.allow_tf32


def waits(function):
    """How often a call waits for the GPU."""
    torch.cuda.set_sync_debug_mode("warn")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            function()
    finally:
        torch.cuda.set_sync_debug_mode("default")
    return sum("synchroniz" in str(warning.message) for warning in caught)


@pytest.mark.parametrize("n_layers", [5, 50])
@pytest.mark.parametrize("device", [on("cuda")])
def test_layers_do_not_wait_for_the_gpu(n_layers, device):
    dictionary, X = problem("dense", torch.float32, device)
    net = Unrolled(n_layers, LMBD)
    net.loss(dictionary, X)  # the first call sets libraries up
    # The norm of G, of which steps are made, and the loss, of which decisions are.
    assert waits(lambda: net.loss(dictionary, X)) <= 4


class Reads:
    """How often a tensor is read by the host, ``.item()`` and the like."""

    def __init__(self, monkeypatch):
        self.count = 0
        for name in ("item", "tolist", "__bool__", "__float__"):
            self._count_calls(monkeypatch, name)

    def _count_calls(self, monkeypatch, name):
        original = getattr(torch.Tensor, name)

        def counted(tensor, *args):
            self.count += 1
            return original(tensor, *args)

        monkeypatch.setattr(torch.Tensor, name, counted)


@pytest.mark.parametrize("n_layers", [5, 50])
def test_a_trial_reads_the_norm_the_loss_and_its_prediction(n_layers, monkeypatch):
    # On any device: each of these is a wait on a GPU, the last one for nothing.
    dictionary, X = problem("dense", torch.float32, "cpu")
    batches = FullBatch(X.numpy(), torch.float32)
    learner = Learner(dictionary, Unrolled(n_layers, LMBD), GradientUpdate(), batches)
    reads = Reads(monkeypatch)
    learner.step()
    assert learner.n_evaluations == 2
    gradient = ["norm", "loss", "steepest"]
    assert reads.count == len(gradient) + len(["norm", "loss", "prediction"])
