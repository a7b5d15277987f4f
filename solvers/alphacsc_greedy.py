from benchmark_utils.alphacsc_solver import AlphacscSolver


class Solver(AlphacscSolver):
    """alphacsc, greedy algorithm. Each iteration adds an atom, which is the worst
    represented piece of the signals, until there are ``n_atoms``. Then it continues as
    the batch algorithm.

    It starts without atoms. ``D_init`` gives the score at step 0, and is not used
    otherwise. The next evaluation is after ``n_atoms`` iterations, when all atoms are
    there.

    T. Dupré la Tour, T. Moreau, M. Jas and A. Gramfort, "Multivariate convolutional
    sparse coding for electromagnetic brain signals", NeurIPS 2018.
    """

    name = "alphacsc-greedy"
    requirements = ["pip::alphacsc==0.4.1", "pip::torch>=2.4"]
    algorithm = "greedy"
    parameters = {**AlphacscSolver.parameters, "eps": [1e-10], "step_growth": [None]}
