"""Few layers while the atoms are poor, and all of them later."""

from benchmark_utils.coding.encoder import Encoder


class Growing(Encoder):
    """A network whose layers grow linearly in number over the first steps.

    Codes of poor atoms need no precision, and codes of good atoms do. If there are too
    few layers in the end, learning goes astray. If all layers are there from the start,
    early steps take longer and gain nothing.

    Parameters
    ----------
    network : Unrolled
        With all its layers.
    n_first_layers : int
        Layers at the first step, or all of them if the network has fewer.
    n_steps : int
        Steps until all layers are used. With 0, all are used from the start.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    def __init__(self, network, n_first_layers, n_steps):
        if n_first_layers < 1 or n_steps < 0:
            raise ValueError(
                "n_first_layers must be at least 1 and growth_steps at least 0, got "
                f"{n_first_layers} and {n_steps}."
            )
        self.network, self.lmbd, self.positive = network, network.lmbd, network.positive
        self.n_first_layers, self.n_steps = n_first_layers, n_steps

    def codes(self, dictionary, X, step=0):
        """Codes by the layers that a step uses; see :class:`Encoder`."""
        return self.at(step).codes(dictionary, X)

    def at(self, step):
        """The layers that a step uses, counted from 0, as a network."""
        if step >= self.n_steps:
            return self.network
        first = min(self.n_first_layers, self.network.n_layers)
        more = (self.network.n_layers - first) * step // self.n_steps
        return self.network.with_layers(first + more)
