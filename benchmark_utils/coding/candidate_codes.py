"""Codes of which all are zero but those of a few candidates."""

from dataclasses import dataclass

import torch


@dataclass
class CandidateCodes:
    """Sparse codes: those of the candidates, all others being zero.

    Attributes
    ----------
    places : Tensor of int32, shape (n_signals, n_candidates)
        Indices of atoms. Where the code is zero, the index means nothing.
    values : Tensor, shape (n_signals, n_candidates)
    residual : Tensor, shape (n_signals, n_features)
        ``x - zD``.
    """

    places: torch.Tensor
    values: torch.Tensor
    residual: torch.Tensor

    def __post_init__(self):
        # A clone keeps the memory order of X, and the compiled loops need rows.
        self.residual = self.residual.contiguous()

    @classmethod
    def zero(cls, X, n_candidates):
        """Zero codes of the signals X."""
        places = torch.zeros(len(X), n_candidates, dtype=torch.int32, device=X.device)
        return cls(places, X.new_zeros(len(X), n_candidates), X.clone())

    def usage(self, n_atoms):
        """Number of non-zero codes of each atom, shape (n_atoms,)."""
        used = self.places[self.values != 0].long()
        return torch.bincount(used, minlength=n_atoms)

    def dense(self, n_atoms):
        """All codes, shape (n_signals, n_atoms)."""
        Z = self.values.new_zeros(len(self.values), n_atoms)
        return Z.scatter_add_(1, self.places.long(), self.values)

    def widened(self, n_candidates):
        """The same codes, with room for more candidates."""
        more = n_candidates - self.values.shape[1]
        if more <= 0:
            return self
        places, values = (
            torch.nn.functional.pad(t, (0, more)) for t in (self.places, self.values)
        )
        return CandidateCodes(places, values, self.residual)
