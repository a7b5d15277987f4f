"""Rank-1 atoms: factors, window, cost, and faults of the paper's code."""

import numpy as np
import pytest
import torch
from conv_peers import events, make
from rank_one_atoms import atoms
from torch.utils._python_dispatch import TorchDispatchMode

from benchmark_utils.coding.momentum import momenta
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.dictionaries import RankOne, make_dictionary
from benchmark_utils.dictionaries.factors import rank_one_factors
from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.learning.learner import Learner
from benchmark_utils.learning.sampling import Windows
from benchmark_utils.learning.updates.gradient import GradientUpdate
from benchmark_utils.learning.updates.step_sizes import StepSizes
from benchmark_utils.problem.regularization import absolute_lmbd

LMBD = 0.1


def signals(*shape, seed=1):
    return torch.as_tensor(np.random.default_rng(seed).standard_normal(shape))


@pytest.mark.parametrize("window", [False, True])
def test_gradcheck_of_u_v_and_steps(window):
    D, X, N = atoms(3, 4, 5), signals(2, 4, 17), 6
    start = make_dictionary("rank1", D, window=window)
    net, L = Unrolled(N, LMBD), start.gram(X).norm()

    class Frozen(RankOne):
        """L held at its value, as the recursion holds it."""

        def gram(self, X):
            gram = super().gram(X)
            gram.norm = lambda: L
            return gram

    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, u, v, steps):
            frozen = Frozen([u.detach(), v.detach()], start.taper)
            network = net.with_factors(steps.detach().numpy())
            ctx.gradient = network.gradient(frozen, X, with_steps=True)
            return torch.tensor(ctx.gradient.loss, dtype=torch.float64)

        @staticmethod
        def backward(ctx, grad):
            gradient = ctx.gradient
            return *(grad * g for g in gradient.params), grad * torch.tensor(
                gradient.steps
            )

    steps = torch.linspace(0.5, 1.3, N, dtype=torch.float64)
    inputs = [p.clone().requires_grad_() for p in (*start.params, steps)]
    assert torch.autograd.gradcheck(Loss.apply, inputs, eps=1e-7, atol=1e-5)


def test_atoms_of_higher_rank_become_their_best_rank_one_approximation():
    D = unit_atoms(np.random.default_rng(0).standard_normal((4, 6, 9)))
    u, v = rank_one_factors(D)
    best = np.linalg.svd(D, compute_uv=False)[:, 0]
    np.testing.assert_allclose(np.einsum("kct,kc,kt->k", D, u, v), best)
    assert all(v[k, np.abs(v[k]).argmax()] > 0 for k in range(4))


def test_window_tapers_waveforms_that_keep_unit_norm_through_a_step():
    dictionary = make_dictionary("rank1", atoms(3, 4, 20), window=True)
    plain = make_dictionary("rank1", atoms(3, 4, 20))
    ratio = dictionary.factors()[1] / plain.factors()[1]
    shape = ratio / ratio[:, [10]]
    assert (shape > 0).all() and shape[:, [0, -1]].max() < 0.1
    torch.testing.assert_close(shape[:, 6:14], torch.ones_like(shape[:, 6:14]))
    moved = dictionary.moved([torch.ones_like(p) for p in dictionary.params], 0.4)
    for factor in moved.factors():
        torch.testing.assert_close(factor.norm(dim=1), torch.ones(3).double())
    norms = np.linalg.norm(moved.to_array(), axis=(1, 2))
    np.testing.assert_allclose(norms, 1, rtol=1e-12)


def test_shortest_atoms_survive_the_window():
    for n_times_atom in (1, 2):
        D = atoms(2, 3, n_times_atom)
        assert np.isfinite(make_dictionary("rank1", D, window=True).to_array()).all()


class LargestTensor(TorchDispatchMode):
    """The number of entries of the largest tensor that any operation makes."""

    entries = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        for tensor in out if isinstance(out, (list, tuple)) else [out]:
            if isinstance(tensor, torch.Tensor):
                self.entries = max(self.entries, tensor.numel())
        return out


