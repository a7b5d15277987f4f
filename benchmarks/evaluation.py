"""Time of a certified evaluation against SPAMS's and scikit-learn's coders.

    python benchmarks/evaluation.py
    python benchmarks/evaluation.py --lmbd 0.3

Gaussian signals are coded from zero to a relative duality gap of 1e-6, at λ = 0.1
unless said, in float64, on the same threads and timed in turn. SPAMS follows the path
of the Lasso (LARS) to its exact end. scikit-learn's coordinate descent stops at the
same gap. Neither gives a bound of the error of each code.
"""

import argparse

import measure
import numpy as np
import options
import spams
import torch
from problems import dense_problem
from sklearn.linear_model import Lasso

from benchmark_utils.coding.certified import certified_codes
from benchmark_utils.dictionaries import Dense

TOL = 1e-6
SIZES = [(1000, 30, 50), (10_000, 50, 100)]


def methods(n_signals, n_features, n_atoms, lmbd=0.1):
    """Codes of each method, as a function of no arguments."""
    X, _, D = dense_problem(n_signals, n_features, n_atoms)
    dictionary, signals = Dense.from_array(D), torch.as_tensor(X)
    columns, atoms = np.asfortranarray(X.T), np.asfortranarray(D.T)
    lasso = Lasso(lmbd / n_features, fit_intercept=False, tol=TOL, max_iter=100_000)

    def ours():
        return certified_codes(dictionary, signals, lmbd, tol=TOL).Z.numpy()

    def theirs():
        options = {"lambda1": lmbd, "mode": 2, "numThreads": torch.get_num_threads()}
        return spams.lasso(columns, D=atoms, **options).T.toarray()

    return {
        "certified": ours,
        "spams": theirs,
        "sklearn": lambda: lasso.fit(D.T, X.T).coef_,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=options.integer(), default=3)
    parser.add_argument("--lmbd", type=options.number(), default=0.1)
    parser.add_argument("--quick", action="store_true", help="tiny sizes, two rounds")
    args = parser.parse_args()
    print(measure.machine())
    for sizes in [(20, 5, 8)] if args.quick else SIZES:
        n_rounds = 2 if args.quick else args.rounds
        found = measure.in_turn(methods(*sizes, args.lmbd), n_rounds, n_warm_up=1)
        print("{} signals, {} x {}".format(*sizes))
        for name, seconds in found.items():
            over = measure.spread(seconds / found["certified"])
            print(f"{name:10} {measure.spread(seconds)} s  / certified: {over}")


if __name__ == "__main__":
    main()
