"""What the layers of (F)ISTA need of a dictionary: the operator ``DᵀD``."""

from abc import ABC, abstractmethod

from benchmark_utils.threads import on_threads


class Gram(ABC):
    """The operator ``G = DᵀD`` on codes, frozen for one value of ``D``.

    (F)ISTA needs nothing else of ``D`` between two soft thresholdings, in the forward
    pass and in the reverse pass.

    Attributes
    ----------
    compiled : bool
        Whether products with ``G`` are compiled loops on the CPU. They run on one
        thread, so the signals are shared out among threads (:meth:`over_signals`).
    """

    compiled = False

    @abstractmethod
    def apply(self, Z):
        """``DᵀD z`` for each signal, the shape of ``Z``."""

    @abstractmethod
    def descend(self, Z, b, step, out):
        """Write the gradient step ``z - step (Gz - b)`` into ``out``.

        ``b=None`` means zero. The reverse pass uses this, because ``G`` is symmetric.
        """

    @abstractmethod
    def cross(self, A, Z, scale, out=None):
        """Add ``scale`` times the statistic ``M`` of ``⟨a, G z⟩`` to ``out``.

        :meth:`form` needs ``M`` and nothing else of the codes. ``M`` is a sum over
        signals, so its size does not depend on their number. ``out=None`` starts at
        zero.
        """

    def over_signals(self, function, n_signals):
        """Call ``function(slice)`` for parts of the signals, one for each thread.

        There is one part if the products with ``G`` run on all threads themselves.

        Returns
        -------
        results : list
            The result of each part, in order.
        """
        if self.compiled:
            return on_threads(function, n_signals)
        return [function(slice(None))]

    def total(self, statistics):
        """The sum of statistics ``M`` of several parts of the signals (list)."""
        (M,) = statistics
        return M

    def reverse(self, A, Z, step, M, out=None):
        """One layer of the reverse pass.

        Add ``-step`` times the statistic of ``⟨a, Gz⟩`` to ``M``. Write
        ``a - step Ga`` into ``out``, if it is given.
        """
        self.cross(A, Z, -step, out=M)
        if out is not None:
            self.descend(A, None, step, out=out)

    @abstractmethod
    def form(self, M, dictionary):
        """A scalar whose gradient is that of ``⟨a, G(D) z⟩`` at the frozen ``D``.

        It is differentiable with respect to the ``params`` of ``dictionary``, whose
        values must be those of ``D``.
        """

    @abstractmethod
    def norm(self):
        """The spectral norm of ``G``, or an upper bound of it (float)."""
