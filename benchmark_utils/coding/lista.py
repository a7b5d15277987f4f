"""LISTA: layers of ISTA whose weights are learned, untied from the dictionary."""

import torch

from benchmark_utils.coding.learned import LearnedEncoder, Pass, mean_square
from benchmark_utils.dictionaries.statistics import usage


class Lista(LearnedEncoder):
    """N layers ``z ← ST_θ(x W_e + z W_g)``, each with weights of its own.

    They start as N steps of ISTA at the initial dictionary: ``W_e = Dᵀ/L``,
    ``W_g = I - DDᵀ/L`` and ``θ = λ/L``. The loss is ``F(Z_N, D)``.

    Parameters
    ----------
    params : list of Tensor
        ``W_e`` (n_features, n_atoms) of each layer, then ``θ`` (n_atoms,) of each
        layer, then ``W_g`` (n_atoms, n_atoms) of all layers but the first. The first
        needs none, because its ``z`` is zero. The layers use the absolute value of θ.
    lmbd, positive
        See :class:`LearnedEncoder`.

    References
    ----------
    K. Gregor and Y. LeCun, "Learning fast approximations of sparse coding", ICML 2010.
    """

    @classmethod
    def of(cls, dictionary, n_layers, lmbd, positive=False):
        """The network that does N steps of ISTA at a dictionary.

        Parameters
        ----------
        dictionary : Dense
        n_layers : int
            N, at least 1.
        lmbd, positive
            See :class:`LearnedEncoder`.

        Returns
        -------
        encoder : Lista

        Raises
        ------
        ValueError
            If there is no layer.
        """
        if n_layers < 1:
            raise ValueError(f"n_layers must be at least 1, got {n_layers}.")
        D, gram = dictionary.params[0], dictionary.gram()
        G, L = gram.matrix, gram.norm()
        W_e = [D.T / L for _ in range(n_layers)]
        thresholds = [D.new_full((len(D),), lmbd / L) for _ in range(n_layers)]
        eye = torch.eye(len(D), dtype=D.dtype, device=D.device)
        W_g = [eye - G / L for _ in range(n_layers - 1)]
        return cls([*W_e, *thresholds, *W_g], lmbd, positive)

    @property
    def n_layers(self):
        """N. Each layer has three tensors, and the first has two."""
        return (len(self.params) + 1) // 3

    def encode(self, X):
        """``Z_N`` of the signals, shape (n_signals, n_atoms)."""
        n = self.n_layers
        W_e, thresholds, W_g = (self.params[i : i + n] for i in (0, n, 2 * n))
        z = self._cut(X @ W_e[0], thresholds[0])
        for k in range(1, n):
            z = self._cut(torch.addmm(X @ W_e[k], z, W_g[k - 1]), thresholds[k])
        return z

    def objective(self, dictionary, X, step):
        """``F(Z_N, D)``; see :class:`LearnedEncoder`."""
        z = self.encode(X)
        misfit = mean_square(X - dictionary.reconstruct(z))
        loss = misfit + self.lmbd * z.abs().sum() / len(X)
        return Pass(loss, usage(z.detach()))

    def _cut(self, w, threshold):
        threshold = threshold.abs()
        if self.positive:
            return torch.relu(w - threshold)
        return w - w.clamp(-threshold, threshold)
