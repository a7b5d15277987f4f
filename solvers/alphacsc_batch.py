from benchmark_utils.alphacsc_solver import AlphacscSolver


class Solver(AlphacscSolver):
    """alphacsc, batch algorithm. An iteration computes all codes by coordinate descent
    (``lgcd``), then moves all atoms by projected gradient descent.

    T. Dupré la Tour, T. Moreau, M. Jas and A. Gramfort, "Multivariate convolutional
    sparse coding for electromagnetic brain signals", NeurIPS 2018.
    """

    name = "alphacsc-batch"
    requirements = ["pip::alphacsc==0.4.1", "pip::torch>=2.4"]
    algorithm = "batch"
    parameters = {**AlphacscSolver.parameters, "eps": [1e-10], "step_growth": [None]}
