from benchmark_utils.torch_solver import TorchSolver


class Solver(TorchSolver):
    """Deep dictionary learning, back-propagated through the last K layers only, which
    keeps the Jacobian stable when many layers are unrolled.

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
        "learn_steps": [False],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5, "backprop_depth": 2}
