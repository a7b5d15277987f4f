"""What makes the codes of a sparse autoencoder sparse.

An activation turns ``a``, of shape (n_signals, n_atoms), into non-negative codes of the
same shape. It also has a penalty, which is added to the misfit.
"""

import torch

from benchmark_utils.coding.learned import mean_square


class Activation:
    """Base of activations.

    Attributes
    ----------
    k : int or None
        Wanted number of non-zero codes of a signal. None if a penalty decides it.
    aux : bool
        Whether an auxiliary loss trains the dead atoms, as in the authors' recipe.
    """

    k = None
    aux = False

    def start(self, n_atoms, like):
        """Initial values of the parameters of the activation: list of Tensor."""
        return []

    def learn(self, a, params):
        """Codes of a batch during learning, differentiable."""
        return self.code(a, params)

    def code(self, a, params):
        """Codes of signals. The code of one does not depend on the others."""
        raise NotImplementedError

    def penalty(self, a, z, params):
        """The term that is added to the mean misfit of signals: a scalar, or 0."""
        return 0.0

    def misfit(self, X, z, dictionary):
        """``½‖x - zD‖²``, the mean over the signals."""
        return mean_square(X - dictionary.reconstruct(z))


class ReLU(Activation):
    """Codes ``max(a, 0)``, with the penalty ``λ‖z‖₁``.

    The loss is half of the usual ``‖x - x̂‖² + c‖z‖₁``, for c = 2λ.

    Parameters
    ----------
    lmbd : float
    """

    def __init__(self, lmbd):
        self.lmbd = lmbd

    def code(self, a, params):
        """See :class:`Activation`."""
        return torch.relu(a)

    def penalty(self, a, z, params):
        """``λ‖z‖₁``, the mean over the signals."""
        return self.lmbd * z.sum() / len(z)


class TopK(Activation):
    """The k largest values of a signal; negative ones become zero.

    Parameters
    ----------
    k : int

    References
    ----------
    L. Gao et al., "Scaling and evaluating sparse autoencoders", 2024.
    """

    aux = True

    def __init__(self, k):
        self.k = k

    def code(self, a, params):
        """See :class:`Activation`."""
        values, places = torch.relu(a).topk(min(self.k, a.shape[1]), dim=1)
        return torch.zeros_like(a).scatter(1, places, values)


class BatchTopK(Activation):
    """The ``k * n_signals`` largest values of a batch; negative ones become zero.

    After learning, each signal keeps the values above a threshold. The threshold is the
    running mean of the smallest value that each batch kept.

    Parameters
    ----------
    k : int
    memory : float
        Weight of the past in that mean. At first the weight is smaller: the mean is
        then over the last tenth of the batches.

    References
    ----------
    B. Bussmann, P. Leask and N. Nanda, "BatchTopK sparse autoencoders", 2024.
    """

    aux = True

    def __init__(self, k, memory=0.999):
        self.k, self.memory = k, memory
        self._threshold, self._n_batches = None, 0

    def learn(self, a, params):
        """See :class:`Activation`."""
        positive = torch.relu(a)
        least = self._least_kept(positive.detach())
        self._remember(least)
        return positive * (positive >= least)

    def code(self, a, params):
        """See :class:`Activation`. Before the first batch, X itself is the batch."""
        positive = torch.relu(a)
        least = self._threshold
        if least is None:
            least = self._least_kept(positive)
        return positive * (positive >= least)

    def _least_kept(self, positive):
        n_kept = min(self.k * len(positive), positive.numel())
        rank = positive.numel() - n_kept + 1
        return positive.flatten().kthvalue(rank).values

    def _remember(self, least):
        past = least if self._threshold is None else self._threshold
        weight = min(self.memory, self._n_batches / (self._n_batches + 10))
        self._threshold, self._n_batches = least.lerp(past, weight), self._n_batches + 1


class Matryoshka(BatchTopK):
    """Codes of :class:`BatchTopK`; the first atoms alone must represent signals too.

    The misfit is a mean over nested prefixes of the atoms: each term reconstructs the
    signals with the first atoms alone.

    Parameters
    ----------
    k, memory
        See :class:`BatchTopK`.
    shares : sequence of float
        Sizes of the prefixes as shares of the atoms, increasing to 1.

    References
    ----------
    B. Bussmann, N. Nabeshima, A. Karvonen and N. Nanda, "Learning multi-level features
    with Matryoshka sparse autoencoders", ICML 2025.
    """

    def __init__(self, k, memory=0.999, shares=(1 / 32, 3 / 32, 7 / 32, 15 / 32, 1)):
        super().__init__(k, memory)
        self.shares = shares

    def misfit(self, X, z, dictionary):
        """The mean of the misfits of all prefixes."""
        D, residual, total, start = dictionary.params[0], X, 0.0, 0
        stops = [max(1, round(share * len(D))) for share in self.shares]
        for stop in stops:
            residual = residual - z[:, start:stop] @ D[start:stop]
            total, start = total + mean_square(residual), stop
        return total / len(stops)
