"""What datasets of MEG recordings share."""

import uuid

import numpy as np
from benchopt import BaseDataset
from benchopt.config import get_data_path

from benchmark_utils.caching.files import stamps
from benchmark_utils.component import Component
from benchmark_utils.signals.meg import SFREQ, load
from benchmark_utils.signals.meg_signals import places, taken


class MEGDataset(Component, BaseDataset):
    """A clean recording that MNE-Python distributes, for rank-1 atoms.

    Attributes
    ----------
    source : benchmark_utils.signals.recordings.Source
    """

    source = None
    parameters = {
        "duration": [None],
        "n_atoms": [40],
        "atom_duration": [1.0],
        "test_fraction": [0.0],
    }
    shown = {"duration": "duration", "n_atoms": "n_atoms"}
    test_parameters = {"duration": [4], "n_atoms": [2], "atom_duration": [0.1]}
    prepare_cache_ignore = "all"

    @property
    def folder(self):
        """Folder in which benchopt keeps the data of this dataset."""
        return get_data_path(self.name)

    @property
    def n_times_atom(self):
        """Samples of an atom."""
        if not 1 <= self.atom_duration * SFREQ < float("inf"):
            raise ValueError(
                f"atom_duration must be at least {1 / SFREQ:.4f} s, one sample at "
                f"{SFREQ:.0f} Hz; got {self.atom_duration}."
            )
        return round(self.atom_duration * SFREQ)

    def depends_on(self):
        return {**super().depends_on(), "recording": self._stamps()}

    def _stamps(self):
        """Stamps of the recording. Without one, they are new each time."""
        try:
            return stamps(self.source.locate())
        except FileNotFoundError:
            return uuid.uuid4().hex

    def prepare(self):
        """Download the recording, unless it exists, and clean it."""
        self.source.fetch()
        load(self.source, self.folder)

    def get_data(self):
        n_times_atom = self.n_times_atom
        recording = load(self.source, self.folder)
        train, test = places(recording, self.duration, n_times_atom, self.test_fraction)
        X, X_test = taken(recording, train, test)
        data = {
            "X": X,
            "model": "rank1",
            "n_atoms": self.n_atoms,
            "atom_shape": (X.shape[1], n_times_atom),
            "info": {
                "sfreq": SFREQ,
                "ch_names": recording.ch_names,
                "ch_loc": recording.ch_loc,
                **_starts(recording, train, test),
            },
        }
        return data if X_test is None else {**data, "X_test": X_test}


def _starts(recording, train, test):
    """First sample of each signal, counted from that of the file, at 150 Hz.

    The first sample of the file is number ``first_samp`` of the measurement. Stretches
    are resampled separately, so a start may be off by half a sample.
    """
    found = {"starts": train, "starts_test": test}
    starts = {
        key: np.round(recording.time(place.starts) * SFREQ).astype(int)
        for key, place in found.items()
        if place is not None
    }
    return {**starts, "first_samp": round(recording.first_time * SFREQ)}
