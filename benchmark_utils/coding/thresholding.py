"""Codes on the atoms that correlate most with a signal."""

import torch

from benchmark_utils.coding.candidate_codes import CandidateCodes
from benchmark_utils.coding.encoder import Encoder

RIDGE = 1e-6  # added to the diagonal of a Gram matrix. It matters for equal atoms


class Thresholding(Encoder):
    """Codes on the ``n_nonzero`` atoms whose products with a signal are largest.

    The codes are the products. The residual is that of the projection on these atoms.

    Parameters
    ----------
    n_nonzero : int
    lmbd : float
        Not used: the number of codes is fixed.
    positive : bool
        Whether products are compared. Otherwise their absolute values are compared.
    """

    def __init__(self, n_nonzero, lmbd, positive=False):
        self.n_nonzero, self.lmbd, self.positive = n_nonzero, lmbd, positive

    def codes(self, dictionary, X, step=0):
        """Codes of the signals: :class:`CandidateCodes`."""
        return self._coded(dictionary, X)[0]

    def full_codes(self, dictionary, X, step=0):
        """Codes of the projection, with zeros. ``positive`` cuts negative ones."""
        codes, projection = self._coded(dictionary, X)
        codes.values = projection.clamp(min=0) if self.positive else projection
        return codes.dense(dictionary.n_atoms)

    def _coded(self, dictionary, X):
        D, products = dictionary.params[0], dictionary.correlate(X)
        sizes = products if self.positive else products.abs()
        places = sizes.topk(min(self.n_nonzero, len(D)), dim=1).indices
        values, atoms = products.gather(1, places), D[places]
        eye = RIDGE * torch.eye(places.shape[1]).to(D)
        gram = atoms @ atoms.transpose(1, 2) + eye
        projection = torch.linalg.solve(gram, values[:, :, None])[..., 0]
        residual = X - (projection[:, None] @ atoms)[:, 0]
        return CandidateCodes(places.int(), values, residual), projection
