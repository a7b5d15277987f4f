"""Atoms from the residuals of the signals that use them, for wide dictionaries."""

import torch

from benchmark_utils.compiled import has_numba
from benchmark_utils.dictionaries.base import unit_rows


class ResidualUpdate:
    """Each atom towards the mean of what the signals that use it leave to it.

    With r the residual of a signal, ``z (r + z d_k)`` summed over signals is the
    direction in which atom k fits best, the other atoms being what they are. Only atoms
    that a batch uses move, and nothing of the size of all atoms squared is made.

    Parameters
    ----------
    memory : float
        The sums of an atom fade by ``exp(-uses / memory)``. The past is counted in uses
        of that atom, not in steps: atoms are used at very different rates.
    relaxation : float
        How much of the way to that direction is gone; 1 stops there.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    def __init__(self, memory=60.0, relaxation=1.3):
        if not memory > 0 or not 0 < relaxation <= 2:
            raise ValueError(
                "memory must be positive and relaxation in (0, 2], got "
                f"{memory} and {relaxation}."
            )
        self.memory, self.relaxation = float(memory), float(relaxation)
        self._cross = None

    def updated(self, dictionary, codes):
        """The dictionary after a batch.

        Parameters
        ----------
        dictionary : Dense
        codes : CandidateCodes
            Of the batch, with its residual.

        Returns
        -------
        dictionary : Dense
        usage : Tensor, shape (n_atoms,)
            How many codes of each atom are not zero.
        """
        D = dictionary.params[0]
        if self._cross is None:
            self._cross = torch.zeros_like(D)
        usage = codes.usage(len(D))
        self._cross.mul_((-usage / self.memory).exp()[:, None].to(D))
        _add_residuals(self._cross, D, codes)
        used = usage.nonzero().flatten()
        moved = D.clone()
        atoms = D[used].lerp(_directions(self._cross[used], D[used]), self.relaxation)
        moved[used] = unit_rows(atoms)
        return dictionary.with_params([moved]), usage

    def forget(self, atoms):
        """Drop the past of some atoms, which have been replaced.

        Parameters
        ----------
        atoms : Tensor of int64
        """
        if self._cross is not None:
            self._cross[atoms] = 0


def _directions(cross, D):
    """Rows of unit norm; the present atom where there is no direction."""
    norms = cross.norm(dim=1, keepdim=True)
    return torch.where(norms > 0, cross / norms.clamp_min(1e-30), D)


def _add_residuals(cross, D, codes):
    """Add ``z (r + z d_k)`` of each code that is not zero to the sums of its atom."""
    if D.device.type == "cpu" and has_numba():
        # Here, for others do without numba, and it takes a second to import.
        from benchmark_utils.compiled.residual import add_residuals

        arrays = (codes.residual, D, codes.places, codes.values, cross)
        add_residuals(*(t.numpy() for t in arrays))
        return
    rows, columns = codes.values.nonzero(as_tuple=True)
    z, k = codes.values[rows, columns], codes.places[rows, columns].long()
    cross.index_add_(0, k, z[:, None] * codes.residual[rows])
    energies = D.new_zeros(len(D)).index_add_(0, k, z.square())
    cross.addcmul_(energies[:, None], D)
