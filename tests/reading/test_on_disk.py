"""Signals that stay on disk: the same numbers, and never all of them in memory."""

import itertools
import threading

import numpy as np
import pytest
import torch
from benchopt.benchmark import Benchmark
from benchopt.utils.run_context import RunContext
from documents import ROOT
from problems import dense_problem

from benchmark_utils.devices import host_tensor
from benchmark_utils.learning.sampling import MiniBatches, Windows
from benchmark_utils.problem.regularization import lambda_max
from benchmark_utils.problem.validation import check_signals
from benchmark_utils.reading import on_disk, shuffling
from benchmark_utils.reading.prefetching import mapped_ahead
from benchmark_utils.reading.shuffling import shuffled
from benchmark_utils.scoring import subsets

BENCHMARK = Benchmark(ROOT)
X, _, D_INIT = dense_problem(n_signals=300)
READERS = {
    "Stochastic-DDL": {"n_layers": 5, "batch_size": 40},
    "Block-AM": {"n_layers": 5, "batch_size": 40},
    "Online-SPAMS": {"batch_size": 40, "n_threads": 1},
    "Online-sklearn": {"batch_size": 40},
}


@pytest.fixture
def mapped(tmp_path):
    """An array as a file that is mapped, read-only."""

    def mapped(X, dtype="float32"):
        np.save(tmp_path / "X.npy", X.astype(dtype))
        return np.load(tmp_path / "X.npy", mmap_mode="r")

    return mapped


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(on_disk, "VALUES", 64)


# Going through data in parts


@pytest.mark.parametrize(
    "shape", [(50, 7), (3, 100), (50, 2, 9), (2, 3, 50), (1, 1, 1)]
)
def test_parts_have_all_values_once(shape, small_parts):
    X = np.arange(np.prod(shape)).reshape(shape)
    found = [part.ravel() for _, part in on_disk.parts(X)]
    np.testing.assert_array_equal(np.sort(np.concatenate(found)), X.ravel())
    assert max(map(len, found)) <= max(64, shape[-1])
    for first, part in on_disk.parts(X):
        np.testing.assert_array_equal(part[0].min() // X[0].size, first)


def test_every_place_of_an_atom_is_in_one_part(small_parts):
    X, m = np.arange(2 * 3 * 100).reshape(2, 3, 100), 8
    places = [
        part[0, 0, start]
        for _, part in on_disk.parts(X, overlap=m - 1)
        for start in range(part.shape[2] - m + 1)
    ]
    np.testing.assert_array_equal(places, X[:, 0, : 100 - m + 1].ravel())


@pytest.mark.parametrize("model, support", [("dense", ()), ("rank1", (90,))])
def test_lambda_max_is_that_of_all_signals_at_once(model, support, small_parts):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20, 5, *support))
    D = rng.standard_normal((3, 5)) if model == "dense" else np.ones((3, 5, 8))
    D /= np.linalg.norm(D.reshape(3, -1), axis=1).reshape(3, *[1] * (D.ndim - 1))
    if model == "dense":
        expected = np.abs(X @ D.T).max()
    else:
        windows = np.lib.stride_tricks.sliding_window_view(X, 8, axis=2)
        expected = np.abs(np.einsum("kcm,nctm->nkt", D, windows)).max()
    assert lambda_max(model, D, X) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("shape", [(50, 7), (2, 3, 50)])
def test_a_value_that_is_not_finite_is_found_in_any_part(shape, mapped, small_parts):
    X = np.ones(shape)
    X[-1, ..., -1] = np.nan
    with pytest.raises(ValueError, match=rf"in 1 of .* number {shape[0] - 1}:"):
        check_signals(mapped(X))


@pytest.mark.parametrize("dtype", ["float32", "float16", "int16", ">f4"])
def test_what_is_mapped_stays_as_it_is(dtype, mapped):
    on_file = mapped(np.round(X), dtype)
    assert check_signals(on_file) is on_file
    batches = [
        MiniBatches(x, 300, np.random.default_rng(0)).draw() for x in (on_file, X)
    ]
    torch.testing.assert_close(batches[0], batches[1].round())


def test_complex_signals_are_refused(mapped):
    with pytest.raises(ValueError, match="real numbers.*complex64"):
        check_signals(mapped(X, "complex64"))


# Orders and batches


@pytest.mark.parametrize("n", [1, 7, 8, 9, 16, 23])
def test_every_number_comes_once_and_few_at_a_time(n, monkeypatch):
    monkeypatch.setattr(shuffling, "MAX_HELD", 8)
    pieces = list(shuffled(n, np.random.default_rng(0)))
    assert sorted(np.concatenate(pieces)) == list(range(n))
    assert max(map(len, pieces)) <= 8


def test_large_and_small_orders_are_random(monkeypatch):
    def firsts():
        return [next(shuffled(16, np.random.default_rng(s)))[0] for s in range(400)]

    counts = np.bincount(firsts(), minlength=16)
    monkeypatch.setattr(shuffling, "MAX_HELD", 8)
    counts_in_pieces = np.bincount(firsts(), minlength=16)
    assert min(counts.min(), counts_in_pieces.min()) >= 8  # 25 expected, sd 5


