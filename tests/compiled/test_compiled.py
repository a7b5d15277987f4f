"""Compiled loops give what operations of torch give, and give way to them."""

import sys

import numba
import numpy as np
import pytest
import torch

from benchmark_utils import compiled
from benchmark_utils.coding.compiled_trajectory import CompiledTrajectory
from benchmark_utils.coding.unrolled import Unrolled
from benchmark_utils.compiled.blocks import from_blocks, to_blocks, twiddles
from benchmark_utils.compiled.jit import compiled as compile_loop
from benchmark_utils.compiled.spectra import BLOCK
from benchmark_utils.dictionaries import make_dictionary, rank_one
from benchmark_utils.dictionaries.rank_one_compiled import CompiledRankOneGram
from benchmark_utils.dictionaries.rank_one_gram import RankOneGram
from benchmark_utils.dictionaries.unit_norm import unit_atoms


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def of_torch(monkeypatch):
    """Call a function where nothing is compiled."""

    def call(function, *args, **options):
        with monkeypatch.context() as m:
            m.setattr(rank_one, "compiles", lambda x, n_signals: False)
            return function(*args, **options)

    return call


def problem(n_atoms=5, n_times=60, dtype=torch.float64, window=False, n_times_atom=8):
    rng = np.random.default_rng(0)
    u = unit_atoms(rng.standard_normal((n_atoms, 6)))
    v = unit_atoms(rng.standard_normal((n_atoms, n_times_atom)))
    D = u[:, :, None] * v[:, None]
    X = torch.as_tensor(rng.standard_normal((3, 6, n_times))).to(dtype)
    return make_dictionary("rank1", D, dtype=dtype, window=window), X


def assert_same(found, expected, **tolerances):
    assert found.loss == pytest.approx(expected.loss, rel=1e-5)
    np.testing.assert_allclose(found.steps, expected.steps, rtol=1e-4, atol=1e-4)
    assert torch.equal(found.usage, expected.usage)
    for one, other in zip(found.params, expected.params, strict=True):
        torch.testing.assert_close(one, other, **tolerances)


