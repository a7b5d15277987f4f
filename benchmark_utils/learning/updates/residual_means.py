"""ITKrM: each atom is the mean of the residuals of the signals that use it."""

from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learning.updates.update import Advance, Update


class ResidualMeans(Update):
    """Each atom becomes the direction of ``Σ sign(⟨d_k, x⟩) (r + ⟨d_k, x⟩ d_k)``.

    The sum is over the signals that use the atom. r is the residual of the projection
    of x on its atoms. Unused atoms stay.

    References
    ----------
    K. Schnass, "Convergence radius and sample complexity of ITKM algorithms for
    dictionary learning", Applied and Computational Harmonic Analysis 45, 2018.
    """

    def advance(self, dictionary, encoder, X, step):
        """One step of the atoms of a dense dictionary; see :class:`Update`."""
        codes = encoder.codes(dictionary, X, step)
        D, places = dictionary.params[0], codes.places.long()
        signs, sums = codes.values.sign(), D.new_zeros(D.shape)
        for j in range(places.shape[1]):  # one code of each signal at a time
            sums.index_add_(0, places[:, j], signs[:, j, None] * codes.residual)
        weights = D.new_zeros(len(D))
        weights.index_add_(0, places.flatten(), codes.values.abs().flatten())
        sums += weights[:, None] * D
        usage = codes.usage(len(D))
        used = (usage > 0) & (sums.norm(dim=1) > 0)
        atoms = unit_rows(sums.where(used[:, None], D))
        return Advance(dictionary.with_params([atoms]), encoder, usage)
