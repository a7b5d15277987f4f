from benchmark_utils.stochastic_solver import StochasticSolver


class Solver(StochasticSolver):
    """Stochastic deep dictionary learning: unrolled gradients of mini-batches with a
    stochastic line search; ``backprop_depth=0`` is stochastic alternating
    minimisation, ``None`` back-propagates through all layers. Of recordings and
    images, a batch is ``n_windows`` windows of ``window`` samples (by default of ten
    times the length of an atom, as far as there are so many). With ``replace_unused``
    atoms that an epoch has not used give way to badly coded pieces of the signals.
    With ``growth_steps`` there are ``n_first_layers`` at first, and all ``n_layers``
    after so many steps: poor atoms need no precise codes. ``momentum`` is the share of
    the last move that is taken again after a step, and ``averaging`` the weight of the
    past in the running mean of the dictionaries, which is what is given. With
    ``fixed_codes``, for ``backprop_depth=0``, the line search holds the codes of the
    gradient, which saves it a pass through the network (but not of few long signals).
    ``step_growth`` is the factor between the steps that are evaluated; None spaces
    them for evaluations to take half of the time at most.

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
        "n_first_layers": [5],
        "growth_steps": [0],
        "momentum": [0],
        "averaging": [0],
        "fixed_codes": [False],
        "decay": [0.9],
        "algorithm": ["fista"],
        "learn_steps": [False],
        "replace_unused": [False],
        "step_growth": [None],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5, "batch_size": 20, "n_epochs": 2, "epoch_length": 5}

    def learner_options(self):
        return {
            **super().learner_options(),
            "learn_steps": self.learn_steps,
            "decay": self.decay,
        }