def test_kernels_are_never_built():
    D, X = atoms(8, 300, 40), signals(1, 300, 60)
    rank1, conv = make_dictionary("rank1", D), make_dictionary("conv", D)
    sizes = []
    for dictionary in (rank1, conv):
        with LargestTensor() as largest:
            Unrolled(3, LMBD).gradient(dictionary, X, with_steps=True)
        sizes.append(largest.entries)
    assert sizes[0] < D.size <= sizes[1]
    assert sizes[0] <= 2 * X.numel()


@pytest.mark.parametrize("model", ["rank1", "conv"])
def test_blocks_of_signals_add_up(model, monkeypatch):
    dictionary, X = make_dictionary(model, atoms(3, 4, 5)), signals(7, 4, 30)
    net = Unrolled(6, LMBD, backprop_depth=4)
    monkeypatch.setattr(type(dictionary), "block_size", lambda self, X: 7)
    whole = net.gradient(dictionary, X, with_steps=True)
    monkeypatch.setattr(type(dictionary), "block_size", lambda self, X: 2)
    parts = net.gradient(dictionary, X, with_steps=True)
    assert parts.loss == pytest.approx(whole.loss, rel=1e-12)
    np.testing.assert_allclose(parts.steps, whole.steps)
    for one, other in zip(parts.params, whole.params, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("model", ["rank1", "conv"])
def test_float32_is_close_to_float64(model):
    D, X = atoms(5, 8, 10), signals(2, 8, 200)
    double, single = (
        Unrolled(20, LMBD).gradient(make_dictionary(model, D, dtype=kind), X.to(kind))
        for kind in (torch.float64, torch.float32)
    )
    assert single.loss == pytest.approx(double.loss, rel=1e-5)
    for g32, g64 in zip(single.params, double.params, strict=True):
        assert g32.dtype == torch.float32
        assert (g32 - g64).norm() < 1e-4 * g64.norm()


@pytest.mark.slow
@pytest.mark.parametrize("learn_steps", [False, True])
def test_learning_on_windows_of_a_memory_mapped_recording(tmp_path, learn_steps):
    X, D_true, D_init = events(n_signals=2, n_times=400, n_activations=12, signed=True)
    np.save(tmp_path / "X.npy", X)
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    windows = Windows(mapped, 120, 4, np.random.default_rng(0), epoch_length=20)
    net = Unrolled(10, LMBD)
    update = StepSizes(GradientUpdate()) if learn_steps else GradientUpdate()
    start = make_dictionary("rank1", D_init)
    learner = Learner(start, net, update, windows, n_epochs=4)
    while learner.step():
        pass
    found, whole = learner.dictionary, torch.as_tensor(X)
    assert learner.n_steps == 80
    assert (learner.encoder.factors != 1).any() == learn_steps
    assert net.loss(found, whole) < 0.8 * net.loss(start, whole)


def test_windows_shorter_than_an_atom_are_named():
    windows = Windows(np.ones((1, 4, 100)), 9, 2, np.random.default_rng(0))
    dictionary = make_dictionary("rank1", atoms(3, 4, 10))
    learner = Learner(dictionary, Unrolled(5, LMBD), GradientUpdate(), windows)
    with pytest.raises(ValueError, match=r"support \(10,\).*\(9,\).*longer"):
        learner.step()


def test_stochastic_solver_runs_the_layers_and_the_algorithm_it_was_asked_for():
    # Faults 1 and 2 of the paper's code: ISTA for FISTA, 10 layers for 30.
    X, _, D_init = events()
    for algorithm in ("fista", "ista"):
        solver, _ = make(
            "Stochastic-DDL", X, D_init, n_layers=30, algorithm=algorithm, n_windows=2
        )
        solver.start()
        network = solver.learner.encoder.at(10_000)
        assert network.n_layers == 30 and network.backprop_depth == 30
        assert network.momenta == momenta(algorithm, 30)
        assert network.lmbd == solver.lmbd


def test_lmbd_is_scaled_once_by_the_whole_recording():
    # Fault 5: it was scaled by a random mini-batch, 0.62 to 4.55 on a bursty signal.
    X, _, D_init = events(n_signals=1, n_times=600)
    X[:, :, 300:320] *= 50
    lmbd = absolute_lmbd(0.3, True, "rank1", D_init, X)
    direct = max(
        np.abs(np.correlate(u @ X[0], v, "valid")).max()
        for u, v in zip(*rank_one_factors(D_init), strict=True)
    )
    assert lmbd == pytest.approx(0.3 * direct, rel=1e-10)
