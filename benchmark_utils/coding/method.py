"""The protocol of iterative methods that compute certified codes."""

from abc import ABC, abstractmethod


class Method(ABC):
    """Iterations on the codes of some signals. Their duality gaps decide when to stop.

    Attributes
    ----------
    x : Tensor, shape (n_signals, n_atoms, ...)
        The codes.
    check_every : int
        Iterations between two evaluations of the gaps.
    patience, last : int
        When to give up; see :class:`.stalling.Stalling`.
    """

    patience, last = 500, 250

    @abstractmethod
    def advance(self):
        """One iteration."""

    @abstractmethod
    def solved(self):
        """The codes. They are exact for signals whose supports have been found."""

    @abstractmethod
    def keep(self, stay):
        """Drop all other signals.

        Parameters
        ----------
        stay : Tensor of bool, shape (n_signals,)
        """

    @abstractmethod
    def restart(self, rows, codes):
        """Continue from better codes of some signals.

        Parameters
        ----------
        rows : Tensor of int, shape (n_better,)
        codes : Tensor, shape (n_better, n_atoms, ...)
        """
