import numpy as np
from benchopt import BaseDataset

from benchmark_utils.component import Component
from benchmark_utils.parameters.kinds import Choice
from benchmark_utils.parameters.quantities import Integer, Number
from benchmark_utils.signals.artefacts import add_artefacts
from benchmark_utils.signals.meg_atoms import draw_atoms
from benchmark_utils.signals.sensors import vectorview
from benchmark_utils.signals.simulated_meg import record

SFREQ = 150.0  # Hz, as in the paper (A.6)
N_SENSORS = 204  # gradiometers of the helmet
SHORTEST = 8  # samples of an atom. With fewer, a waveform has no shape


class Dataset(Component, BaseDataset):
    """Simulated MEG: rank-1 atoms that are known, sparse activations and noise (eq. 6).

    Gradiometers of the Vectorview helmet measure dipoles in the head. The waveforms of
    the dipoles are heartbeats, blinks, mu rhythms, evoked responses and spindles in
    turn. Nothing is downloaded, and recordings may last from seconds to hours.

    Durations are in seconds, at 150 Hz. Atoms have unit norm. Each is activated
    ``rate`` times a second on average, with amplitudes between 0.5 and 1.5, which have
    random signs if ``signed``. ``sigma`` is the *standard deviation* of the noise. The
    fraction ``pink`` of its variance is 1/f noise, which is flat below 2 Hz. In
    ``n_bad`` channels, the noise is ten times as loud. X is not scaled.

    Artefacts cover the share ``contamination`` of each recording: bursts of half to one
    and a half lengths of an atom, about ten times as large as an activation. Each has a
    shape of its own, that no atom has. The test recording has none. Where they are is
    known, and the mask of a robust method is judged by it.

    With ``model=conv``, the data are the same, and kernels of any rank are learned. The
    atoms are drawn first, then a test recording of ``test_duration``, then the
    ``n_signals`` recordings of ``duration``.
    """

    name = "simulated_meg"
    requirements = ["pip::mne", "pip::scipy"]
    parameters = {
        "duration": [60],
        "n_channels": [204],
        "n_atoms": [10],
        "atom_duration": [1.0],
        "rate": [0.5],
        "sigma": [0.1],
        "signed": [False],
        "pink": [0.0],
        "n_bad": [0],
        "contamination": [0],
        "n_signals": [1],
        "test_duration": [20],
        "model": ["rank1"],
    }
    kinds = {
        "model": Choice("rank1", "conv"),
        "n_channels": Integer(1, most=N_SENSORS),
        "rate": Number(0, most=SFREQ),
    }
    shown = {"duration": "duration", "n_channels": "n_channels", "n_atoms": "n_atoms"}
    test_parameters = {
        "duration": [2],
        "n_channels": [6],
        "n_atoms": [3],
        "atom_duration": [0.1],
        "test_duration": [1],
    }

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        self._check_bads()
        n_times_atom = self._n_times("atom_duration", SHORTEST)
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        ch_names, ch_loc = vectorview(self.n_channels)
        u, v = draw_atoms(self.n_atoms, n_times_atom, ch_loc, rng)
        bads = np.sort(rng.permutation(self.n_channels)[: self.n_bad])
        X, X_test, outliers = self._recordings(u, v, bads, rng)
        return {
            "X": X,
            "X_test": X_test,
            "D_true": u[:, :, np.newaxis] * v[:, np.newaxis, :],
            "model": self.model,
            "n_atoms": self.n_atoms,
            "atom_shape": (self.n_channels, n_times_atom),
            "info": {
                "sfreq": SFREQ,
                "ch_names": ch_names,
                "ch_loc": ch_loc,
                "bads": [ch_names[channel] for channel in bads],
                "u_true": u,
                "v_true": v,
                "outliers": outliers,
            },
        }

    def _check_bads(self):
        if self.n_bad > self.n_channels:
            raise ValueError(
                f"n_bad={self.n_bad} channels are more than n_channels="
                f"{self.n_channels}: use n_bad={self.n_channels} or less."
            )

    def _recordings(self, u, v, bads, rng):
        """Recordings to learn from, one to test on, and the outliers of the former."""
        n_times_atom = v.shape[1]
        n_test = self._n_times("test_duration", n_times_atom)
        n_times = self._n_times("duration", n_times_atom)
        X_test = self._record(u, v, (1, self.n_channels, n_test), bads, rng)
        X = self._record(u, v, (self.n_signals, self.n_channels, n_times), bads, rng)
        # Drawn last: with and without artefacts, the recording below them is the same.
        share = self.contamination
        outliers = add_artefacts(X, share, n_times_atom, rng) if share else None
        return X, X_test, outliers

    def _record(self, u, v, shape, bads, rng):
        X = np.empty(shape)
        for recording in X:
            record(
                u,
                v,
                recording,
                rng,
                rate=self.rate,
                signed=self.signed,
                sigma=self.sigma,
                pink=self.pink,
                bads=bads,
                sfreq=SFREQ,
            )
        return X

    def _n_times(self, name, least):
        """The number of samples of a duration, which must be at least ``least``."""
        seconds = getattr(self, name)
        if not least <= seconds * SFREQ < np.inf:
            what = "" if name == "atom_duration" else ", the length of an atom"
            raise ValueError(
                f"{name} must be at least {least / SFREQ:.3g} s, {least} samples at "
                f"{SFREQ:.0f} Hz{what}; got {seconds} s."
            )
        return round(seconds * SFREQ)
