from benchmark_utils.estimator import NetworkGradient


class Solver(NetworkGradient):
    """Alternating minimisation: the gradient with the codes of N layers fixed, g¹_N.

    J. Mairal, F. Bach, J. Ponce and G. Sapiro, JMLR 11, 2010; B. Malézieux, T. Moreau
    and M. Kowalski, ICLR 2022, Proposition 2.2.
    """

    name = "AM"
    requirements = ["pip::torch>=2.4"]
    parameters = {"algorithm": ["fista"]}
    backprop_depth = 0