@pytest.mark.parametrize("batch_size", [1, 3, 20, 23])
def test_a_pass_has_each_signal_at_most_once(batch_size, monkeypatch):
    monkeypatch.setattr(shuffling, "MAX_HELD", 8)
    signals = np.arange(23.0)[:, None]
    batches = MiniBatches(signals, batch_size, np.random.default_rng(0))
    for _ in range(3):
        drawn = torch.cat([batches.draw() for _ in range(23 // batch_size)])
        assert len(drawn.unique()) == len(drawn) == 23 // batch_size * batch_size


# Reading ahead


def test_values_come_in_order_one_ahead_from_another_thread():
    computed, threads = [], set()

    def square(item):
        threads.add(threading.get_ident())
        computed.append(item)
        return item**2

    values = mapped_ahead(square, iter(range(5)))
    assert computed == []
    assert next(values) == 0
    assert set(computed) <= {0, 1}
    assert list(values) == [1, 4, 9, 16]
    assert computed == list(range(5))
    assert threads.isdisjoint({threading.get_ident()}) and len(threads) == 1


def test_an_error_of_the_thread_is_one_of_the_caller():
    values = mapped_ahead(lambda item: 1 / item, itertools.count(-1))
    assert next(values) == -1
    with pytest.raises(ZeroDivisionError):
        next(values)


@pytest.mark.parametrize("kind", ["batches", "windows"])
def test_batches_are_the_same_from_disk(kind, mapped):
    def draws(X):
        rng = np.random.default_rng(3)
        if kind == "batches":
            sampling = MiniBatches(X, 40, rng)
        else:
            sampling = Windows(X.reshape(2, 5, -1), 9, 4, rng)
        return torch.stack([sampling.draw() for _ in range(20)])

    on_file = mapped(X, "float64")
    assert torch.equal(draws(on_file), draws(X))


# Solvers


def problem(signals, model="dense", atom_shape=D_INIT.shape[1:], **parameters):
    objective = BENCHMARK.get_benchmark_objective().get_instance(
        **{"reg": 0.1} | parameters
    )
    RunContext().set_run_context(objective, "dataset", "solver", 0, 0)
    objective.set_data(signals, model, len(D_INIT), atom_shape)
    return objective, objective.get_objective()


def instance(name, objective, **parameters):
    (Solver,) = BENCHMARK.check_solver_patterns([name], class_only=True)
    solver = Solver.get_instance(**parameters)
    RunContext().set_run_context(objective, "dataset", solver, 0, 0)
    return solver


def learned(name, signals, parameters, **options):
    objective, given = problem(signals, **options)
    solver = instance(name, objective, **parameters)
    assert solver.skip(**given) == (False, None)
    solver.set_objective(**given)
    solver.warm_up()
    solver.run(iter([True] * 5 + [False]).__next__)
    return solver, objective.evaluate_result(**solver.get_result())["value"]


@pytest.mark.parametrize("name", READERS)
def test_solvers_learn_the_same_from_disk(name, mapped):
    on_file = mapped(X)
    solver, value = learned(name, on_file, READERS[name])
    assert solver.X.X is on_file
    assert learned(name, np.array(on_file), READERS[name])[1] == value


class Guarded:
    """Signals on disk that fail whoever reads more than ``limit`` values at a time."""

    on_disk = True

    def __init__(self, X, limit):
        self.X, self.limit, self.read = X, limit, 0
        self.shape, self.ndim, self.dtype = X.shape, X.ndim, X.dtype

    def __len__(self):
        return len(self.X)

    def __getitem__(self, key):
        part = self.X[key]
        assert part.size <= self.limit < self.X.size
        self.read += part.size
        return part

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("all of the signals are read")


@pytest.mark.filterwarnings("ignore:.*losses are means over:UserWarning")
@pytest.mark.parametrize(
    "name, model",
    [*((name, "dense") for name in READERS), ("Stochastic-DDL", "rank1"),
     ("Block-AM", "rank1")],
)  # fmt: skip
def test_nothing_reads_more_than_a_part(name, model, monkeypatch):
    monkeypatch.setattr(on_disk, "VALUES", 640)
    monkeypatch.setattr(subsets, "MAX_SIGNALS", 64)
    monkeypatch.setattr(subsets, "MAX_SAMPLES", 40)
    shape, atom_shape = {
        "dense": ((300, 10), (10,)),
        "rank1": ((1, 5, 600), (5, 4)),
    }[model]
    signals = Guarded(np.random.default_rng(0).standard_normal(shape), 1000)
    options = {"model": model, "atom_shape": atom_shape}
    solver, value = learned(
        name, signals, READERS[name], **options, init="data", scaled_reg=True
    )
    assert solver.X.X is signals and np.isfinite(value) and signals.read > 0


def test_others_get_signals_in_memory_or_are_skipped(mapped, monkeypatch):
    on_file = mapped(X)
    solver, value = learned("AM", on_file, {"n_layers": 5})
    assert type(solver.X) is np.ndarray and solver.X.dtype == np.float64
    assert learned("AM", X.astype("float32"), {"n_layers": 5})[1] == value
    monkeypatch.setattr(on_disk, "COPIES", 1e9)
    objective, given = problem(on_file)
    skipped, reason = instance("AM", objective).skip(**given)
    assert skipped and "AM needs all of X in memory" in reason and "Block-AM" in reason
    for name in READERS:
        assert instance(name, objective).skip(**given) == (False, None)
    assert instance("AM", objective).skip(**given | {"X": X}) == (False, None)


def test_results_do_not_take_signals_from_disk(mapped):
    Objective = BENCHMARK.get_benchmark_objective()
    objective = Objective.get_instance(landscape=True)
    assert objective.skip(X=X) == (False, None)
    skipped, reason = objective.skip(X=mapped(X))
    assert skipped and "landscape" in reason


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU")
def test_batches_are_the_same_on_a_gpu():
    def draws(device):
        batches = MiniBatches(X, 40, np.random.default_rng(0), device=device)
        return torch.stack([batches.draw() for _ in range(20)]).cpu()

    assert torch.equal(draws("cuda"), draws("cpu"))
    assert host_tensor(X, torch.float32, "cuda").is_pinned()
