"""A round of candidates as operations of torch on all signals at once, for a GPU."""

import torch

from benchmark_utils.coding.shrinkage import shrink_

LOOK_EVERY = 8  # moves: whether all signals are coded is a wait for the GPU


def refine(R, D, corr, places, Z, rows, low, lmbd, tol, max_moves, n_solves=0):
    """As :func:`benchmark_utils.compiled.candidates.refine`, but for ``n_solves``.

    The linear systems of signs are left out: descent goes on to ``tol`` instead.
    """
    chosen, z, fresh = _choose(corr, places[rows].long(), Z[rows], low, lmbd)
    before, atoms = z.clone(), D[chosen]
    gram = atoms @ atoms.mT
    target = fresh + z
    if n_solves:
        max_moves = max_moves * n_solves
    _descend(gram, target, z, low < -lmbd, lmbd, tol, max_moves)
    R[rows] -= torch.einsum("ic,icf->if", z - before, atoms)
    places[rows], Z[rows] = chosen.to(places.dtype), z


def _choose(corr, places, z, low, lmbd):
    """Candidates, those in use first; their codes, and correlations with residuals."""
    used, known = z != 0, corr.gather(1, places)
    # An atom that is used is not to be chosen again.
    corr.scatter_(1, places.where(used, places[:, :1]), 0) if used.all() else _hide(
        corr, places, used
    )
    size = corr if low < -lmbd else corr.abs()
    best, new = size.topk(places.shape[1], dim=1)
    rank = torch.cat([torch.where(used, torch.inf, -1.0), best], 1)
    order = rank.argsort(dim=1, descending=True, stable=True)[:, : places.shape[1]]
    chosen = torch.cat([places, new], 1).gather(1, order)
    z = torch.cat([z, torch.zeros_like(z)], 1).gather(1, order)
    fresh = torch.cat([known, corr.gather(1, new)], 1).gather(1, order)
    return chosen, z, fresh


def _hide(corr, places, used):
    rows = torch.arange(len(corr), device=corr.device)[:, None].expand_as(places)
    corr[rows[used], places[used]] = 0


def _descend(gram, target, z, positive, lmbd, tol, max_moves):
    """Greedy coordinate descent, a move of each signal at a time."""
    rows = torch.arange(len(z), device=z.device)
    for move in range(max_moves):
        distance = shrink_(target.clone(), lmbd, positive).sub_(z)
        size, j = distance.abs().max(1)
        going = size > tol
        if move % LOOK_EVERY == 0 and not going.any():
            return
        step = distance[rows, j] * going
        z[rows, j] += step
        target.addcmul_(gram[rows, j], step[:, None], value=-1)
        target[rows, j] += step * gram[rows, j, j]
