"""Layers that double in number where that lowers the loss of a batch enough."""

from benchmark_utils.coding.encoder import Encoder

FIRST_CHECK = 10  # step
GROWTH = 1.5  # of the steps between two checks: they cost next to nothing
# Share of the loss that twice the layers must take off: EARLY / step at first, when
# atoms are poor and codes need no precision, and ENOUGH from then on.
EARLY, ENOUGH = 0.5, 0.01
MOST = 480  # layers


class Deepening(Encoder):
    """Codes of a convolutional network, which gets deeper as the atoms need it.

    The layers that codes take are not known before: better atoms are more alike at
    neighbouring shifts, and need more of them. With too few, the atoms that fit the
    codes best are not those of the lowest loss: on a random walk, Block-AM with 30
    layers ended 1 % above what it reaches with 100.

    Parameters
    ----------
    network : Unrolled or Growing
        With the layers of the first steps.
    first_check : int
        Step at which twice as many layers are tried first: at the end of the growth.
    """

    def __init__(self, network, first_check=0):
        self.network, self.lmbd, self.positive = network, network.lmbd, network.positive
        self._next_check = max(FIRST_CHECK, first_check)

    def codes(self, dictionary, X, step=0):
        """Codes by the present layers, or by twice as many; see :class:`Encoder`."""
        network = self.at(step)
        Z = network.codes(dictionary, X)
        if step < self._next_check or 2 * network.n_layers > MOST:
            return Z
        self._next_check = max(step + 1, int(GROWTH * step))
        deeper = network.with_layers(2 * network.n_layers)
        better = deeper.codes(dictionary, X)
        losses = (network.loss_of(dictionary, X, z, self.lmbd) for z in (Z, better))
        loss, new_loss = losses
        if loss - new_loss <= max(ENOUGH, EARLY / step) * loss:
            return Z
        self.network = deeper
        return better

    def at(self, step):
        """The layers of a step."""
        return self.network.at(step)
