"""Threads: loops are shared out, small products are not, and results stay the same."""

import multiprocessing
import os
import time

import numpy as np
import pytest
import torch
from conv_peers import make, steps
from problems import dense_problem

from benchmark_utils import threads
from benchmark_utils.dictionaries.statistics import dense_statistics


@pytest.fixture
def several():
    """Three threads, and as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("n", [1, 2, 3, 100])
def test_parts_are_all_of_it_in_order(several, n):
    parts = threads.on_threads(lambda part: list(range(n))[part], n)
    assert sum(parts, []) == list(range(n)) and len(parts) == min(n, 3)


@pytest.mark.parametrize("n_threads, expected", [(-1, 3), (1, 1), (2, 2), (5, 5)])
def test_a_loop_has_the_threads_that_are_asked_for(several, n_threads, expected):
    assert len(threads.on_threads(lambda part: part, 100, n_threads)) == expected


def test_errors_of_a_part_are_raised(several):
    def fails(part):
        if part.start:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        threads.on_threads(fails, 9)


def test_an_error_of_the_first_part_waits_for_the_others(several):
    written = []

    def slow(part):
        if part.start == 0:
            raise ZeroDivisionError
        time.sleep(0.05)
        written.append(part.start)

    with pytest.raises(ZeroDivisionError):
        threads.on_threads(slow, 9)
    assert sorted(written) == [3, 6]


def test_products_within_a_part_have_one_thread(several):
    for _ in range(2):
        found = threads.on_threads(lambda part: torch.get_num_threads(), 9)
        assert found == [1, 1, 1] and torch.get_num_threads() == 3


def test_compiled_loops_and_numpy_have_one_thread_within_a_part(several):
    def n_threads(part=None):
        return [library["num_threads"] for library in threads._openblas().info()]

    with threads._openblas().limit(limits=2):
        before = n_threads()
        assert threads.on_threads(n_threads, 9) == [[1] * len(before)] * 3
        assert n_threads() == before


def test_threads_stay_and_a_forked_process_has_its_own(several):
    pool = threads._pool(2, os.getpid())
    threads.on_threads(lambda part: None, 9)
    assert threads._pool(2, os.getpid()) is pool
    context = multiprocessing.get_context("fork")
    with context.Pool(1) as forked:
        assert forked.apply_async(_sum_of_parts).get(timeout=60) == 45


def _sum_of_parts():
    return sum(threads.on_threads(lambda part: sum(range(10)[part]), 10))


def test_small_products_have_one_thread_and_loops_keep_theirs(several):
    with threads.one_for_products(1e5):
        assert torch.get_num_threads() == 1 and threads.available() == 3
        with threads.one_for_products(1e5):
            assert threads.available() == 3
        assert len(threads.on_threads(lambda part: part, 9)) == 3
    assert torch.get_num_threads() == threads.available() == 3
    with threads.one_for_products(1e12):
        assert torch.get_num_threads() == 3
    with pytest.raises(ZeroDivisionError), threads.one_for_products(1e5):
        1 / 0  # noqa: B018
    assert torch.get_num_threads() == 3


def test_sums_over_sparse_codes_are_those_of_one_thread(several):
    rng = np.random.default_rng(0)
    Z = torch.as_tensor(rng.standard_normal((50, 8)) * (rng.random((50, 8)) < 0.1))
    X = torch.as_tensor(rng.standard_normal((50, 6)))
    found = dense_statistics(X, Z)
    torch.testing.assert_close(found.gram, Z.T @ Z)
    torch.testing.assert_close(found.cross, Z.T @ X)
    assert found.usage.tolist() == (Z != 0).sum(0).tolist()


@pytest.mark.parametrize("coder", ["greedy", "candidates", "fista"])
def test_the_curve_is_that_of_one_thread_but_for_rounding(several, coder):
    X, _, D = dense_problem(n_signals=600)
    found = []
    for n_threads in (1, 3):
        torch.set_num_threads(n_threads)
        options = {"model": "dense", "positive": False, "reg": 0.3, "coder": coder}
        solver, _ = make("Block-AM", X, D, device="cpu", step_growth=1.3, **options)
        found.append(steps(solver, 8)[-1]["D"])
    np.testing.assert_allclose(*found, atol=1e-3)
