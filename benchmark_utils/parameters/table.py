"""The kind of each parameter: a name means the same in all components.

None is accepted besides wherever a component has it for its default. A component in
which a name means something else has a ``kinds`` of its own, which comes first.
"""

from math import inf

from benchmark_utils.parameters.kinds import (
    Choice,
    File,
    Flag,
    Integer,
    Integers,
    Number,
    Text,
)

FRACTION = Number(least=0, below=1)

KINDS = {
    # Problem
    "init": Choice("random", "data", "perturbed"),
    "landscape": Flag(),
    "positive": Flag(),
    "reg": Number(above=0),
    "scaled_reg": Flag(),
    # Data
    "atom_duration": Number(above=0),
    "atom_length": Integer(1),
    "atom_side": Integer(1),
    "density": Number(above=0, most=1),
    "duration": Number(above=0),
    "image": File("the name of a photograph or the path of an image file"),
    "model": Choice("dense", "conv", "rank1"),
    "n_atoms": Integer(1),
    "n_bad": Integer(0),
    "n_channels": Integer(1),
    "n_features": Integer(1),
    "n_patches": Integer(1) | "all",
    "n_signals": Integer(1),
    "n_test": Integer(1),
    "n_times": Integer(1),
    "n_times_atom": Integer(1),
    "new_noise": Flag(),
    "normalize": Choice("standardize", "none"),
    "patch_side": Integer(1),
    "path": File(),
    "picks": Text("a type of channels, as grad, mag, eeg or data"),
    "pink": Number(0, 1),
    "rate": Number(0),
    "sigma": Number(0),
    "sigma2": Number(0),
    "signed": Flag(),
    "size": Integer(1) | None,
    "snr": Number(),
    "test_duration": Number(above=0),
    "test_fraction": FRACTION,
    # Methods
    "algorithm": Choice("ista", "fista"),
    "alpha": Number(0, 1),
    "averaging": FRACTION,
    "backprop_depth": Integer(0) | None,
    "batch_size": Integer(1),
    "coder": Choice("fista", "greedy"),
    "decay": Number(above=0, most=1),
    "device": Text("auto, cpu, cuda or (in quotes) 'cuda:1'", r"auto|cpu|cuda(:\d+)?"),
    "epoch_length": Integer(1),
    "eps": Number(0),
    "fit_algorithm": Choice("cd", "lars"),
    "fixed_codes": Flag(),
    "growth_steps": Integer(0),
    "learn_steps": Flag(),
    "momentum": FRACTION,
    "n_activations": Integer(1),
    "n_epochs": Integer(1) | None,
    "n_first_layers": Integer(1),
    "n_iter_per_step": Integer(1),
    "n_jobs": Integer(1) | -1,
    "n_layers": Integer(1),
    "n_nonzero": Integer(1),
    "n_passes": Integer(1),
    "n_splits": Integer(1),
    "n_threads": Integer(1) | -1,
    "n_windows": Integer(1) | None,
    "relaxation": Number(above=0, most=2),
    "replace_unused": Flag(),
    "rho": Number(0) | inf,
    "solver_z": Choice("lgcd", "l-bfgs", "fista", "ista"),
    "step_growth": Number(1),
    "tol": Number(0),
    "tol_z": Number(above=0),
    "window": Integers(1),
}
