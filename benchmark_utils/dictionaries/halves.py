"""``DᵀD`` of convolutional atoms, with products that are computed in two halves."""

from abc import abstractmethod

import torch

from benchmark_utils.dictionaries.spectrum import GramSpectrum


class HalvedGram(GramSpectrum):
    """``Ĝ(f) ẑ(f)`` in two halves. The gradient needs the result of the first."""

    @abstractmethod
    def analyse(self, z_hat, name):
        """First half of ``Ĝẑ``. The next call with the same name overwrites it."""

    @abstractmethod
    def synthesise(self, half):
        """Second half: ``Ĝẑ``, of the shape of ``ẑ``. It may overwrite the first."""

    @abstractmethod
    def accumulate(self, a_half, z_half, scale, out):
        """Add ``scale`` times the statistic of ``⟨a, Gz⟩`` to ``out``.

        ``out=None`` starts at zero. The method may overwrite the halves, except for the
        part of ``a_half`` that :meth:`synthesise` needs.
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
