from benchmark_utils.sampling import MiniBatches
from benchmark_utils.torch_solver import TorchSolver


class Solver(TorchSolver):
    """Stochastic deep dictionary learning: unrolled gradients of mini-batches with a
    stochastic line search; ``backprop_depth=0`` is stochastic alternating
    minimisation, ``None`` back-propagates through all layers.

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
        return MiniBatches(X, self.batch_size, rng, self.epoch_length, **options)

    def learner_options(self):
        return {
            "learn_steps": self.learn_steps,
            "n_epochs": self.n_epochs,
            "decay": self.decay,
        }
