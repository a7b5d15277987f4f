"""Few layers while the atoms are poor, all of them when it matters."""


class LayerGrowth:
    """N grows linearly over the first steps, up to that of the network.

    Codes of poor atoms need no precision, those of good ones do: with too few layers,
    learning goes astray in the end, and with all from the start it is later by what
    they cost.

    Parameters
    ----------
    n_first_layers : int
        Layers at the first step, if the network has so many.
    n_steps : int
        Steps until all layers are there; 0 for all from the start.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    def __init__(self, n_first_layers, n_steps):
        if n_first_layers < 1 or n_steps < 0:
            raise ValueError(
                "n_first_layers must be at least 1 and growth_steps at least 0, got "
                f"{n_first_layers} and {n_steps}."
            )
        self.n_first_layers, self.n_steps = n_first_layers, n_steps

    def network_at(self, step, network):
        """The part of a network that is used at a step, counted from 0."""
        if step >= self.n_steps:
            return network
        first = min(self.n_first_layers, network.n_layers)
        more = (network.n_layers - first) * step // self.n_steps
        return network.with_layers(first + more)
