"""The number of threads, and loops over signals that run on all of them.

Products of small matrices take longer on several threads than on one, because the
threads wait for each other at each product. Loops over signals do not wait. So small
products use one thread (:func:`one_for_products`), and loops use all threads
(:func:`on_threads`).
"""

import os
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from functools import cache

import torch

SMALL = 1e8  # operations of a product of matrices below which one thread is as fast
_kept = []  # numbers of torch's threads before they were set to one


def resolve_threads(n_threads):
    """The number of threads that a parameter means.

    Parameters
    ----------
    n_threads : int
        -1 means the number of torch's threads, which the torch solvers use.

    Returns
    -------
    n_threads : int
    """
    return available() if n_threads == -1 else n_threads


def available():
    """Threads that a loop may use: those of torch before they were set to one."""
    return _kept[0] if _kept else torch.get_num_threads()


@contextmanager
def one_for_products(n_operations):
    """Context in which torch's products use one thread, if they are small enough.

    Parameters
    ----------
    n_operations : float
        Multiplications and additions of the largest product.
    """
    n_threads = torch.get_num_threads()
    if n_threads == 1 or n_operations > SMALL:
        yield
        return
    _kept.append(n_threads)
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(_kept.pop())


def on_threads(function, n, n_threads=-1):
    """Call ``function(slice)`` for parts of ``range(n)``, one part for each thread.

    Products within a part use one thread, because the others are busy: those of torch,
    and those of compiled loops and NumPy (OpenBLAS).

    Parameters
    ----------
    function : callable
        It must release Python's lock for most of its time.
    n : int
    n_threads : int
        At most. -1 means those of torch (:func:`resolve_threads`).

    Returns
    -------
    results : list
        The result of each part, in order.
    """
    n_parts = max(1, min(resolve_threads(n_threads), n))
    ends = [n * i // n_parts for i in range(n_parts + 1)]
    parts = list(map(slice, ends, ends[1:]))
    if n_parts == 1:
        return [function(part) for part in parts]
    pool = _pool(n_parts - 1, os.getpid())
    with one_for_products(0), _one_for_openblas():
        others = [pool.submit(_alone, function, part) for part in parts[1:]]
        try:
            first = function(parts[0])
        finally:
            wait(others)  # after an error, no thread may still write
    return [first, *(other.result() for other in others)]


def _alone(function, part):
    """Call the function in another thread, where torch and OpenMP have own settings."""
    if torch.get_num_threads() > 1:
        torch.set_num_threads(1)
    with _one_for_openblas():
        return function(part)


def _one_for_openblas():
    found = _openblas()
    return nullcontext() if found is None else found.limit(limits=1)


@cache
def _openblas():
    """The libraries of NumPy, and of SciPy, which compiled loops call."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:  # `benchmarks/gpu.py` runs where only torch is installed
        return None
    import scipy.linalg  # noqa: F401  its library must be loaded before it is found

    return ThreadpoolController().select(internal_api="openblas")


@cache
def _pool(n_threads, process):
    """Threads that are kept. A forked process gets its own."""
    return ThreadPoolExecutor(n_threads)
