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
    """

    @abstractmethod
    def advance(self):
        """One iteration."""

    @abstractmethod
    def solved(self):
        """The codes. They are exact for signals whose supports have been found."""

    def stalls(self, gaps):
        """Whether to give up, because the gaps hardly fall any more.

        Parameters
        ----------
        gaps : Tensor, shape (n_signals,)
            Duality gaps of the present codes, each time that they are evaluated.
        """
        return False

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
