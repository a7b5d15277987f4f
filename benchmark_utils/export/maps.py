"""Atoms of a recording as evoked fields of MNE-Python: maps and waveforms."""

import mne

from benchmark_utils.parameters.quantities import Band
from benchmark_utils.signals.sensors import sensor_info


def evokeds(learned):
    """Each rank-1 atom as an `mne.EvokedArray`, its map times its waveform.

    Channels are in units of the numbers that ``scale`` divided them by.

    Parameters
    ----------
    learned : Learned
        Atoms of a recording.

    Returns
    -------
    evokeds : list of mne.EvokedArray, length n_atoms
        They can be plotted, or written by `mne.write_evokeds`.

    Raises
    ------
    ValueError
        If the channels are not known.
    """
    known = learned.info
    if "ch_names" not in known:
        raise ValueError("These atoms are not of a recording: there are no channels.")
    if "ch_loc" in known:
        places = known["ch_names"], known["ch_loc"], known["sfreq"]
        info = sensor_info(*places, known.get("ch_types"))
    else:
        types = list(known.get("ch_types", ["eeg"] * len(known["ch_names"])))
        info = mne.create_info(list(known["ch_names"]), known["sfreq"], types)
        _place(info, known.get("ch_pos"))
    _note_filter(info, known.get("filter"))
    return [
        mne.EvokedArray(atom, info.copy(), comment=f"atom {k}", nave=1)
        for k, atom in enumerate(learned.D, start=1)
    ]


def _note_filter(info, band):
    """Write the limits of the filter to the fields that MNE-Python has for them."""
    if band is not None:
        with info._unlock():  # MNE-Python's own filters do the same
            for key, limit in zip(
                ("highpass", "lowpass"), Band.limits(str(band)), strict=True
            ):
                info[key] = info[key] if limit is None else limit


def _place(info, positions):
    if positions is not None:
        for channel, position in zip(info["chs"], positions, strict=True):
            channel["loc"][:3] = position
