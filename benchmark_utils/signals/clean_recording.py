"""A clean recording: its good stretches, and their times."""

from dataclasses import dataclass

import numpy as np

SFREQ = 150.0  # Hz, after cleaning (paper, A.6)


@dataclass(frozen=True)
class Recording:
    """A clean recording.
    Parameters
    ----------
    data : array, shape (n_channels, n_times)
        float64, tesla per metre. The good stretches stand one after the other.
    ch_names : list of str
    ch_loc : array, shape (n_channels, 12)
        See `benchmark_utils.signals.sensors`.
    bounds : sequence of int, length n_stretches + 1, or None
        First sample of each stretch in `data`, then the end of the last one. None if
        there is one stretch.
    onsets : sequence of float, length n_stretches
        Seconds from the start of the file to each stretch.
    first_time : float
        Seconds from the start of the measurement to the start of the file.
    """

    data: np.ndarray
    ch_names: list
    ch_loc: np.ndarray
    bounds: np.ndarray | None = None
    onsets: np.ndarray = (0.0,)
    first_time: float = 0.0

    @property
    def stretches(self):
        """First sample of each stretch, and the sample after its last."""
        whole = [0, self.data.shape[1]]
        bounds = np.array(whole if self.bounds is None else self.bounds)
        return np.column_stack([bounds[:-1], bounds[1:]])

    def time(self, samples):
        """Times of samples of `data`, in seconds from the start of the file."""
        starts = self.stretches[:, 0]
        stretch = np.searchsorted(starts, samples, side="right") - 1
        return np.asarray(self.onsets)[stretch] + (samples - starts[stretch]) / SFREQ
