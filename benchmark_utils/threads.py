"""How many threads a peer of torch is given."""

import torch


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
    return torch.get_num_threads() if n_threads == -1 else n_threads
