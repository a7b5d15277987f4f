"""Initial dictionaries, the same for every solver."""

import numpy as np

INITS = ("random", "data", "perturbed")
PERTURBATION = 0.5  # scale of the noise relative to that of D_true (paper, A.3)


def unit_atoms(D, fallback=None):
    """Atoms scaled to unit Euclidean norm.

    Parameters
    ----------
    D : ndarray, shape (n_atoms, ...)
    fallback : ndarray of the same shape, or None
        Unit-norm atoms to put in the place of those that are zero.

    Returns
    -------
    D : ndarray, shape (n_atoms, ...)

    Raises
    ------
    ValueError
        If an atom is zero and there is no ``fallback``.
    """
    flat = np.array(D, dtype=np.float64).reshape(len(D), -1)
    norms = np.linalg.norm(flat, axis=1, keepdims=True)
    zero = norms[:, 0] == 0
    if zero.any():
        if fallback is None:
            raise ValueError(
                f"{zero.sum()} of {len(D)} atoms are zero and cannot be normalised: "
                "replace them, e.g. with atoms of D_init."
            )
        flat[zero] = np.reshape(fallback, flat.shape)[zero]
        norms[zero] = 1.0
    return (flat / norms).reshape(D.shape)


def initial_dictionary(init, n_atoms, atom_shape, rng, X, D_true=None):
    """Draw an initial dictionary of unit-norm atoms.

    Parameters
    ----------
    init : {"random", "data", "perturbed"}
        Gaussian atoms; pieces of the signals; or ``D_true`` plus Gaussian noise of
        half its standard deviation (paper, A.3).
    n_atoms : int
    atom_shape : tuple of int
    rng : numpy.random.Generator
    X : ndarray, shape (n_signals, *signal_shape)
    D_true : ndarray, shape (n_atoms, *atom_shape), or None

    Returns
    -------
    D_init : ndarray, shape (n_atoms, *atom_shape)

    Raises
    ------
    ValueError
        If ``init`` is not known or this dataset cannot give it.
    """
    shape = (n_atoms, *atom_shape)
    if init == "random":
        return unit_atoms(rng.standard_normal(shape))
    if init == "data":
        return unit_atoms(_pieces(X, n_atoms, atom_shape, rng))
    if init == "perturbed":
        if D_true is None:
            raise ValueError(
                "init=perturbed needs a dataset with a known D_true: "
                "use init=random or init=data."
            )
        noise = PERTURBATION * D_true.std() * rng.standard_normal(D_true.shape)
        return unit_atoms(D_true + noise)
    raise ValueError(f"Unknown init {init!r}: use one of {INITS}.")


def _pieces(X, n_atoms, atom_shape, rng):
    """Distinct non-zero signals as atoms."""
    usable = np.flatnonzero(X.reshape(len(X), -1).any(axis=1))
    if len(usable) < n_atoms:
        raise ValueError(
            f"init=data needs as many non-zero signals as atoms: there are "
            f"{len(usable)} signals for n_atoms={n_atoms}. Use init=random, more "
            "signals or fewer atoms."
        )
    return X[np.sort(rng.choice(usable, n_atoms, replace=False))]
