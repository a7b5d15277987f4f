from benchmark_utils.torch_solver import TorchSolver


class Solver(TorchSolver):
    """Deep dictionary learning, back-propagated through the last K layers only, which
    keeps the Jacobian stable when many layers are unrolled.

    With ``outer_loss=ls`` the gradient is that of the data term alone, and with
    ``lmbd_decay`` below 1, λ of the layers is multiplied by it at each step (down to a
    thousandth): both are of PUDLE (B. Tolooshams and D. Ba, TMLR 2022), and bias atoms
    less. Scores are always for λ of the objective.

    A. Shaban, C.-A. Cheng, N. Hatch and B. Boots, "Truncated back-propagation for
    bilevel optimization", AISTATS 2019; B. Malézieux, T. Moreau and M. Kowalski,
    ICLR 2022, Proposition 2.5.
    """

    name = "Truncated-DDL"
    requirements = ["pip::torch>=2.4"]
    parameters = {
        "n_layers": [30],
        "backprop_depth": [10],
        "algorithm": ["fista"],
        "outer_loss": ["lasso"],
        "lmbd_decay": [1],
        "learn_steps": [False],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5, "backprop_depth": 2}
