"""A round of candidates as operations of torch on all signals at once, for a GPU."""

from functools import partial

import torch

from benchmark_utils.coding.graphs import Graphed
from benchmark_utils.coding.shrinkage import shrink_

# Moves between two checks whether all signals are coded. A check waits for the GPU.
LOOK_EVERY = 8


def refine(R, D, corr, places, Z, rows, low, lmbd, tol, max_moves, n_solves=0):
    """The same as :func:`benchmark_utils.compiled.candidates.refine`, in torch.

    Two things differ. It does not solve the linear systems of the signs: if
    ``n_solves`` is not 0, descent goes on to ``tol`` with more moves instead. And moves
    come in groups of ``LOOK_EVERY``, so there can be some more than ``max_moves``.
    """
    chosen, z, fresh, real = _choose(corr, places[rows].long(), Z[rows], low, lmbd)
    # A place without a candidate gets the atom zero, whose code never moves.
    before, atoms = z.clone(), D[chosen] * real[..., None]
    gram = atoms @ atoms.mT
    target = fresh + z
    if n_solves:
        max_moves = max_moves * n_solves
    z = _descend(gram, target, z, low < -lmbd, lmbd, tol, max_moves)
    R[rows] -= torch.einsum("ic,icf->if", z - before, atoms)
    places[rows], Z[rows] = chosen.to(places.dtype), z


def _choose(corr, places, z, low, lmbd):
    """Candidates, used ones first, with their codes and correlations with residuals.

    ``real`` is False for places without a candidate, because no further correlation
    exceeds λ. The correlation is zero there.
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
    """Greedy coordinate descent. In each move, every signal changes one code."""
    scalars = target.new_tensor(lmbd), target.new_tensor(tol)
    moves, (_, _, z, *_) = MOVES[positive].on(gram, target, z, *scalars)
    for _ in range(-(-max_moves // LOOK_EVERY)):
        if not moves().item():
            break
    return z


def _moves(gram, target, z, lmbd, tol, positive):
    """Some moves of all signals, in place; returns whether one was still needed."""
    rows, scale = torch.arange(len(z), device=z.device), gram.diagonal(dim1=1, dim2=2)
    for _ in range(LOOK_EVERY):
        step = shrink_(target.clone(), lmbd, positive).sub_(z)
        size, j = step.abs().max(1, keepdim=True)
        going = size > tol
        step = step.gather(1, j).mul_(going)
        z.scatter_add_(1, j, step)
        target.addcmul_(gram[rows, j[:, 0]], step, value=-1)
        target.scatter_add_(1, j, step * scale.gather(1, j))
    return going.any()


MOVES = {sign: Graphed(partial(_moves, positive=sign)) for sign in (False, True)}
