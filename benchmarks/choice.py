"""Does the rule that chooses λ and the number of atoms find the truth?

Block-AM learns on signals whose atoms are known, over a grid, with three seeds. The
rule of the view "λ and atoms" chooses a setting (docs/data.md). The rule does not use
the recovery, so the recovery shows how good the choice is. The last column has random
atoms.

    python benchmarks/choice.py --data gaussian
"""

import argparse
import warnings

import measure
import numpy as np
import pandas as pd
import torch
from benchopt.benchmark import Benchmark
from benchopt.utils.run_context import RunContext

from benchmark_utils.pages import choose
from benchmark_utils.problem.initial import initial_dictionary
from benchmark_utils.scoring.prediction import predicted_variance
from benchmark_utils.scoring.scores import (
    correlations,
    recovery_score,
    scores_between,
)
from benchmark_utils.signals.synthetic import gaussian_atoms, sparse_signals

SEEDS = (0, 1, 2)
DENSE = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
MEG = {"duration": 60, "n_channels": 40, "n_atoms": 6, "atom_duration": 0.5}
FEW = {"n_atoms": 60, "n_nonzero": 3, "n_signals": 5000, "n_test": 500, "sigma": 0.05}
# How signals are drawn, steps, numbers of atoms, and λ.
PROBLEMS = {
    "gaussian": (lambda: drawn(20, 15, 0.2), 150, (7, 12, 15, 18, 30), DENSE),
    "overcomplete": (lambda: drawn(30, 50, 0.1), 150, (25, 40, 50, 62, 100), DENSE),
    "superposition": (
        lambda: of_dataset("superposition", **FEW),
        150,
        (30, 45, 60, 75, 120),
        (0.01, 0.03, 0.1, 0.3),
    ),
    "meg": (
        lambda: of_dataset("simulated_meg", sigma=0.1, test_duration=30, **MEG),
        80,
        (3, 5, 6, 8, 12),
        (0.1, 0.2, 0.3, 0.5),
    ),
    "loud": (
        lambda: of_dataset("simulated_meg", sigma=0.3, test_duration=30, **MEG),
        40,
        (3, 6, 9, 12),
        (0.1, 0.2, 0.4, 0.8, 1.6),
    ),
    "quick": (lambda: drawn(8, 4, 0.3), 8, (2, 4), (0.1,)),
}


def drawn(n_features, n_atoms, density):
    """Signals of random atoms: X, X_test, D_true and the model."""
    rng = np.random.default_rng(0)
    D = gaussian_atoms(n_atoms, (n_features,), rng)
    X_test = sparse_signals(D, 500, density, 0.1, rng)
    return sparse_signals(D, 1000, density, 0.1, rng), X_test, D, "dense"


def of_dataset(name, **parameters):
    """The same of a dataset of the benchmark, with the seed 0."""
    (found,) = (d for d in Benchmark(measure.ROOT).get_datasets() if d.name == name)
    dataset = found.get_instance(**parameters)
    RunContext().set_run_context("objective", dataset, "solver", 0, base_seed=0)
    data = dataset._get_data()
    return data["X"], data["X_test"], data["D_true"], data["model"]


def learned(problem, n_atoms, lmbd, seed, n_steps):
    """The dictionary of Block-AM after some steps, from pieces of the signals."""
    X, _, D_true, model = problem
    shape, rng = D_true.shape[1:], np.random.default_rng(seed)
    D_init = initial_dictionary("data", n_atoms, shape, rng, X, model)
    solvers = Benchmark(measure.ROOT).get_solvers()
    (found,) = (solver for solver in solvers if solver.name == "Block-AM")
    solver = found.get_instance()
    solver.get_seed = lambda **options: seed
    solver.set_objective(
        X=X, model=model, n_atoms=n_atoms, atom_shape=shape, lmbd=lmbd, D_init=D_init,
        positive=model == "rank1", with_codes=False,
    )  # fmt: skip
    steps = iter(range(n_steps + 1))
    solver.run(lambda: next(steps) < n_steps)
    return solver.get_result()["D"]


def setting(problem, n_atoms, lmbd, n_steps):
    """Scores of one setting, of the rule and beside it."""
    _, X_test, D_true, model = problem
    X, positive = torch.as_tensor(X_test), model == "rank1"
    Ds = [learned(problem, n_atoms, lmbd, seed, n_steps) for seed in SEEDS]
    found = [predicted_variance(model, D, X, lmbd, positive) for D in Ds]
    drawn_at, shape = np.random.default_rng(9), D_true.shape[1:]
    random = initial_dictionary("random", n_atoms, shape, drawn_at, X_test, model)
    return {
        "predicted": np.mean(found, axis=0)[0],
        "error": np.mean(found, axis=0)[1],
        "stability": np.mean(scores_between(Ds)),
        "n_seeds": len(SEEDS),
        "recovery": np.mean([recovery_score(correlations(D, D_true)) for D in Ds]),
        "random": predicted_variance(model, random, X, lmbd, positive)[0],
    }


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="gaussian", choices=list(PROBLEMS))
    parser.add_argument("--quick", action="store_true", help="tiny sizes")
    args = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    draw, n_steps, numbers, lmbds = PROBLEMS["quick" if args.quick else args.data]
    problem = draw()
    index = pd.MultiIndex.from_product([numbers, lmbds], names=["n_atoms", "reg"])
    table = pd.DataFrame([setting(problem, *pair, n_steps) for pair in index], index)
    print(table.round(4).to_string())
    print(f"True atoms: {len(problem[2])}. {choose.answer(table)}")
    chosen = choose.recommended(table)
    if chosen is not None:
        print(f"Recovery of the chosen setting: {table['recovery'].loc[chosen]:.3f}")
    print(f"Best recovery of the grid: {table['recovery'].max():.3f}")


if __name__ == "__main__":
    main()
