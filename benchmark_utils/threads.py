"""How many threads there are, and loops over signals that run on all of them.

Products of small matrices take longer on several threads than on one, for threads wait
for each other at each product. Loops over signals do not wait. So small products have
one thread (:func:`one_for_products`), and loops have all threads (:func:`on_threads`).
"""

import os
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache

import torch

SMALL = 1e8  # operations of a product of matrices under which one thread is as fast
_kept = []  # numbers of threads from before torch was given one


def resolve_threads(n_threads):
    """The number of threads that a parameter asks for.

    Parameters
    ----------
    n_threads : int
        -1 stands for as many as torch has, which is what the other solvers use.

    Returns
    -------
    n_threads : int
    """
    return available() if n_threads == -1 else n_threads


def available():
    """Threads that a loop may use: those of torch before products were given one."""
    return _kept[0] if _kept else torch.get_num_threads()


@contextmanager
def one_for_products(n_operations):
    """Products of torch on one thread, if they are small enough.

    Parameters
    ----------
    n_operations : float
        Multiplications and additions of the largest of them.
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


def on_threads(function, n):
    """``function(slice)`` of parts of ``range(n)``, one for each thread.

    Products of torch within a part have one thread: the others have parts of their own.

    Parameters
    ----------
    function : callable
        Releases Python's lock for most of its time.
    n : int

    Returns
    -------
    results : list
        Its result for each part, in order.
    """
    n_parts = max(1, min(available(), n))
    ends = [n * i // n_parts for i in range(n_parts + 1)]
    parts = list(map(slice, ends, ends[1:]))
    if n_parts == 1:
        return [function(part) for part in parts]
    pool = _pool(n_parts - 1, os.getpid())
    with one_for_products(0):
        others = [pool.submit(_alone, function, part) for part in parts[1:]]
        try:
            first = function(parts[0])
        finally:
            wait(others)  # an error here leaves nothing that still writes
    return [first, *(other.result() for other in others)]


def _alone(function, part):
    """The function in another thread, for which torch has a number of its own."""
    if torch.get_num_threads() > 1:
        torch.set_num_threads(1)
    return function(part)


@cache
def _pool(n_threads, process):
    """Threads that stay; a process that was forked from this one has its own."""
    return ThreadPoolExecutor(n_threads)