# Pairs of part of a block, of an odd half length, of two blocks, of one or two and the
# frequency 0 alone, of three; atoms that fill rows of four and that do not.
@pytest.mark.parametrize("n_times", [9, 30, 60, 256, 512, 320, 640, 700])
@pytest.mark.parametrize("n_atoms", [1, 5, 8])
def test_product_and_statistic_for_every_size(n_times, n_atoms, of_torch):
    dictionary, X = problem(n_atoms, n_times)
    gram, peer = dictionary.gram(X), of_torch(dictionary.gram, X)
    assert type(gram) is CompiledRankOneGram and type(peer) is RankOneGram
    Z = torch.randn(3, n_atoms, n_times - 7).double()
    A = torch.randn_like(Z)
    torch.testing.assert_close(gram.apply(Z), peer.apply(Z))
    forms = []
    for g in (gram, peer):
        M = g.cross(A, Z, 0.7, out=g.cross(Z, Z, -0.3))
        forms.append(dictionary.gradient(lambda d, g=g, M=M: g.form(M, d)))
    for one, other in zip(*forms, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("m", [1, 2, 5, 15, 159, 160, 161, 768])
def test_blocks_hold_each_frequency_and_zeros(m):
    rng = np.random.default_rng(0)
    half_spectrum = rng.standard_normal((3, m + 1)) + 1j * rng.standard_normal(m + 1)
    blocks = to_blocks(half_spectrum)
    assert blocks.shape == (-(-(m // 2 + 1) // BLOCK), 3, 4 * BLOCK)
    np.testing.assert_array_equal(from_blocks(blocks, m), half_spectrum)
    assert np.count_nonzero(blocks) == 3 * 4 * (m // 2 + 1)
    w = twiddles(m, np.float64)
    last = blocks[-1].reshape(3, 4, BLOCK)[:, :, m // 2 % BLOCK]  # the frequencies 0, m
    np.testing.assert_array_equal(last[:, 0] + 1j * last[:, 1], half_spectrum[:, 0])
    np.testing.assert_array_equal(last[:, 2] + 1j * last[:, 3], half_spectrum[:, m])
    assert w.shape == (len(blocks), 2 * BLOCK) and w[-1, m // 2 % BLOCK] == 1


@pytest.mark.parametrize("window", [False, True])
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("algorithm, K", [("fista", 7), ("fista", 4), ("ista", 7)])
@pytest.mark.parametrize("checkpoint", [False, True])
def test_gradients(window, positive, algorithm, K, checkpoint, of_torch):
    dictionary, X = problem(window=window)
    net = Unrolled(7, 0.1, algorithm, K, positive, checkpoint)
    net = net.with_factors(np.linspace(0.5, 1.3, 7))
    expected = of_torch(net.gradient, dictionary, X, with_steps=True)
    assert 0 < expected.usage.sum() < X.shape[0] * 5 * 53
    assert_same(net.gradient(dictionary, X, with_steps=True), expected)
    codes = of_torch(net.codes, dictionary, X)
    torch.testing.assert_close(net.codes(dictionary, X), codes)


@pytest.mark.parametrize("window", [False, True])
@pytest.mark.parametrize("n_threads", [2, 3, 4])
def test_gradients_on_several_threads(window, n_threads):
    dictionary, X = problem(window=window)
    net = Unrolled(7, 0.1).with_factors(np.linspace(0.5, 1.3, 7))
    expected = net.gradient(dictionary, X, with_steps=True)
    codes, loss = net.codes(dictionary, X), net.loss(dictionary, X)
    torch.set_num_threads(n_threads)
    for _ in range(2):  # the second finds the buffers of the first
        assert type(dictionary.gram(X)) is CompiledRankOneGram
        found = net.gradient(dictionary, X, with_steps=True)
        assert_same(found, expected)
        assert torch.equal(net.codes(dictionary, X), codes)
        assert net.loss(dictionary, X) == pytest.approx(loss)


def test_single_precision(of_torch):
    dictionary, X = problem(12, 700, torch.float32)
    net = Unrolled(20, 0.3)
    expected = of_torch(net.gradient, dictionary, X, with_steps=True)
    found = net.gradient(dictionary, X, with_steps=True)
    assert found.params[0].dtype == found.params[1].dtype == torch.float32
    assert_same(found, expected, rtol=1e-4, atol=1e-3)


def test_what_is_not_a_number_stays_so():
    dictionary, X = problem()
    X[0, 0, 3] = np.nan
    for positive in (False, True):
        loss = Unrolled(4, 0.1, positive=positive).loss(dictionary, X)
        assert not np.isfinite(loss)


def test_gradient_of_correlations_is_that_of_the_tape():
    for window in (False, True):
        dictionary, X = problem(window=window)
        A = torch.randn_like(dictionary.correlate(X))
        tape = dictionary.gradient(lambda d, A=A, X=X: (A * d.correlate(X)).sum())
        by_hand = dictionary.correlation(X)[1](A)
        for one, other in zip(by_hand, tape, strict=True):
            torch.testing.assert_close(one, other)


def test_torch_does_it_where_there_is_no_numba(monkeypatch):
    compiled.has_numba.cache_clear()
    monkeypatch.setitem(sys.modules, "numba", None)
    dictionary, X = problem()
    try:
        assert type(dictionary.gram(X)) is RankOneGram
    finally:
        compiled.has_numba.cache_clear()


def test_reverse_layer_is_that_of_torch(of_torch):
    dictionary, X = problem()
    grams = dictionary.gram(X), of_torch(dictionary.gram, X)
    A, Z = torch.randn(2, 3, 5, 53, dtype=torch.float64)
    found = []
    for gram in grams:
        M, out = gram.start(), torch.empty_like(A)
        gram.reverse(A, Z, 0.3, M, out=out)
        grads = dictionary.gradient(lambda d, g=gram, M=M: g.form(M, d))
        found.append([out, *grads])
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)


def test_torch_does_it_for_fewer_signals_than_threads_or_unknown_numbers(monkeypatch):
    assert compiled.compiles(torch.ones(1), 1)
    assert not compiled.compiles(torch.ones(1).half(), 1)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    assert not compiled.compiles(torch.ones(1), 1)
    assert compiled.compiles(torch.ones(1), 2)


def test_loops_compile_where_nothing_can_be_written(monkeypatch):
    njit = numba.njit

    def nowhere(types=None, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(types, **options)

    monkeypatch.setattr(numba, "njit", nowhere)
    assert compile_loop(lambda x: x + 1)(2) == 3


@pytest.mark.parametrize("checkpoint, n_segments", [(False, 1), (True, 3)])
def test_codes_are_extrapolated_anew_only_after_a_checkpoint(
    checkpoint, n_segments, monkeypatch
):
    (dictionary, X), seen = problem(), []
    extrapolated = CompiledTrajectory._extrapolated

    def spy(self, k):
        seen.append(k)
        return extrapolated(self, k)

    monkeypatch.setattr(CompiledTrajectory, "_extrapolated", spy)
    monkeypatch.setattr(type(dictionary), "block_size", lambda self, X: len(X))
    net = Unrolled(20, 0.1, backprop_depth=9, checkpoint=checkpoint)
    net.codes(dictionary, X)
    assert seen == [1]
    net.gradient(dictionary, X)
    # Once on the way there, once a layer on the way back, once a segment restored.
    assert len(seen) - 1 == 1 + 9 + (n_segments - 1)
