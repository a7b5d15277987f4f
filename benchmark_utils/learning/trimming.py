"""Robust learning: badly coded patches of a batch are left out of a step."""

import warnings
from collections import deque
from math import prod

import torch
from torch.nn.functional import pad

from benchmark_utils.learning.replacement import POOLS

RULES = ("mad",)
FAR = 3.5 / 0.6745  # median absolute deviations above the median (Iglewicz and Hoaglin)
N_BATCHES = 10  # batches whose losses set the threshold
N_LOSSES = 2000  # losses of a batch that are kept
MOST = 0.5  # share of patches that can be outliers: of more, the rest are the outliers
SILENT = 1e-12  # share of the largest loss, above the rounding of float32, squared


class Trimming:
    """Finds patches of recordings or images whose loss is an outlier.

    The loss of a patch is that of its samples, ½‖r‖² + λ‖z‖₁, where r is the residual
    and z are the codes of the atoms that are centred there. A patch has the shape of an
    atom. The step of a learner sees zeros in the place of the samples at the centre of
    such patches. So they have no part in the statistics, in the gradient, or in the
    replacement of unused atoms.

    Parameters
    ----------
    rule : float or "mad"
        A number is the share of patches to leave out: those of the largest losses. With
        "mad", patches whose loss is more than 3.5 / 0.6745 median absolute deviations
        above the median are left out. If more than half of the losses are equal, this
        rule leaves out nothing. Patches without a signal, as in a padded recording,
        count in neither rule: with them, all others would be outliers.

    Raises
    ------
    ValueError
        If the rule is none of these.

    References
    ----------
    J. Yehya, M. Benbakoura, C. Allain, B. Malézieux, M. Kowalski and T. Moreau,
    "RoseCDL: robust and scalable convolutional dictionary learning for rare-event and
    anomaly detection", AISTATS 2026. There, the trimmed samples are left out of the
    loss, and not out of the signals that are coded.
    """

    def __init__(self, rule):
        if rule not in RULES and not (isinstance(rule, int | float) and 0 < rule < 1):
            raise ValueError(
                f"trim must be a share in (0, 1) or one of {RULES}, got {rule!r}."
            )
        self.rule = rule
        self._recent = deque(maxlen=N_BATCHES)

    def trimmed(self, dictionary, network, X):
        """The signals of a step, with zeros in the place of outliers.

        The threshold is that of the losses of recent batches, because a batch of few
        windows may have many artefacts, or none.

        Parameters
        ----------
        dictionary : Dictionary
        network : Encoder
        X : Tensor, shape (n_signals, n_channels, *support)

        Returns
        -------
        X : Tensor, of the same shape
        """
        losses = patch_losses(dictionary, network, X)
        flat = losses.flatten()
        self._recent.append(flat[:: max(1, len(flat) // N_LOSSES)])
        outliers = losses > threshold(torch.cat(list(self._recent)), self.rule)
        return X.masked_fill(outliers[:, None], 0)

    def outliers(self, dictionary, network, X):
        """The samples of whole recordings or images that are outliers.

        A large sample spoils all patches that it is in. So a sample is an outlier only
        if all patches around it are.

        Parameters
        ----------
        dictionary, network, X
            See :meth:`trimmed`.

        Returns
        -------
        outliers : Tensor of bool, shape (n_signals, *support)
        """
        losses = patch_losses(dictionary, network, X)
        spoiled = (losses > threshold(losses.flatten(), self.rule)).double()
        shape = dictionary.atom_support
        return _smoothed(spoiled, shape) > 1 - 0.5 / prod(shape)


def warn_of_many(solver, rule):
    """Warn if a share of patches is more than half of them.

    Parameters
    ----------
    solver : object
        Its name begins the warning.
    rule : float, "mad" or None
        See :class:`Trimming`.
    """
    if rule in (None, *RULES) or rule <= MOST:
        return
    warnings.warn(
        f"{solver}: trim={rule} leaves out more than half of the patches, so atoms are "
        "learned only from those that they code best already: use trim=mad, or a share "
        "somewhat above that of the artefacts.",
        stacklevel=2,
    )


def threshold(losses, rule):
    """The loss above which a patch is an outlier (Tensor, a number).

    Parameters
    ----------
    losses : Tensor, shape (n_patches,)
    rule : float or "mad"
        See :class:`Trimming`.
    """
    losses = losses[losses > SILENT * losses.max()]
    if not len(losses):
        return losses.new_tensor(torch.inf)
    if rule != "mad":
        rank = max(1, round((1 - rule) * len(losses)))
        return losses.kthvalue(rank).values
    median = losses.median()
    deviation = (losses - median).abs().median()
    return torch.where(deviation > 0, median + FAR * deviation, torch.inf)


def patch_losses(dictionary, network, X):
    """Mean loss of the patch around each sample.

    Parameters
    ----------
    dictionary : Dictionary
    network : Encoder
    X : Tensor, shape (n_signals, n_channels, *support)

    Returns
    -------
    losses : Tensor, shape (n_signals, *support)
        At the edges of a signal, of the part of the patch that is in the signal.
    """
    Z = network.codes(dictionary, X)
    losses = (dictionary.reconstruct(Z) - X).square().sum(1) / 2
    centred = [side for m in reversed(dictionary.atom_support) for side in _sides(m)]
    losses += network.lmbd * pad(Z.abs().sum(1), centred)
    return _smoothed(losses, dictionary.atom_support)


def _smoothed(losses, shape):
    """The mean over the patch around each sample, shape (n_signals, *support)."""
    pool = POOLS[len(shape)]
    around = [side for m in reversed(shape) for side in _sides(m)]
    sums, counts = (
        pool(pad(x[:, None], around), shape, stride=1)[:, 0] * prod(shape)
        for x in (losses, torch.ones_like(losses[:1]))
    )
    return sums / counts


def _sides(m):
    """Samples of a patch before its centre, and after it."""
    return m // 2, m - 1 - m // 2
