"""Small recordings, written where MNE-Python looks for those that it distributes."""

import mne
import numpy as np

from benchmark_utils.signals.recordings import SAMPLE, SOMATO
from benchmark_utils.signals.sensors import sensor_info, vectorview

FOLDERS = {SAMPLE: "MNE-sample-data", SOMATO: "MNE-somato-data"}
SFREQ = 300  # Hz, about that of the somatosensory recording
TEST_POINT = 1e-12  # tesla per metre


def signals(n_channels=12, seconds=20, power_line=50, seed=0):
    """White noise, a rhythm of 10 Hz, the power line with a harmonic, and a drift."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * SFREQ)) / SFREQ
    rhythm, line, harmonic = (
        np.sin(2 * np.pi * f * t) for f in (10, power_line, 2 * power_line)
    )
    drift = 5 * np.cos(2 * np.pi * 0.1 * t)
    data = 0.1 * rng.standard_normal((n_channels, len(t)))
    return TEST_POINT * (data + rhythm + 3 * line + harmonic + drift)


def write(path, data, bads=()):
    """A FIF file of gradiometers, and of a magnetometer and a trigger beside them."""
    ch_names, ch_loc = vectorview(len(data))
    raw = mne.io.RawArray(data, sensor_info(ch_names, ch_loc, SFREQ), verbose="ERROR")
    others = mne.create_info(["MEG 0111", "STI 014"], SFREQ, ["mag", "stim"])
    rest = np.ones((2, data.shape[1]))
    raw.add_channels(
        [mne.io.RawArray(rest, others, verbose="ERROR")], force_update_info=True
    )
    raw.info["bads"] = list(bads)
    path.parent.mkdir(parents=True, exist_ok=True)
    raw.save(path, fmt="double", overwrite=True, verbose="ERROR")
    return path


def place(source, folder, data=None, bads=()):
    """Write a recording where MNE-Python looks for that source, below a folder."""
    data = signals(power_line=source.power_line) if data is None else data
    return write(folder / FOLDERS[source] / source.file, data, bads)
