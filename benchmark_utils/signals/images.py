"""Noisy images, as signals to learn from, and the PSNR of their reconstruction."""

import numpy as np
from skimage.metrics import peak_signal_noise_ratio


class NoisyImage:
    """An image in Gaussian noise, then normalised (paper, A.2 and A.4).

    Subclasses define its signals.

    Parameters
    ----------
    clean : array, shape (height, width)
        Gray levels in [0, 1].
    sigma2 : float
        Variance of the noise: 0.1 gives a PSNR of 10 dB.
    normalize : "standardize" | "none"
        Whether the noisy image is scaled to zero mean and unit variance.
    rng : numpy.random.Generator
        Draws the noise.

    Attributes
    ----------
    noisy : array, shape (height, width)
        The noisy image, in the units of `clean`.
    offset, scale : float
        Signals are made of (noisy - offset) / scale.

    Raises
    ------
    ValueError
        On a parameter out of range.
    """

    def __init__(self, clean, sigma2, normalize="standardize", *, rng):
        clean = np.asarray(clean, dtype=np.float64)
        _check_image(clean, sigma2, normalize)
        self.clean = clean
        self.noisy = clean + np.sqrt(sigma2) * rng.standard_normal(clean.shape)
        self.offset, self.scale = 0.0, 1.0
        if normalize == "standardize":
            self.offset, self.scale = self.noisy.mean(), self.noisy.std()
            if np.ptp(self.noisy) == 0:
                raise ValueError(
                    "normalize='standardize' cannot bring a constant image to unit "
                    "variance. Use normalize='none', or another image."
                )

    @property
    def normalized(self):
        """The normalised noisy image, shape (height, width)."""
        return (self.noisy - self.offset) / self.scale

    def signals(self):
        """The signals to learn from, shape (n_signals, ...)."""
        raise NotImplementedError

    def rebuild(self, reconstruction):
        """The image, in the units of `clean`, from reconstructed `signals`."""
        raise NotImplementedError

    def psnr(self, reconstruction):
        """PSNR, in dB, of the image that reconstructed signals give (`rebuild`)."""
        return _psnr(self.clean, self.rebuild(reconstruction))

    @property
    def noisy_psnr(self):
        """PSNR, in dB, of the noisy image itself."""
        return _psnr(self.clean, self.noisy)


class WholeImage(NoisyImage):
    """A noisy image as one signal of one channel, for a convolutional model.

    Parameters: see `NoisyImage`.
    """

    def signals(self):
        """The normalised noisy image, shape (1, 1, height, width)."""
        return self.normalized[np.newaxis, np.newaxis]

    def rebuild(self, reconstruction):
        """Bring a reconstruction back to the units of `clean`.

        Parameters
        ----------
        reconstruction : array, shape (1, 1, height, width)

        Returns
        -------
        image : array, shape (height, width)
        """
        expected = (1, 1, *self.clean.shape)
        if np.shape(reconstruction) != expected:
            raise ValueError(
                f"Rebuilding the image needs an array of shape {expected}; got "
                f"{np.shape(reconstruction)}."
            )
        return self.offset + self.scale * np.asarray(reconstruction)[0, 0]


def noise_variance(clean, snr):
    """Variance σ_b² of the noise at a given SNR, 10 log10(σ² / σ_b²) (paper, §3.1).

    Parameters
    ----------
    clean : array
        Its variance is σ².
    snr : float
        In dB.

    Raises
    ------
    ValueError
        If `snr` is not a finite number.
    """
    if not -np.inf < snr < np.inf:
        raise ValueError(f"snr, in dB, must be a finite number; got {snr}.")
    return float(np.var(clean) / 10 ** (snr / 10))


def _psnr(clean, image):
    with np.errstate(divide="ignore"):  # infinite where the two are equal
        return float(peak_signal_noise_ratio(clean, image, data_range=1))


def _check_image(clean, sigma2, normalize):
    if clean.ndim != 2 or not np.all((clean >= 0) & (clean <= 1)):
        raise ValueError(
            "clean must be a gray image, an array of shape (height, width) with values "
            f"in [0, 1]; got shape {clean.shape}. load_gray_image gives one."
        )
    if not 0 <= sigma2 < np.inf:
        raise ValueError(f"sigma2 is a variance: a finite number >= 0; got {sigma2}.")
    if normalize not in ("standardize", "none"):
        raise ValueError(
            f"normalize must be 'standardize' or 'none'; got {normalize!r}."
        )
