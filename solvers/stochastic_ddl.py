from benchmark_utils.learning.line_search import LineSearch, NormalisedSteps
from benchmark_utils.stochastic_solver import StochasticSolver

PLAIN = {
    "growth_steps": 0,
    "momentum": 0,
    "averaging": 0,
    "decay": 0.9,
    "max_turn": 0.3,
}
SETTINGS = {
    # The fastest of configs/stochastic_ddl_sweep.yml.
    "tuned": {
        "dense": {
            **PLAIN,
            "growth_steps": 1000,
            "momentum": 0.5,
            "averaging": 0.9,
            "line_search": False,
        },
        "windows": {**PLAIN, "line_search": False},
    },
    "paper": dict.fromkeys(("dense", "windows"), {**PLAIN, "line_search": True}),
}


class Solver(StochasticSolver):
    """Stochastic deep dictionary learning: unrolled gradients of mini-batches, with
    normalised steps or a stochastic line search.

    A normalised step turns the atom that moves most by an angle with the tangent
    ``max_turn``. Each epoch multiplies ``max_turn`` by ``decay``. Learning ends after
    ``n_epochs`` epochs of ``epoch_length`` steps. With ``line_search=True``,
    ``max_turn`` is that of the longest step. Each step is then tried on the mini-batch,
    which takes a pass through the network. It is halved until the loss falls (Armijo;
    Vaswani et al., reset option 2). With ``max_turn=0.3``, the search rejects almost
    nothing. docs/notes.md has what it does with larger ones.

    ``backprop_depth=0`` is stochastic alternating minimisation, and ``None``
    back-propagates through all layers. ``settings`` gives a value to ``growth_steps``,
    ``momentum``, ``averaging``, ``decay``, ``line_search`` and ``max_turn``, if they
    are None. ``tuned`` has the fastest values. ``paper`` has the line search with
    ``max_turn=0.3``, and none of the other options.

    A batch of recordings or images is ``n_windows`` windows of ``window`` samples (by
    default ten times the length of an atom, or the length of the signals). With
    ``replace_unused``, badly coded pieces of the signals replace atoms that an epoch
    has not used. With ``growth_steps``, there are ``n_first_layers`` at first, and all
    ``n_layers`` after this number of steps: poor atoms need no precise codes.
    ``momentum`` is the share of the last move that is added after a step. The result is
    a running mean of the dictionaries, in which the past has the weight ``averaging``.
    With ``fixed_codes``, for ``backprop_depth=0``, the line search keeps the codes of
    the gradient. This saves a pass through the network, but takes longer on a few long
    signals. ``step_growth`` is the factor between the steps that are evaluated. With
    None, evaluations take at most half of the time.

    Two options are those of PUDLE (B. Tolooshams and D. Ba, TMLR 2022), and bias atoms
    less. With ``outer_loss=ls``, the gradient is that of the data term alone. With
    ``lmbd_decay`` below 1, each step multiplies λ of the layers by it, down to a
    thousandth. Scores always use λ of the objective.

    B. Malézieux, T. Moreau and M. Kowalski, ICLR 2022, §3.2; S. Vaswani et al.,
    "Painless stochastic gradient: interpolation, line-search, and convergence
    rates", NeurIPS 2019.
    """

    name = "Stochastic-DDL"
    requirements = ["pip::torch>=2.4"]
    parameters = {
        "n_layers": [30],
        "backprop_depth": [None],
        "batch_size": [1000],
        "n_windows": [5],
        "window": [None],
        "n_epochs": [10],
        "epoch_length": [100],
        "settings": ["tuned"],
        "n_first_layers": [5],
        "growth_steps": [None],
        "momentum": [None],
        "averaging": [None],
        "line_search": [None],
        "fixed_codes": [False],
        "max_turn": [None],
        "decay": [None],
        "algorithm": ["fista"],
        "outer_loss": ["lasso"],
        "lmbd_decay": [1],
        "learn_steps": [False],
        "replace_unused": [False],
        "trim": [None],
        "step_growth": [None],
        "device": ["auto"],
    }
    test_config = {"n_layers": 5, "batch_size": 20, "n_epochs": 2, "epoch_length": 5}

    def skip(self, model, **objective):
        if self.fixed_codes and not self.setting("line_search", model):
            return True, (
                "fixed_codes is how the line search measures a step, and there is "
                "none: use line_search=True"
            )
        if self.learn_steps and self.setting("growth_steps", model):
            return True, (
                "learn_steps is of layers that are there, and growth_steps adds them "
                "as it goes: use growth_steps=0"
            )
        return super().skip(model=model, **objective)

    def setting(self, name, model):
        """The value of a parameter. For None, it is that of ``settings``."""
        value = getattr(self, name)
        if value is not None:
            return value
        if name == "growth_steps" and (self.learn_steps or self.lmbd_decay != 1):
            # Step sizes of layers that are added later cannot be learned. And few
            # layers do not reach the codes of a small λ.
            return 0
        kind = "dense" if model == "dense" else "windows"
        return SETTINGS[self.settings][kind][name]

    def tuned(self, name):
        return self.setting(name, self.model)

    def update(self, batches):
        search_class = LineSearch if self.tuned("line_search") else NormalisedSteps
        decay = self.tuned("decay")
        search = search_class(decay=decay, max_turn=self.tuned("max_turn"))
        return self.along_gradient(search, decay)
