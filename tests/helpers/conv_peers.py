"""A convolutional problem, and solvers on a problem as benchopt runs them."""

import numpy as np
from benchopt.benchmark import Benchmark
from benchopt.utils.run_context import RunContext
from documents import ROOT
from scipy.signal import fftconvolve

from benchmark_utils.dictionaries.unit_norm import unit_atoms

BENCHMARK = Benchmark(ROOT)


def events(n_signals=4, n_times=100, n_activations=3, sigma=0.02, signed=False, seed=0):
    """Signals of 3 channels in which 4 rank-1 atoms of 12 samples are active.

    Returns
    -------
    X, D_true, D_init : ndarray
    """
    rng = np.random.default_rng(seed)
    D_true, D_init = (
        unit_atoms(rng.standard_normal((4, 3)))[:, :, None]
        * unit_atoms(rng.standard_normal((4, 12)) * np.hanning(14)[1:-1])[:, None, :]
        for _ in range(2)
    )
    X = sigma * rng.standard_normal((n_signals, 3, n_times))
    for x in X:
        for d in D_true:
            z = np.zeros((1, n_times - 11))
            times = rng.choice(z.shape[1], n_activations, replace=False)
            z[0, times] = 1 + rng.random(n_activations)
            if signed:
                z[0, times] *= rng.choice([-1, 1], n_activations)
            x += fftconvolve(z, d, axes=1)
    return X, D_true, D_init


def solver_class(name):
    (Solver,) = BENCHMARK.check_solver_patterns([name], class_only=True)
    Solver.is_installed(raise_on_not_installed=True)
    return Solver


def make(name, X, D_init, model="rank1", positive=True, reg=0.1, **parameters):
    """A solver on a problem, and the objective that judges it."""
    solver = solver_class(name).get_instance(**parameters)
    objective = BENCHMARK.get_benchmark_objective().get_instance(
        reg=reg, positive=positive
    )
    RunContext().set_run_context(objective, "dataset", solver, 0, 0)
    objective.set_data(X, model, len(D_init), D_init.shape[1:])
    given = {"X": X, "D_init": D_init, "lmbd": reg}
    problem = objective.get_objective() | given  # in its own units
    skipped, reason = solver.skip(**problem)
    assert not skipped, reason
    solver.set_objective(**problem)
    return solver, objective


def why_skipped(name, X, atom_shape, model="conv", positive=True, **parameters):
    """The reason for which a solver declines a problem, None where it does not."""
    solver = solver_class(name).get_instance(**parameters)
    problem = {"X": X, "atom_shape": atom_shape, "n_atoms": 3}
    skipped, reason = solver.skip(**problem, model=model, positive=positive)
    assert skipped == (reason is not None)
    return reason


def steps(solver, n_evaluations):
    """Results at the first evaluations, of which one is that of ``D_init``."""
    results = []

    def callback():
        results.append(solver.get_result())
        return len(results) <= n_evaluations

    solver.run(callback)
    return results


def losses(objective, results):
    return [objective.evaluate_result(**result)["value"] for result in results]


def loss(X, D, Z, lmbd):
    """``½‖X - Z∗D‖² + λ‖Z‖₁``, summed over signals, straight from its definition."""
    residual = X.copy()
    for signal, k in np.ndindex(Z.shape[:2]):
        residual[signal] -= fftconvolve(Z[signal, k][None], D[k], axes=1)
    return (residual**2).sum() / 2 + lmbd * np.abs(Z).sum()


def singular_ratio(D):
    """Other singular values of each atom over its first: zero for rank 1."""
    values = np.linalg.svd(D, compute_uv=False)
    return values[:, 1:].sum(axis=1) / values[:, 0]
