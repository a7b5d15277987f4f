from benchmark_utils.sampling import MiniBatches, Windows
from benchmark_utils.torch_solver import TorchSolver

WINDOW = 10  # length of a window in atoms (paper, A.6: 10 s for atoms of 1 s)


class Solver(TorchSolver):
    """Stochastic deep dictionary learning: unrolled gradients of mini-batches with a
    stochastic line search; ``backprop_depth=0`` is stochastic alternating
    minimisation, ``None`` back-propagates through all layers. Of recordings and
    images, a batch is ``n_windows`` windows of ``window`` samples (by default of ten
    times the length of an atom, as far as there are so many).

    B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022, §3.2; S. Vaswani et al.,
    "Painless stochastic gradient: interpolation, line-search, and convergence
    rates", NeurIPS 2019.
    """

    name = "Stochastic-DDL"
    requirements = ["pip::torch==2.13.0"]
    parameters = {
        "n_layers": [30],
        "backprop_depth": [None],
        "batch_size": [500],
        "n_windows": [5],
        "window": [None],
        "n_epochs": [10],
        "epoch_length": [100],
        "decay": [0.9],
        "algorithm": ["fista"],
        "learn_steps": [False],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5, "batch_size": 20, "n_epochs": 2, "epoch_length": 5}

    def batches(self, X, **options):
        rng = self.rng()
        if self.model == "dense":
            return MiniBatches(X, self.batch_size, rng, self.epoch_length, **options)
        window = self.window or [
            min(WINDOW * m, n)
            for m, n in zip(self.atom_shape[1:], X.shape[2:], strict=True)
        ]
        return Windows(X, window, self.n_windows, rng, self.epoch_length, **options)

    def learner_options(self):
        return {
            "learn_steps": self.learn_steps,
            "n_epochs": self.n_epochs,
            "decay": self.decay,
        }
