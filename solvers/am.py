from benchmark_utils.torch_solver import TorchSolver


class Solver(TorchSolver):
    """Alternating minimisation: codes by N iterations of (F)ISTA, then a projected
    gradient step on D with the codes held fixed, its length by line search, until the
    loss falls by less than a fraction ``tol``. The line search computes codes at each
    trial. With ``fixed_codes`` it keeps the codes of the gradient, which saves a pass
    through the network. Learning then goes on for longer, for with few layers new codes
    need not be better. ``step_growth`` is the factor between the steps that are
    evaluated; with None, evaluations take at most half of the time.

    J. Mairal, F. Bach, J. Ponce and G. Sapiro, "Online learning for matrix
    factorization and sparse coding", JMLR 11, 2010; gradient g¹_N of B. Malézieux,
    T. Moreau and M. Kowalski, "Understanding approximate and unrolled dictionary
    learning for pattern recovery", ICLR 2022.
    """

    name = "AM"
    requirements = ["pip::torch>=2.4"]
    parameters = {
        "n_layers": [30],
        "algorithm": ["fista"],
        "fixed_codes": [False],
        "tol": [1e-7],
        "step_growth": [None],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5}
    backprop_depth = 0
