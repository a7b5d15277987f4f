"""The image that a dictionary rebuilds, and its peak signal-to-noise ratio."""

import numpy as np
import torch

from benchmark_utils.dictionaries import make_dictionary
from benchmark_utils.scoring.subsets import places_in

TOLERANCE = 1e-3  # relative duality gap of the codes. It costs at most 0.01 dB
PART = "image"  # name of its signals among the parts of `KeptCodes`


class RebuiltImage:
    """An image whose signals are coded once, also if they are training signals.

    Parameters
    ----------
    clean : object
        An image whose signals can be rebuilt (:mod:`benchmark_utils.signals.images`).
    train : ndarray, shape (n_signals, ...)
        The training signals that are evaluated.

    Attributes
    ----------
    others : ndarray, shape (n_others, ...)
        The signals of the image that are not among ``train``.
    """

    def __init__(self, clean, train):
        signals = clean.signals()
        self.clean, self._places = clean, places_in(signals, train)
        self.others = signals[self._places < 0]

    def denoised(self, D, kept):
        """The image rebuilt from certified codes; ``kept`` are a `KeptCodes`."""
        return self.clean.rebuild(self._rebuilt(D, kept, self._codes(D, kept)))

    def scores(self, D, kept, Z=None):
        """PSNR of certified codes and, if there are any, of the method's own codes Z.

        Returns
        -------
        dict of str to float
            ``psnr``, and ``psnr_network``. That is NaN if Z is not of this image.
        """
        codes = self._codes(D, kept)
        psnr = self.clean.psnr(self._rebuilt(D, kept, codes))
        if Z is None or np.shape(Z) != tuple(codes.shape):
            return {"psnr": psnr, "psnr_network": np.nan}
        own = torch.as_tensor(np.asarray(Z, dtype=np.float64))
        own_psnr = self.clean.psnr(self._rebuilt(D, kept, own))
        return {"psnr": psnr, "psnr_network": own_psnr}

    def _rebuilt(self, D, kept, Z):
        return make_dictionary(kept.model, D).reconstruct(Z).numpy()

    def _codes(self, D, kept):
        """Certified codes of the image, shape (n_signals, ...)."""
        there = self._places >= 0
        codes = kept.of(D, "train").Z[np.maximum(self._places, 0)]
        if not there.all():
            codes[~there] = kept.of(D, PART, TOLERANCE).Z
        return codes
