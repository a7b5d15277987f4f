"""N layers of (F)ISTA as a network, and its gradient by a reverse recursion.

One class covers alternating minimisation (``backprop_depth=0``), truncated deep
dictionary learning (``0 < backprop_depth < n_layers``) and deep dictionary learning
(``backprop_depth=n_layers``), for every parametrisation of the dictionary.
"""

from copy import copy
from itertools import chain, repeat

import numpy as np
import torch

from benchmark_utils.coding.encoder import Encoder
from benchmark_utils.coding.gradient import Gradient
from benchmark_utils.coding.loops import trajectory_class
from benchmark_utils.coding.momentum import ALGORITHMS, momenta
from benchmark_utils.dictionaries.statistics import usage
from benchmark_utils.dictionaries.workspace import Workspace

OUTER_LOSSES = ("lasso", "ls")


class Unrolled(Encoder):
    """Sparse coding by N layers of (F)ISTA started at zero (paper, eq. 3).

    Parameters
    ----------
    n_layers : int
        N, the number of unrolled iterations.
    lmbd : float
        Absolute regularisation λ.
    algorithm : {"fista", "ista"}
    backprop_depth : int or None
        K: the gradient goes through the last K layers (paper, Prop. 2.5). None is all
        of them.
    positive : bool
        Whether codes are constrained to be non-negative.
    checkpoint : bool
        Whether to save memory: about 3√K codes are kept instead of K, and layers are
        computed twice. The gradient is the same.
    outer_loss : {"lasso", "ls"}
        The loss whose gradient is computed: all of ``F(Z_N, D)``, or its data term
        alone (B. Tolooshams and D. Ba, TMLR 2022).

    Attributes
    ----------
    factors : ndarray, shape (n_layers,)
        Step size of each layer, in units of 1/L. All are 1 until they are learned.
    lipschitz : float or None
        L of the step sizes. None is that of each dictionary.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    def __init__(
        self,
        n_layers,
        lmbd,
        algorithm="fista",
        backprop_depth=None,
        positive=False,
        checkpoint=False,
        outer_loss="lasso",
    ):
        if backprop_depth is None:
            backprop_depth = n_layers
        check_network(n_layers, lmbd, algorithm, backprop_depth)
        self.n_layers, self.lmbd, self.positive = n_layers, float(lmbd), positive
        self.algorithm, self.backprop_depth = algorithm, backprop_depth
        if outer_loss not in OUTER_LOSSES:
            raise ValueError(
                f"outer_loss must be one of {OUTER_LOSSES}, got {outer_loss!r}."
            )
        self.checkpoint, self.outer_loss = checkpoint, outer_loss
        self.momenta = momenta(algorithm, n_layers)
        self.factors, self.lipschitz = np.ones(n_layers), None
        self.workspace = Workspace()

    def with_factors(self, factors):
        """The same network with other step sizes. Both share their buffers."""
        return self._with(factors=np.asarray(factors, dtype=np.float64))

    def with_lipschitz(self, lipschitz):
        """The same network with the step sizes of a given L, for any dictionary."""
        return self._with(lipschitz=lipschitz)

    def with_lmbd(self, lmbd):
        """The same network with another λ. Both share their buffers."""
        return self._with(lmbd=float(lmbd))

    @property
    def outer_lmbd(self):
        """The weight of ``‖Z_N‖₁`` in the loss."""
        return self.lmbd if self.outer_loss == "lasso" else 0.0

    def lasso(self, dictionary, X, lmbd):
        """``F(Z_N(D), D)`` with its own λ (float). The layers keep theirs."""

        def block_loss(x, z):
            return self.loss_of(dictionary, x, z, lmbd)

        return sum(self._map(dictionary, X, block_loss)).item()

    def with_layers(self, n_layers):
        """The same network with another number of layers. Both share their buffers."""
        more = np.ones(max(0, n_layers - self.n_layers))
        return self._with(
            n_layers=n_layers,
            backprop_depth=min(self.backprop_depth, n_layers),
            momenta=momenta(self.algorithm, n_layers),
            factors=np.concatenate([self.factors, more])[:n_layers],
        )

    def _with(self, **changes):
        twin = copy(self)
        vars(twin).update(changes)
        return twin

    def codes(self, dictionary, X, step=0):
        """Codes ``Z_N`` of the signals: proximal points, not extrapolated ones."""
        return torch.cat(list(self._map(dictionary, X, lambda x, z: z.clone())))

    def loss(self, dictionary, X):
        """The outer loss, for example ``F(Z_N(D), D)``, summed over signals (float)."""
        return self.lasso(dictionary, X, self.outer_lmbd)

    def gradient(self, dictionary, X, with_steps=False):
        """The loss and its gradient, back-propagated through the last K layers.

        The step sizes ``factors / L`` are constants: no gradient goes through L
        (paper, §3).

        Parameters
        ----------
        dictionary : Dictionary
        X : Tensor, shape (n_signals, ...)
        with_steps : bool
            Whether to compute the gradient with respect to ``factors`` as well.

        Returns
        -------
        gradient : Gradient
        """
        gram = dictionary.gram(X)
        L = self._lipschitz_of(gram)
        steps = (self.factors / L).tolist()

        def sums(part):
            return self._sums(dictionary, gram, X[part], steps, with_steps)

        statistics, totals = zip(*gram.over_signals(sums, len(X)), strict=True)
        loss, step_grads, used, *data = map(sum, zip(*totals, strict=True))
        M = gram.total(statistics)
        rest = dictionary.gradient(lambda d: gram.form(M, d))
        params = [g + h for g, h in zip(data, rest, strict=True)]
        factors = step_grads.cpu().numpy() / L if with_steps else None
        return Gradient(loss.item(), params, factors, used, lipschitz=L)

    def _sums(self, dictionary, gram, X, steps, with_steps):
        """Sums over signals: the statistic M, and the other parts of the gradient."""
        layers = trajectory_class(gram)
        M, totals = None, repeat(0)
        for x in dictionary.blocks(X):
            b, data_gradient = dictionary.correlation(x)
            trajectory = layers(self, gram, b, steps, self.backprop_depth)
            z = trajectory.run()
            loss = self.loss_of(dictionary, x, z, self.outer_lmbd)
            used = usage(z)
            A, M, step_grads = trajectory.reverse(M, with_steps)
            parts = (loss, step_grads, used, *data_gradient(A))
            totals = [t + part for t, part in zip(totals, parts, strict=False)]
        return M, totals

    def _lipschitz_of(self, gram):
        return gram.norm() if self.lipschitz is None else self.lipschitz

    def _map(self, dictionary, X, function):
        """``function(x, codes of x)`` of each block of signals."""
        gram = dictionary.gram(X)
        steps = (self.factors / self._lipschitz_of(gram)).tolist()
        layers = trajectory_class(gram)

        def code(x):
            b = dictionary.correlate(x)
            return function(x, layers(self, gram, b, steps, depth=0).run())

        def code_blocks(part):
            return [code(x) for x in dictionary.blocks(X[part])]

        return chain.from_iterable(gram.over_signals(code_blocks, len(X)))

    def loss_of(self, dictionary, X, Z, lmbd):
        """``F(Z, D)`` at λ, summed over the signals (Tensor)."""
        residual = dictionary.reconstruct(Z).sub_(X)
        return total(residual.square_()) / 2 + lmbd * total(Z.abs())


def total(x):
    """The sum in float64. Rows come first: this avoids a copy of ``x`` in float64."""
    return x.sum(-1).sum(dtype=torch.float64)


def check_network(n_layers, lmbd, algorithm, backprop_depth):
    """Raise a ValueError that names the parameter that is out of its range."""
    if n_layers < 1:
        raise ValueError(f"n_layers must be at least 1, got {n_layers}.")
    if not lmbd > 0:
        raise ValueError(f"lmbd must be positive, got {lmbd}.")
    if algorithm not in ALGORITHMS:
        raise ValueError(f"algorithm must be one of {ALGORITHMS}, got {algorithm!r}.")
    if not 0 <= backprop_depth <= n_layers:
        raise ValueError(
            f"backprop_depth must be between 0 (alternating minimisation) and "
            f"n_layers={n_layers} (full back-propagation), got {backprop_depth}."
        )
