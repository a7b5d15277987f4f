"""Lasso codes of many signals at once, from the linear systems of their signs."""

import torch

ROWS = 256  # signals whose systems are solved together. They have nearly the same size


def solve_signs(G, b, signs, lmbd):
    """``z_S = G_SS⁻¹ (b_S - λs)`` for each signal; S is the support of its signs s.

    Parameters
    ----------
    G : Tensor, shape (n_atoms, n_atoms)
    b, signs : Tensor, shape (n_signals, n_atoms)
        ``Dᵀx``, and signs: -1, 0 or 1.
    lmbd : float

    Returns
    -------
    Z : Tensor, shape (n_signals, n_atoms)
        Zero where the system is singular.
    """
    used = signs != 0
    sizes, order = used.sum(1).sort()
    Z, right = torch.zeros_like(b), b - lmbd * signs
    for rows, n in zip(order.split(ROWS), sizes.split(ROWS), strict=True):
        Z[rows] = _solve(G, right[rows], used[rows], n)
    return Z


def _solve(G, right, used, sizes):
    ranks = torch.arange(int(sizes[-1]), device=used.device)
    places = used.byte().argsort(dim=1, descending=True)[:, : len(ranks)]
    # Smaller supports are padded with rows of the identity.
    filled = ranks < sizes[:, None]
    both = filled[:, :, None] & filled[:, None]
    eye = torch.eye(len(ranks), dtype=G.dtype, device=G.device)
    system = torch.where(both, G[places[:, :, None], places[:, None]], eye)
    factor, failed = torch.linalg.cholesky_ex(system)
    known = right.gather(1, places) * filled
    found = torch.cholesky_solve(known[:, :, None], factor)[:, :, 0]
    found = torch.where((failed == 0)[:, None], found, 0)
    return torch.zeros_like(right).scatter_(1, places, found)
