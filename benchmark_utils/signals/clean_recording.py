"""A clean recording: good stretches, and when each was."""

from dataclasses import dataclass

import numpy as np

SFREQ = 150.0  # Hz, after cleaning (paper, A.6)


@dataclass(frozen=True)
class Recording:
    """A recording that is clean.

    Parameters
    ----------
    data : array, shape (n_channels, n_times)
        float64, tesla per metre. Good stretches, one after the other.
    ch_names : list of str
    ch_loc : array, shape (n_channels, 12)
        See `benchmark_utils.signals.sensors`.
    bounds : sequence of int, length n_stretches + 1, or None
        Where in `data` the stretches begin, and the last one ends; None is for one.
    onsets : sequence of float, length n_stretches
        Seconds from the start of the file to each stretch.
    first_time : float
        Seconds from the start of the measurement to that of the file.
    """

    data: np.ndarray
    ch_names: list
    ch_loc: np.ndarray
    bounds: np.ndarray | None = None
    onsets: np.ndarray = (0.0,)
    first_time: float = 0.0

    @property
    def stretches(self):
        """First sample of each stretch, and the one after its last."""
        whole = [0, self.data.shape[1]]
        bounds = np.array(whole if self.bounds is None else self.bounds)
        return np.column_stack([bounds[:-1], bounds[1:]])

    def time(self, samples):
        """Seconds from the start of the file to samples of `data`."""
        starts = self.stretches[:, 0]
        stretch = np.searchsorted(starts, samples, side="right") - 1
        return np.asarray(self.onsets)[stretch] + (samples - starts[stretch]) / SFREQ
