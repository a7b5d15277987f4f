from benchmark_utils.torch_solver import TorchSolver


class Solver(TorchSolver):
    """Alternating minimisation. A step computes codes by N iterations of (F)ISTA. It
    then takes a projected gradient step on D with the codes held fixed, and a line
    search chooses its length. Learning ends when a step decreases the loss by less than
    a fraction ``tol``.

    The line search computes new codes at each trial. With ``fixed_codes``, it keeps the
    codes of the gradient, which saves a pass through the network. Learning then takes
    more steps, because new codes by few layers need not be better. ``step_growth`` is
    the factor between the steps that are evaluated. With None, evaluations take at most
    half of the time.

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
