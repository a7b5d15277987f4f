"""MOD: all atoms at once, by least squares for the codes."""

import torch

from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learning.updates.update import Advance, Update

RIDGE = 1e-6  # share of the largest energy of codes. It matters for dependent codes


class LeastSquares(Update):
    """``D = (ZᵀZ)⁻¹ZᵀX``, with rows scaled to unit norm. Unused atoms stay.

    References
    ----------
    K. Engan, S. O. Aase and J. H. Husøy, "Method of optimal directions for frame
    design", ICASSP 1999.
    """

    def advance(self, dictionary, encoder, X, step):
        """One step of the atoms of a dense dictionary; see :class:`Update`."""
        statistics = dictionary.statistics(X, encoder.codes(dictionary, X, step))
        gram, cross = statistics.gram.double(), statistics.cross.double()
        D = dictionary.params[0]
        used = statistics.usage > 0
        ridge = RIDGE * gram.diagonal().max() + (~used).double()
        found = torch.linalg.solve(gram + torch.diag(ridge.expand(len(D))), cross)
        kept = used & (found.norm(dim=1) > 0)
        atoms = unit_rows(torch.where(kept[:, None], found.to(D), D))
        return Advance(dictionary.with_params([atoms]), encoder, statistics.usage)
