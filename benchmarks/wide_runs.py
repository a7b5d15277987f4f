"""One run of `wide.py`: a solver up to a level of recovery, or certified codes."""

import math

import measure  # noqa: F401  (makes benchmark_utils importable)
import numpy as np
import race
import torch

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.problem.initial import unit_atoms
from benchmark_utils.scoring.scores import RECOVERED, atom_scores, correlations, match
from benchmark_utils.signals.superposition import (
    TEST,
    TRAINING,
    Superposition,
    draw_atoms,
    make_firing,
)

SEED = 0
LEVELS = (0.9, 0.98)
BLOCK = 2048  # atoms


def nearest(D, D_true):
    """Of each true atom, the largest absolute cosine with a learned one."""
    D = D.astype(np.float32)
    blocks = np.array_split(D_true.astype(np.float32), -(-len(D_true) // BLOCK))
    return np.concatenate([np.abs(block @ D.T).max(1) for block in blocks])


def share(D, D_true):
    """Share of the true atoms that have a learned one above 0.9 (no matching)."""
    return float((nearest(D, D_true) > RECOVERED).mean())


def learned(dataset, objective, solver, level, limit, clock):
    """Run a solver; when it was where, and how it ended.

    Parameters
    ----------
    dataset, objective, solver : str
        As on benchopt's command line.
    level : float
        Share of the true atoms that have a learned atom above 0.9, where a run ends.
    limit : float
        Seconds of the method after which it ends.
    clock : callable

    Returns
    -------
    row : dict of str to float
        Or the reason for which the solver is skipped, under ``skipped``.
    """
    names = {"dataset": [dataset], "objective": [objective], "solver": [solver]}
    one = [found[0] for found in race.components(names)]
    try:
        method, D_true = race.prepared((*one, 0), SEED, None)
    except SystemExit as reason:
        return {"skipped": str(reason)}
    curve = race.scored(method, D_true, level, limit, clock, share)
    steps, seconds, scores = curve[race.COLUMNS[:3]].to_numpy().T
    row = {f"seconds to {at}": first(seconds, scores, at) for at in LEVELS}
    row |= {"seconds": seconds[-1], "steps": steps[-1]}
    D = method.get_result()["D"]
    C = correlations(D, D_true)
    row |= atom_scores(C, match(C))
    frequency = one[1].info["frequency"]
    if np.ptp(frequency) > 0:
        rarest = np.argsort(frequency)[: len(frequency) // 4]
        row["rarest quarter"] = share(D, D_true[rarest])
    return row


def first(seconds, scores, level):
    """When a curve was at a level first, infinite if never (float)."""
    there = np.flatnonzero(scores >= level)
    return float(seconds[there[0]]) if len(there) else math.inf


def evaluated(dataset, n_signals, lmbd, peer):
    """Seconds of certified codes of z >= 0 and, if wanted, how often SPAMS's.

    Parameters
    ----------
    dataset : dict
        Parameters of `superposition`.
    n_signals : int
    lmbd : float
    peer : bool
        Whether ``spams.lasso`` is timed in turn.

    Returns
    -------
    row : dict of str to float
    """
    row = {}
    for name, D, X in _dictionaries(dict(dataset), n_signals):
        signals, dictionary = torch.as_tensor(X), make_dictionary("dense", D)

        def certified(dictionary=dictionary, signals=signals):
            return certified_codes(dictionary, signals, lmbd, positive=True)

        functions = {"certified": certified}
        if peer:
            functions["spams"] = lasso(X, D, lmbd)
        found = measure.in_turn(functions, 3 if peer else 1, 1 if peer else 0)
        codes = certified()
        row |= {f"{name}, s": float(np.median(found["certified"]))}
        row |= {f"{name}, gap": codes.relative_gap}
        if peer:
            ratio = found["certified"] / found["spams"]
            row |= {f"{name}, over spams": float(np.median(ratio))}
    return row


def lasso(X, D, lmbd):
    """``spams.lasso`` of signals, as a function of no arguments."""
    import spams

    columns, atoms = np.asfortranarray(X.T), np.asfortranarray(D.T)
    options = {"lambda1": lmbd, "mode": 2, "pos": True}
    options["numThreads"] = torch.get_num_threads()
    return lambda: spams.lasso(columns, D=atoms, **options)


def _dictionaries(dataset, n_signals):
    """The true and an initial dictionary, with signals to code."""
    n, m, k = dataset["n_atoms"], dataset["n_features"], dataset.get("n_nonzero", 10)
    law = {
        key: dataset[key]
        for key in ("zipf_exponent", "max_frequency")
        if key in dataset
    }
    firing = make_firing(n, k, dataset.get("firing", "uniform"), **law)[2]
    D = draw_atoms(n, m, SEED)
    signals = Superposition(D, firing, "uniform", 0.0, SEED)
    X = signals.draw_signals(n_signals, TEST)
    start = signals.draw_signals(n, TRAINING)
    yield "true", D, X
    yield "initial", unit_atoms(start, fallback=D), X
