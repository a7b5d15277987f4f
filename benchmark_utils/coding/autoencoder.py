"""A sparse autoencoder: one layer whose weights are untied from the dictionary."""

import torch

from benchmark_utils.coding.learned import LearnedEncoder, Pass, mean_square
from benchmark_utils.dictionaries.statistics import usage

AUX_WEIGHT = 1 / 32
# An atom is dead if no signal used it while an average atom was used so many times.
PATIENCE = 300


class Autoencoder(LearnedEncoder):
    """Codes ``activation((x - c) W + b)``; signals are ``zD + c``.

    Parameters
    ----------
    params : list of Tensor
        W (n_features, n_atoms), b (n_atoms,), then c (n_features,) if ``bias``, then
        the parameters of the activation.
    lmbd : float
        Absolute regularisation λ.
    activation : Activation
    bias : bool
        Whether c is learned. Otherwise it is zero.
    warm_up : int
        Steps over which the penalty rises linearly to its value.

    References
    ----------
    H. Cunningham et al., "Sparse autoencoders find highly interpretable features in
    language models", ICLR 2024.
    """

    def __init__(self, params, lmbd, activation, bias=False, warm_up=0):
        super().__init__(params, lmbd, positive=True)
        self.activation, self.bias, self.warm_up = activation, bias, warm_up
        self._idle = Idle()

    @classmethod
    def of(cls, dictionary, lmbd, activation, centre=None, warm_up=0):
        """An autoencoder whose first weights are the transposed dictionary.

        Parameters
        ----------
        dictionary : Dense
        lmbd, activation, warm_up
            See :class:`Autoencoder`.
        centre : Tensor, shape (n_features,), or None
            Initial c. None if c is not learned.

        Returns
        -------
        encoder : Autoencoder
        """
        D = dictionary.params[0]
        params = [D.T.clone(), D.new_zeros(len(D))]
        if centre is not None:
            params.append(centre.to(D))
        params += activation.start(len(D), D)
        return cls(params, lmbd, activation, centre is not None, warm_up)

    def encode(self, X):
        """Codes of the signals, shape (n_signals, n_atoms)."""
        return self.activation.code(self._preactivation(X)[1], self._own())

    def objective(self, dictionary, X, step):
        """Misfit, penalty and loss of the dead atoms; see :class:`LearnedEncoder`."""
        X, a = self._preactivation(X)
        z = self.activation.learn(a, self._own())
        share = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        loss = self.activation.misfit(X, z, dictionary)
        loss = loss + share * self.activation.penalty(a, z, self._own())
        used = usage(z.detach())
        if self.activation.aux:
            loss = loss + AUX_WEIGHT * self._of_the_dead(X, a, z, dictionary, used)
        return Pass(loss, used)

    def _preactivation(self, X):
        """The signals minus c, and the input of the activation."""
        W, b = self.params[:2]
        if self.bias:
            X = X - self.params[2]
        return X, torch.addmm(b, X, W)

    def _own(self):
        """Parameters of the activation."""
        return self.params[2 + self.bias :]

    def _of_the_dead(self, X, a, z, dictionary, used):
        """Misfit of the residual by the strongest dead atoms (Gao et al. 2024).

        At most n_features / 2 dead atoms take part.
        """
        dead = self._idle.dead(len(X), used, self.activation.k)
        n_dead = min(int(dead.sum()), max(1, X.shape[1] // 2))
        if not n_dead:
            return 0.0
        residual = (X - dictionary.reconstruct(z)).detach()
        strongest = torch.relu(a).masked_fill(~dead, 0).topk(n_dead, dim=1)
        codes = torch.zeros_like(a).scatter(1, strongest.indices, strongest.values)
        return mean_square(residual - dictionary.reconstruct(codes))


class Idle:
    """The number of signals since each atom was last used."""

    def __init__(self):
        self._n_signals = 0

    def dead(self, n_signals, used, k):
        """Which atoms are dead after a batch.

        Parameters
        ----------
        n_signals : int
        used : Tensor, shape (n_atoms,)
            How many codes of each atom were not zero in that batch.
        k : int
            Number of non-zero codes of a signal.

        Returns
        -------
        dead : Tensor of bool, shape (n_atoms,)
        """
        self._n_signals = (self._n_signals + n_signals) * (used == 0)
        return self._n_signals * k > PATIENCE * len(used)
