"""Layers whose λ falls from step to step of the learner."""

from benchmark_utils.coding.encoder import Encoder

LEAST = 1e-3  # λ never falls below this share of its first value


class Decaying(Encoder):
    """A network whose λ is ``lmbd * decay**step``.

    The l1 norm makes codes too small, and this biases the atoms that fit them. A small
    λ biases them less. At first, while atoms are poor, a large λ is needed to select
    which of them code a signal.

    Parameters
    ----------
    network : Unrolled or Growing
    decay : float
        Factor a step, in (0, 1].

    Raises
    ------
    ValueError
        If the decay is out of its range.

    References
    ----------
    B. Tolooshams and D. Ba, "Stable and interpretable unrolled dictionary learning",
    TMLR 2022.
    """

    def __init__(self, network, decay):
        if not 0 < decay <= 1:
            raise ValueError(f"lmbd_decay must be in (0, 1], got {decay}.")
        self.network, self.decay = network, decay
        self.lmbd, self.positive = network.lmbd, network.positive

    def codes(self, dictionary, X, step=0):
        """Codes with the λ of a step; see :class:`Encoder`."""
        return self.at(step).codes(dictionary, X)

    def at(self, step):
        """The network with the λ of a step, counted from 0."""
        network = self.network.at(step)
        return network.with_lmbd(network.lmbd * max(self.decay**step, LEAST))
