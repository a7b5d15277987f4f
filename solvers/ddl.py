from benchmark_utils.torch_solver import TorchSolver


class Solver(TorchSolver):
    """Deep dictionary learning: D by gradient descent on F(Z_N(D), D), back-propagated
    through all of the N unrolled layers of (F)ISTA; the step sizes of the layers are
    1/L or, with ``learn_steps``, learned in a second phase. A phase is over when the
    loss falls by less than a fraction ``tol``. ``step_growth`` is the factor between
    the steps that are evaluated; with None, evaluations take at most half of the time.

    With ``outer_loss=ls`` the gradient is that of the data term alone, and with
    ``lmbd_decay`` below 1, λ of the layers is multiplied by it at each step (down to a
    thousandth): both are of PUDLE (B. Tolooshams and D. Ba, TMLR 2022), and bias atoms
    less. Scores are always for λ of the objective.

    B. Malézieux, T. Moreau and M. Kowalski, "Understanding approximate and unrolled
    dictionary learning for pattern recovery", ICLR 2022, eq. 4 and §3.
    """

    name = "DDL"
    requirements = ["pip::torch>=2.4"]
    parameters = {
        "n_layers": [30],
        "algorithm": ["fista"],
        "outer_loss": ["lasso"],
        "lmbd_decay": [1],
        "learn_steps": [False],
        "tol": [1e-7],
        "step_growth": [None],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5}
