"""``DᵀD`` of convolutional atoms whose products are done in two halves."""

from abc import abstractmethod

import torch

from benchmark_utils.dictionaries.spectrum import GramSpectrum


class HalvedGram(GramSpectrum):
    """``Ĝ(f) ẑ(f)`` in two halves, for the gradient needs the result of the first."""

    @abstractmethod
    def analyse(self, z_hat, name):
        """First half of ``Ĝẑ``: tensors, good until the next call for that name."""

    @abstractmethod
    def synthesise(self, half):
        """Second half: ``Ĝẑ``, of the shape of ``ẑ``; may write over the first."""

    @abstractmethod
    def accumulate(self, a_half, z_half, scale, out):
        """Add ``scale`` times the statistic of ``⟨a, Gz⟩`` to ``out``, or start it.

        May write over the halves, but for what :meth:`synthesise` needs of ``a``'s.
        """

    def product(self, z_hat):
        return self.synthesise(self.analyse(z_hat, "z"))

    def cross(self, A, Z, scale, out=None):
        a_half, z_half = self._start(A, "a"), self._start(Z, "z")
        return self.accumulate(a_half, z_half, scale, out)

    def reverse(self, A, Z, step, M, out=None):
        a_half = self._start(A, "a")
        self.accumulate(a_half, self._start(Z, "z"), -step, M)
        if out is not None:
            torch.sub(A, self.inverse(self.synthesise(a_half)), alpha=step, out=out)

    def _start(self, Z, name):
        return self.analyse(self.transformed(Z), name)
