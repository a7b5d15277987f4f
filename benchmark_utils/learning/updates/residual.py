"""Atoms from the residuals of the signals that use them, for wide dictionaries."""

import torch

from benchmark_utils.compiled import has_numba
from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learning.updates.update import Advance, Update
from benchmark_utils.threads import on_threads


class ResidualUpdate(Update):
    """Each atom moves towards the direction that fits the signals that use it.

    r is the residual of a signal, and z its code of atom k. If the other atoms stay,
    the best direction of atom k is the sum of ``z (r + z d_k)`` over signals. Only the
    atoms that a batch uses move. No Gram matrix of all atoms is computed.

    Parameters
    ----------
    memory : float
        At a step that uses an atom ``uses`` times, its sums are multiplied by
        ``exp(-uses / m)``. At first, m is ``memory``. The past is counted in uses of
        the atom and not in steps, because atoms are used at very different rates.
    share : float
        Later, m is this share of all uses of the atom so far, if that is more. If the
        memory did not grow, noise would never average out, and atoms would get worse
        again.
    relaxation : float
        Scales the step towards that direction: 1 lands on it, more overshoots it.
    renewal : Renewal or None
        Replaces dead and duplicate atoms. None: they are kept.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    def __init__(self, memory=40.0, share=0.15, relaxation=1.3, renewal=None):
        if not memory > 0 or not share >= 0 or not 0 < relaxation <= 2:
            raise ValueError(
                "memory must be positive, share at least 0 and relaxation in (0, 2], "
                f"got {memory}, {share} and {relaxation}."
            )
        self.memory, self.share = float(memory), float(share)
        self.relaxation, self.renewal = float(relaxation), renewal
        self._cross = None

    def advance(self, dictionary, encoder, X, step):
        """One step of the atoms that the batch uses; see :class:`Update`."""
        codes = encoder.codes(dictionary, X, step)
        D = dictionary.params[0]
        if self._cross is None:
            self._cross, self._uses = D.new_zeros(D.shape), D.new_zeros(len(D))
        usage = codes.usage(len(D))
        encoder.observe(usage.sum().item() / max(1, len(X) * len(D)))
        moved = self._moved(D, codes, usage)
        if self.renewal:
            self._renew(moved, codes, usage)
        return Advance(dictionary.with_params([moved]), encoder, usage)

    def _moved(self, D, codes, usage):
        memory = (self.share * self._uses).clamp_min(self.memory)
        fading = (-usage / memory).exp()
        self._uses += usage
        move = _compiled if D.device.type == "cpu" and has_numba() else _in_torch
        return move(D, codes, usage, fading, self.relaxation, self._cross)

    def _renew(self, D, codes, usage):
        """Replace some atoms by new ones, whose sums start at zero."""
        atoms, pieces = self.renewal.renewed(D, codes.residual, usage)
        D[atoms] = pieces
        self._cross[atoms] = 0
        self._uses[atoms] = 0


def _compiled(D, codes, usage, fading, relaxation, cross):
    """Atoms after the step, computed on all threads. ``cross`` is updated in place."""
    # Imported here: numba takes a second to import, and other updates do not need it.
    from benchmark_utils.compiled.residual import move_atoms

    D = D.contiguous()
    moved = torch.empty_like(D)
    given = (codes.residual, D, codes.places, codes.values, usage, fading)
    given, written = ([t.numpy() for t in some] for some in (given, (cross, moved)))
    relaxation = given[0].dtype.type(relaxation)
    on_threads(
        lambda part: move_atoms(*given, relaxation, part.start, part.stop, *written),
        len(D),
    )
    return moved


def _in_torch(D, codes, usage, fading, relaxation, cross):
    """The same with operations of torch, for a GPU."""
    cross.mul_(fading[:, None])
    rows, columns = codes.values.nonzero(as_tuple=True)
    z, k = codes.values[rows, columns], codes.places[rows, columns].long()
    cross.index_add_(0, k, z[:, None] * codes.residual[rows])
    energies = D.new_zeros(len(D)).index_add_(0, k, z.square())
    cross.addcmul_(energies[:, None], D)
    used = usage.nonzero().flatten()
    atoms = D[used].lerp(_directions(cross[used], D[used]), relaxation)
    return D.index_copy(0, used, unit_rows(atoms))


def _directions(cross, D):
    """Rows scaled to unit norm. A zero row gives the present atom."""
    norms = cross.norm(dim=1, keepdim=True)
    return torch.where(norms > 0, cross / norms.clamp_min(1e-30), D)
