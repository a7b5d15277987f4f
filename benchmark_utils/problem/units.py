"""Units: all computations are on signals of unit root mean square.

EEG in volts is about 1e-5 and MEG in tesla about 1e-13. Absolute tolerances and single
precision fail on such numbers. So signals and λ are divided by one number, before any
solver or coder gets them. Results are multiplied by it again.
"""

from dataclasses import dataclass

import numpy as np

from benchmark_utils.reading.on_disk import is_on_disk, parts


@dataclass(frozen=True)
class Units:
    """The number that signals and λ are divided by.

    Let x = s x', λ = s λ' and z = s z'. For the same D, the loss ½‖x - zD‖² + λ‖z‖₁ is
    then s² times the loss of x', λ' and z'.

    Parameters
    ----------
    scale : float
        s, the root mean square of the user's signals.
    """

    scale: float = 1.0

    @classmethod
    def of(cls, X):
        """The units of signals. The scale is 1 if all signals are zero.

        Parameters
        ----------
        X : ndarray or signals on disk, shape (n_signals, ...)
            Signals on disk are read part by part.
        """
        return cls(root_mean_square(X) or 1.0)

    def scaled(self, X):
        """Signals, or a λ, divided by the scale. Signals on disk stay on disk."""
        if X is None:
            return None
        return ScaledSignals(X, self.scale) if is_on_disk(X) else X / self.scale

    def code(self, z):
        """Codes, a λ or reconstructed signals, in the user's units."""
        return z * self.scale

    def loss(self, value):
        """A loss in the user's units."""
        return value * self.scale**2

    def image(self, clean):
        """An image whose signals are divided by the scale. None stays None."""
        return None if clean is None else ScaledImage(clean, self)


class ScaledSignals:
    """Signals on disk. What is read becomes float64 and is divided by a number.

    Parameters
    ----------
    X : signals on disk, shape (n_signals, ...)
    scale : float
    """

    on_disk, dtype = True, np.dtype(np.float64)

    def __init__(self, X, scale):
        self.X, self.scale = X, scale
        self.shape, self.ndim = X.shape, X.ndim
        self.groups = getattr(X, "groups", None)

    def __len__(self):
        return len(self.X)

    def __getitem__(self, key):
        return np.divide(self.X[key], self.scale, dtype=np.float64)

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype)


class ScaledImage:
    """An image to rebuild from signals that were divided by a number.

    Parameters
    ----------
    clean : benchmark_utils.signals.images.NoisyImage
    units : Units
    """

    def __init__(self, clean, units):
        self._image, self._units = clean, units

    def signals(self):
        """All signals of the image, scaled."""
        return self._units.scaled(self._image.signals())

    def rebuild(self, reconstruction):
        """The image, in its own units, from reconstructed scaled signals."""
        return self._image.rebuild(self._units.code(reconstruction))

    def psnr(self, reconstruction):
        """PSNR, in dB, of that image."""
        return self._image.psnr(self._units.code(reconstruction))


def root_mean_square(X):
    """Root mean square of all values of signals (float).

    Parameters
    ----------
    X : ndarray or signals on disk, shape (n_signals, ...)
        Signals on disk are read part by part.
    """
    norm, n = 0.0, 0
    for _, part in parts(X):
        norm = np.hypot(norm, _norm(np.asarray(part, dtype=np.float64)))
        n += part.size
    return float(norm / np.sqrt(n))


def _norm(values):
    """Euclidean norm. Values are scaled first, so that squares do not overflow."""
    peak = np.abs(values).max()
    return peak * np.linalg.norm(values / peak) if peak > 0 else 0.0
