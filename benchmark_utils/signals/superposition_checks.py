"""What the parameters of signals in superposition may be."""

from numbers import Integral, Real

from benchmark_utils.signals.superposition import CODES
from benchmark_utils.signals.synthetic import check_draw, check_sizes

FIRING = ("uniform", "zipf")
SIZES = "n_atoms", "n_nonzero", "n_signals", "n_test", "n_groups", "branching"


def check_superposition(parameters):
    """Raise a ValueError that names the first parameter that is out of range.

    Parameters
    ----------
    parameters : dict
        By their names in the dataset.
    """
    check_sizes(**{name: parameters[name] for name in SIZES})
    for name in ("n_features", "n_learned"):
        if parameters[name] is not None:
            check_sizes(**{name: parameters[name]})
    check_one_of("codes", parameters["codes"], tuple(CODES))
    check_one_of("firing", parameters["firing"], FIRING)
    check_draw(density=1, sigma=check_number("sigma", parameters["sigma"]))
    _check_frequencies(parameters)
    _check_dependence(parameters)
    on_disk = parameters["on_disk"]
    if not any(on_disk is value for value in (None, True, False)):
        raise ValueError(f"on_disk must be None, True or False; got {on_disk!r}.")


def _check_frequencies(parameters):
    n_atoms, n_nonzero = parameters["n_atoms"], parameters["n_nonzero"]
    if n_nonzero >= n_atoms:
        raise ValueError(
            f"n_nonzero, the codes of a signal, must be below n_atoms={n_atoms}; "
            f"got {n_nonzero}."
        )
    exponent = check_number("zipf_exponent", parameters["zipf_exponent"])
    if not 0 < exponent < float("inf"):
        raise ValueError(f"zipf_exponent must be finite and > 0; got {exponent}.")
    most = parameters["max_frequency"]
    if most is None:
        return
    if not 0 < check_number("max_frequency", most) < 1:
        raise ValueError(
            "max_frequency, the probability of the most frequent atom, must be None or "
            f"in (0, 1); got {most}."
        )
    if parameters["firing"] != "zipf":
        raise ValueError(
            f"max_frequency={most} is for firing='zipf': with firing='uniform', each "
            "atom has probability n_nonzero / n_atoms. Leave max_frequency=None."
        )


def _check_dependence(parameters):
    """Correlation and hierarchy."""
    correlation = check_number("correlation", parameters["correlation"])
    if not 0 <= correlation < 1:
        raise ValueError(
            "correlation, that of the latent variables of a group, must be in [0, 1); "
            f"got {correlation}."
        )
    depth, branching = parameters["hierarchy"], parameters["branching"]
    if not isinstance(depth, Integral) or depth < 0:
        raise ValueError(
            "hierarchy, the levels below the roots, must be an integer >= 0; "
            f"got {depth!r}."
        )
    if depth and parameters["firing"] == "uniform":
        raise ValueError(
            f"hierarchy={depth} needs firing='zipf': a child fires less often than its "
            "parent, and with firing='uniform' all atoms fire equally often."
        )
    if depth and branching < 2:
        raise ValueError(
            "branching, the children of an atom at most, must be >= 2, or a child may "
            f"fire whenever its parent does; got {branching}."
        )


def check_number(name, value):
    """The value, if it is a real number."""
    if not isinstance(value, Real):
        raise ValueError(f"{name} must be a number; got {value!r}.")
    return value


def check_one_of(name, value, choices):
    """Raise a ValueError unless the value is one of the choices."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}; got {value!r}.")
