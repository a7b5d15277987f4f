"""Block-AM where there is no numba, run as a script: prints what each case says.

As this is for a whole process, numba is hidden before anything is imported.
"""

import sys
from pathlib import Path

sys.modules["numba"] = None
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from conv_peers import events, make, solver_class  # noqa: E402
from problems import dense_problem  # noqa: E402

DENSE = {"model": "dense", "positive": False, "device": "cpu"}


def losses(X, D, n_steps, **options):
    """Of the initial dictionary, and of the one after some steps."""
    solver, objective = make("Block-AM", X, D, **options)
    solver.run(lambda: solver.n_steps < n_steps)
    return [objective.evaluate_result(d)["value"] for d in (D, solver.atoms())]


def main():
    X, _, D = dense_problem(n_signals=300)
    for coder in (None, "fista", "candidates"):
        before, after = losses(X, D, 20, coder=coder, batch_size=60, **DENSE)
        print(coder, after < before)
    given = {"X": X, "D_init": D, "n_atoms": len(D), "atom_shape": D.shape[1:]}
    greedy = solver_class("Block-AM").get_instance(coder="greedy", device="cpu")
    print(greedy.skip(**given, model="dense", positive=False, lmbd=0.1)[1])
    X, _, D = events()
    before, after = losses(X, D, 5, device="cpu")
    print("rank1", after < before)


if __name__ == "__main__":
    main()
