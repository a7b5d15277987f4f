"""Activations of atoms in a recording, as events and annotations of MNE-Python."""

from dataclasses import dataclass

import mne
import numpy as np

from benchmark_utils.signals.files import held_out, open_signals
from benchmark_utils.signals.paths import find_file
from benchmark_utils.signals.raw_recordings import read_raw

LEAST = 0.5  # smallest activation of an event, over the largest one of its atom


@dataclass
class Activations:
    """The times at which each atom occurs in a recording, and its strength.

    Attributes
    ----------
    Z : ndarray, shape (n_signals, n_atoms, n_times_valid)
        Codes.
    starts : ndarray of int, shape (n_signals,)
        First sample of each signal, counted from the first one of the file.
    first_samp : int
        Number of the first sample of the file in the measurement.
    sfreq : float
        Sampling rate of the atoms, in Hz.
    n_times_atom : int
    file_sfreq : float or None
        Sampling rate of the file, in Hz. None is ``sfreq``.
    """

    Z: np.ndarray
    starts: np.ndarray
    first_samp: int
    sfreq: float
    n_times_atom: int
    file_sfreq: float = None

    def events(self, least=LEAST):
        """Activations as an array of events for `mne.Epochs`.

        Parameters
        ----------
        least : float
            Activations below this share of the largest of their atom are left out.

        Returns
        -------
        events : ndarray of int, shape (n_events, 3)
            Sample of the file at which the atom begins, then 0, then the number of the
            atom, counted from 1.
        """
        sizes = np.abs(self.Z)
        largest = sizes.max(axis=(0, 2), keepdims=True)
        kept = (sizes >= least * largest) & (sizes > 0)
        signal, atom, place = np.nonzero(kept)
        samples = self.first_samp + self._in_file(self.starts[signal] + place)
        events = np.column_stack([samples, np.zeros_like(samples), atom + 1])
        return events[np.lexsort((events[:, 2], events[:, 0]))]

    def _in_file(self, samples):
        """Convert samples to those of the file on disk."""
        if self.file_sfreq in (None, self.sfreq):
            return samples
        return np.round(samples / self.sfreq * self.file_sfreq).astype(int)

    def annotations(self, least=LEAST):
        """Activations as `mne.Annotations`: "atom k", with the duration of an atom."""
        events = self.events(least)
        onsets = (events[:, 0] - self.first_samp) / (self.file_sfreq or self.sfreq)
        words = [f"atom {k}" for k in events[:, 2]]
        return mne.Annotations(onsets, self.n_times_atom / self.sfreq, words)


def activations(learned, path, picks="grad", scale="type"):
    """Code a recording with learned atoms.

    Parameters
    ----------
    learned : Learned
        Atoms of a recording with the same channels.
    path : str or path
        A recording that MNE-Python reads. It is prepared as ``from_file`` prepared the
        recordings that were learned from: the same ``filter`` and ``resample``, and the
        same numbers to divide channels by.
    picks, scale : str
        As given to ``from_file``. ``scale`` is used only if those numbers are not
        known.

    Returns
    -------
    activations : Activations

    Raises
    ------
    ValueError
        If its channels or its sampling rate differ from those of the atoms.
    """
    opened = open_signals(path, picks, scale, **processing(learned))
    return activations_in(learned, opened, path)


def processing(learned):
    """The filter and the sampling rate of the atoms, as options of `open_signals`."""
    band, resample = (learned.info.get(key) for key in ("filter", "resample"))
    return {
        "band": None if band is None else str(band),
        "resample": None if resample is None else float(resample),
    }


def activations_in(learned, opened, path):
    """The same as :func:`activations`, for a recording that is already open.

    Parameters
    ----------
    learned : Learned
    opened : OpenRecordings
        From `signals.files.open_signals`.
    path : str or path
        File of the recording.

    Returns
    -------
    activations : Activations
    """
    n_times_atom = learned.D.shape[-1]
    X, _ = held_out(opened, 0.0, n_times_atom)
    _check_recording(learned, X, path)
    if "ch_scale" in learned.info:
        X.scales = np.reshape(learned.info["ch_scale"], (-1, 1))
    known = X.info()
    file = read_raw(find_file(path))
    return Activations(
        learned.transform(np.asarray(X)),
        np.asarray(known["starts"]),
        file.first_samp,
        known["sfreq"],
        n_times_atom,
        file.info["sfreq"],
    )


def _check_recording(learned, X, path):
    if hasattr(X, "paths"):
        raise ValueError(f"{path} is of several recordings: code one at a time.")
    if not hasattr(X, "raw"):
        raise ValueError(f"{path} is no recording: use learned.transform on its array.")
    known, found = learned.info, X.info()
    for key in ("ch_names", "sfreq"):
        if key in known and list(np.atleast_1d(known[key])) != list(
            np.atleast_1d(found[key])
        ):
            raise ValueError(
                f"{path} has other {key} than the atoms were learned with: use the "
                "same picks, and resample before."
            )
