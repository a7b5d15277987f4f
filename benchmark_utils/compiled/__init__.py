"""Loops that no library has, compiled by numba for the CPU.

PyTorch needs several operations for a pass over codes or spectra, and each allocates a
temporary array. Here a pass is one loop (`codes`, `spectra`). :func:`compiles` says
whether the loops can be used. If they cannot, operations of torch do the same. Block-AM
has further loops (`greedy`, `dense`, `candidates`, `residual`).
"""

from functools import cache

import torch

from benchmark_utils.threads import available

FLOATS = (torch.float32, torch.float64)


def compiles(x, n_signals):
    """Whether there are compiled loops for tensors of this kind, here and now.

    Parameters
    ----------
    x : Tensor
    n_signals : int
        The loops share out signals among threads.
    """
    # Torch uses all threads. The loops are still faster on half of them.
    few_threads = available() <= 2 * n_signals
    on_cpu = x.device.type == "cpu" and x.dtype in FLOATS
    return on_cpu and few_threads and has_numba()


@cache
def has_numba():
    """Whether numba can be imported. It cannot if NumPy is too new for it."""
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True
