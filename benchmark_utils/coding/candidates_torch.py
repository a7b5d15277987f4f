"""A round of candidates as operations of torch on all signals at once, for a GPU."""

import torch

from benchmark_utils.coding.shrinkage import shrink_

LOOK_EVERY = 8  # moves: whether all signals are coded is a wait for the GPU


def refine(R, D, corr, places, Z, rows, low, lmbd, tol, max_moves, n_solves=0):
    """As :func:`benchmark_utils.compiled.candidates.refine`, but for ``n_solves``.

    The linear systems of signs are left out: descent goes on to ``tol`` instead.
    """
    chosen, z, fresh, real = _choose(corr, places[rows].long(), Z[rows], low, lmbd)
    # Places that are left over have atoms of zero, which never move.
    before, atoms = z.clone(), D[chosen] * real[..., None]
    gram = atoms @ atoms.mT
    target = fresh + z
    if n_solves:
        max_moves = max_moves * n_solves
    _descend(gram, target, z, low < -lmbd, lmbd, tol, max_moves)
    R[rows] -= torch.einsum("ic,icf->if", z - before, atoms)
    places[rows], Z[rows] = chosen.to(places.dtype), z


def _choose(corr, places, z, low, lmbd):
    """Candidates, those in use first; their codes, and correlations with residuals.

    ``real`` is false where no more correlations exceed λ; that given is zero.
    """
    used, known = z != 0, corr.gather(1, places)
    size = corr if low < -lmbd else corr.abs()
    rows, columns = used.nonzero(as_tuple=True)
    size = size.index_put((rows, places[rows, columns]), corr.new_tensor(-torch.inf))
    best, new = size.topk(places.shape[1], dim=1)
    best = best.where(best > lmbd, -torch.inf)
    rank = torch.cat([torch.where(used, torch.inf, -torch.inf), best], 1)
    order = rank.argsort(dim=1, descending=True, stable=True)[:, : places.shape[1]]
    chosen = torch.cat([places, new], 1).gather(1, order)
    z = torch.cat([z, torch.zeros_like(z)], 1).gather(1, order)
    fresh = torch.cat([known, corr.gather(1, new)], 1).gather(1, order)
    real = rank.gather(1, order) > -torch.inf
    return chosen, z, fresh * real, real


def _descend(gram, target, z, positive, lmbd, tol, max_moves):
    """Greedy coordinate descent, a move of each signal at a time."""
    rows = torch.arange(len(z), device=z.device)
    for move in range(max_moves):
        new = shrink_(target.clone(), lmbd, positive)
        size, j = (new - z).abs().max(1)
        going = size > tol
        if move % LOOK_EVERY == 0 and not going.any():
            return
        step = (new - z)[rows, j] * going
        z[rows, j] = torch.where(going, new[rows, j], z[rows, j])
        target.addcmul_(gram[rows, j], step[:, None], value=-1)
        target[rows, j] += step * gram[rows, j, j]
