"""Loops that no library has, compiled by numba for the CPU.

A pass over codes or spectra (`codes`, `spectra`) takes PyTorch several operations, each
with a temporary. Here it is one loop. Where :func:`compiles` says that there is none,
operations of torch do the same. Block-AM needs loops of its own (`greedy`, `dense`),
and so numba.
"""

from functools import cache

import torch

from benchmark_utils.threads import available

FLOATS = (torch.float32, torch.float64)


def compiles(x):
    """Whether there are compiled loops for tensors of this kind, here and now."""
    # Loops use one thread, operations of torch all: of two, loops are still ahead.
    few_threads = available() <= 2
    on_cpu = x.device.type == "cpu" and x.dtype in FLOATS
    return on_cpu and few_threads and has_numba()


@cache
def has_numba():
    """Whether numba can be imported: it refuses versions of NumPy newer than itself."""
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True
