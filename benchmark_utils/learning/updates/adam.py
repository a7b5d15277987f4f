"""Adam, on atoms and the weights of an encoder together."""

import torch

from benchmark_utils.dictionaries.base import unit_rows
from benchmark_utils.learning.updates.update import Advance, Update


class Adam(Update):
    """A step of Adam on the loss of a learned encoder.

    Atoms stay at unit norm: the part of the gradient along an atom is removed, and
    atoms are normalised after the step.

    Parameters
    ----------
    learning_rate : float
        Learning rate of the dictionary and of the encoder.
    betas : tuple of float
        Decay of the two moments.
    warm_up : int
        Steps over which the learning rate rises linearly to its value.
    clip : float or None
        Largest norm of the gradient of all parameters. Longer gradients are scaled.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    References
    ----------
    D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
    """

    def __init__(self, learning_rate=1e-3, betas=(0.9, 0.999), warm_up=0, clip=None):
        if not learning_rate > 0 or warm_up < 0 or not (clip is None or clip > 0):
            raise ValueError(
                "learning_rate and clip must be positive and warm_up at least 0, got "
                f"{learning_rate}, {clip} and {warm_up}."
            )
        self.learning_rate, self.betas = learning_rate, betas
        self.warm_up, self.clip = warm_up, clip
        self._optimizer = None

    def advance(self, dictionary, encoder, X, step):
        """One step of atoms and encoder; see :class:`Update`."""
        leaves = self._leaves([*dictionary.params, *encoder.params])
        n = len(dictionary.params)
        moving = dictionary.with_params(leaves[:n])
        with torch.enable_grad():
            done = encoder.with_params(leaves[n:]).objective(moving, X, step)
        self._optimizer.zero_grad()
        done.loss.backward()
        self._step(moving, leaves, step)
        # The learner keeps dictionaries, so these must not share memory with leaves.
        atoms = [unit_rows(p.detach()) for p in leaves[:n]]
        return Advance(
            dictionary.with_params(atoms),
            encoder.with_params([p.detach() for p in leaves[n:]]),
            done.usage,
        )

    def _leaves(self, params):
        """The tensors of the optimiser, set to the values of the parameters."""
        if self._optimizer is None:
            leaves = [p.detach().clone().requires_grad_() for p in params]
            self._optimizer = torch.optim.Adam(leaves, betas=self.betas)
        leaves = self._optimizer.param_groups[0]["params"]
        with torch.no_grad():
            for leaf, param in zip(leaves, params, strict=True):
                if leaf.data_ptr() != param.data_ptr():
                    leaf.copy_(param)
        return leaves

    def _step(self, dictionary, leaves, step):
        atoms = dictionary.params
        grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in atoms]
        with torch.no_grad():
            for param, tangent in zip(atoms, dictionary.tangent(grads), strict=True):
                param.grad = tangent
        if self.clip:
            torch.nn.utils.clip_grad_norm_(leaves, self.clip)
        share = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        (group,) = self._optimizer.param_groups
        group["lr"] = share * self.learning_rate
        self._optimizer.step()
