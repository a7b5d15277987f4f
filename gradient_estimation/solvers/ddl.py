from benchmark_utils.estimator import NetworkGradient


class Solver(NetworkGradient):
    """Deep dictionary learning, g²_N: back-propagation through the last
    ``backprop_depth`` of N layers, or through all of them (None).

    B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022, Proposition 2.3; truncation:
    A. Shaban, C.-A. Cheng, N. Hatch and B. Boots, AISTATS 2019.
    """

    name = "DDL"
    requirements = ["pip::torch>=2.4"]
    parameters = {"backprop_depth": [None, 20, 50, 200], "algorithm": ["fista"]}
    test_config = {"backprop_depth": 2}
