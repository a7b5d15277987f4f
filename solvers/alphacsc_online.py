from benchmark_utils.alphacsc_solver import AlphacscSolver


class Solver(AlphacscSolver):
    """alphacsc, online algorithm. An iteration codes a random mini-batch of signals,
    then fits the atoms to sums over past batches. ``alpha`` multiplies the past at each
    iteration.

    One recording is one signal. Cut it by ``n_splits``. Otherwise each batch is all of
    it. A run can take much longer than its timeout: alphacsc looks at the time only
    between its iterations, and the first one codes a whole batch.

    T. Dupré la Tour, T. Moreau, M. Jas and A. Gramfort, "Multivariate convolutional
    sparse coding for electromagnetic brain signals", NeurIPS 2018.
    """

    name = "alphacsc-online"
    requirements = ["pip::alphacsc==0.4.1", "pip::torch>=2.4"]
    algorithm = "online"
    parameters = {"batch_size": [1], "alpha": [0.8], **AlphacscSolver.parameters}
    shown = {"batch_size": "batch", "alpha": "alpha"}

    def algorithm_params(self, n_signals):
        return {"alpha": self.alpha, "batch_size": min(self.batch_size, n_signals)}
