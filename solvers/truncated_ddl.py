from benchmark_utils.torch_solver import TorchSolver


class Solver(TorchSolver):
    """Deep dictionary learning with back-propagation through the last K layers alone.
    This keeps the Jacobian stable for many layers.

    Two options are those of PUDLE (B. Tolooshams and D. Ba, TMLR 2022), and bias atoms
    less. With ``outer_loss=ls``, the gradient is that of the data term alone. With
    ``lmbd_decay`` below 1, each step multiplies λ of the layers by it, down to a
    thousandth. Scores always use λ of the objective.

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
