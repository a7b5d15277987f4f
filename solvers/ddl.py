from benchmark_utils.torch_solver import TorchSolver


class Solver(TorchSolver):
    """Deep dictionary learning: gradient descent on F(Z_N(D), D), with back-propagation
    through all of the N unrolled layers of (F)ISTA.

    The step sizes of the layers are 1/L. With ``learn_steps``, they are learned in a
    second phase. A phase ends when a step decreases the loss by less than a fraction
    ``tol``. ``step_growth`` is the factor between the steps that are evaluated. With
    None, evaluations take at most half of the time.

    Two options are those of PUDLE (B. Tolooshams and D. Ba, TMLR 2022), and bias atoms
    less. With ``outer_loss=ls``, the gradient is that of the data term alone. With
    ``lmbd_decay`` below 1, each step multiplies λ of the layers by it, down to a
    thousandth. Scores always use λ of the objective.

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
