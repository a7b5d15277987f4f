"""Checks of parameters of signals in superposition that depend on each other."""

import warnings

# Parameters that count only if another one has not this value.
SWITCHES = {
    "zipf_exponent": ("firing", "uniform"),
    "n_groups": ("correlation", 0),
    "branching": ("hierarchy", 0),
}


def check_superposition(parameters):
    """Raise a ValueError that names the first parameter that does not fit the others.

    Parameters
    ----------
    parameters : dict
        Values by their names in the dataset. Each must be in its own range.
    """
    n_atoms, n_nonzero = parameters["n_atoms"], parameters["n_nonzero"]
    if n_nonzero >= n_atoms:
        raise ValueError(
            f"n_nonzero, the codes of a signal, must be below n_atoms={n_atoms}; "
            f"got {n_nonzero}."
        )
    most, firing = parameters["max_frequency"], parameters["firing"]
    if most is not None and firing != "zipf":
        raise ValueError(
            f"max_frequency={most} is for firing=zipf: with firing=uniform, each "
            "atom has probability n_nonzero / n_atoms. Leave max_frequency=None."
        )
    depth, branching = parameters["hierarchy"], parameters["branching"]
    if depth and firing == "uniform":
        raise ValueError(
            f"hierarchy={depth} needs firing=zipf: a child fires less often than its "
            "parent, and with firing=uniform all atoms fire equally often."
        )
    if depth and branching < 2:
        raise ValueError(
            "branching, the children of an atom at most, must be >= 2, or a child may "
            f"fire whenever its parent does; got {branching}."
        )


def warn_of_unused(parameters, defaults):
    """Warn of parameters that were given, and have no effect.

    It is no error, because a grid may have several values of a parameter and of its
    switch.

    Parameters
    ----------
    parameters, defaults : dict
        Values by their names in the dataset.
    """
    for name, (switch, off) in SWITCHES.items():
        if parameters[name] != defaults[name] and parameters[switch] == off:
            warnings.warn(
                f"superposition: {name}={parameters[name]} has no effect with "
                f"{switch}={off}. Leave it out, or give {switch} another value.",
                stacklevel=2,
            )
