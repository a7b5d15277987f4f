"""Rank-1 atoms of recordings as pictures: map on the head, waveform, spectrum."""

import mne
import numpy as np
from matplotlib.figure import Figure
from scipy.signal import periodogram

from benchmark_utils.pages.matched_atoms import in_order
from benchmark_utils.pages.pictures import pixels
from benchmark_utils.signals.sensors import sensor_info

LEARNED, KNOWN = "#0072B2", "#888888"
NEEDED = ("u", "v", "sfreq", "ch_names", "ch_loc")
# Types of sensors that have maps, and what they are called.
MAPPED = {"grad": "gradiometers", "mag": "magnetometers", "eeg": "EEG"}
FEWEST = 4  # sensors of a map
HIGHEST = 40  # Hz, of the spectra
N_FREQUENCIES = 512


def can_be_drawn(final):
    """Whether atoms have rank 1, and the places of their sensors are known."""
    if any(final.get(key) is None for key in NEEDED):
        return False
    return bool(_mapped_sensors(final))


def _mapped_sensors(final):
    """Sensors that maps are of, for each type: which ones, and where they are."""
    names, places = np.asarray(final["ch_names"]), np.asarray(final["ch_loc"])
    types = final.get("ch_types")
    types = np.full(len(names), "grad") if types is None else np.asarray(types)
    known = np.isfinite(places[:, :3]).all(axis=1) & places[:, :3].any(axis=1)
    of_type = {kind: np.flatnonzero(known & (types == kind)) for kind in MAPPED}
    return {
        kind: (
            shown,
            sensor_info(names[shown], places[shown], final["sfreq"], types[shown]),
        )
        for kind, shown in of_type.items()
        if len(shown) >= FEWEST
    }


def draw_atoms(figure, atoms, final):
    """Draw atoms in rows: the map, the known one, the waveforms, the spectra.

    Parameters
    ----------
    figure : matplotlib Figure
    atoms : list of Atom
    final : dict
        ``sfreq`` in Hz, ``ch_names``, ``ch_loc`` and ``ch_types``, see
        `benchmark_utils.signals.sensors.sensor_info`. Each type of sensors has maps.
    """
    sensors = _mapped_sensors(final)
    beside = any(atom.u_known is not None for atom in atoms)
    whose = ["learned", "known"] if beside else ["map"]
    titles = [f"{one}\n{MAPPED[kind]}" for kind in sensors for one in whose]
    widths = [1] * len(titles) + [2, 2]
    panels = _panels(figure, len(atoms), widths)
    for atom, (*maps, wave, spectrum) in zip(atoms, panels, strict=True):
        _draw_maps(maps, atom, sensors, len(whose))
        _draw_waves(wave, spectrum, atom, final["sfreq"])
    for axes, title in zip(panels[0], [*titles, "waveform", "spectrum"], strict=True):
        axes.set_title(title, fontsize=8)
    _share_times(panels[:, -2])
    for axes in panels[:-1, -2:].flat:
        axes.tick_params(labelbottom=False)
    panels[-1, -2].set_xlabel("time (s)", fontsize=8)
    panels[-1, -1].set_xlabel("frequency (Hz)", fontsize=8)


def _share_times(waves):
    """Give all waveforms the same times, whatever their lags."""
    limits = np.array([axes.get_xlim() for axes in waves])
    for axes in waves:
        axes.set_xlim(limits[:, 0].min(), limits[:, 1].max())


def _panels(figure, n_rows, widths):
    """Axes at fixed places: a constrained layout takes as long as all drawing."""
    width, height = 1.07 * sum(widths), 0.8 + 1.05 * n_rows
    figure.set_size_inches(width, height)
    figure.set_layout_engine(None)
    figure.subplots_adjust(
        left=0.5 / width,
        right=1 - 0.15 / width,
        bottom=0.4 / height,
        top=1 - 0.4 / height,
        hspace=0.12,
        wspace=0.1,
    )
    return figure.subplots(n_rows, len(widths), squeeze=False, width_ratios=widths)


def _draw_maps(panels, atom, sensors, n_maps):
    """Maps of each type of sensors: the learned one, then the known one, if any."""
    maps = [atom.u, atom.u_known][:n_maps]
    drawn = [(u, shown, info) for shown, info in sensors.values() for u in maps]
    for axes, (u, shown, info) in zip(panels, drawn, strict=True):
        if u is None:
            axes.set_axis_off()
            continue
        # Planar gradiometers: mne draws the norm of each pair, which has no sign.
        mne.viz.plot_topomap(
            u[shown], info, axes=axes, show=False, sensors=False, contours=3, res=64
        )
    if atom.alike:
        panels[0].set_ylabel(
            "u {:.2f}\nv {:.2f}".format(*atom.alike), fontsize=8,
            rotation=0, ha="right", va="center",
        )  # fmt: skip


def _draw_waves(wave, spectrum, atom, sfreq):
    """Waveforms at the lag of their largest correlation, and their power in dB."""
    lines = [(atom.v_known, 0, KNOWN), (atom.v, atom.lag, LEARNED)]
    for v, lag, color in lines:
        if v is None:
            continue
        wave.plot((np.arange(len(v)) - lag) / sfreq, v, color=color, linewidth=1.2)
        frequencies, power = periodogram(v, sfreq, nfft=max(N_FREQUENCIES, len(v)))
        level = 10 * np.log10(power / (power.max() or 1) + 1e-3)  # -30 dB at least
        spectrum.plot(frequencies, level, color=color, linewidth=1.2)
    spectrum.set_xlim(0, min(HIGHEST, sfreq / 2))
    for axes in (wave, spectrum):
        axes.set_yticks([])
        axes.tick_params(labelsize=7)


def figure_of_atoms(final, part):
    """Return the picture of some atoms, an array of RGB in [0, 1].

    Parameters
    ----------
    final : dict
        As of `draw_atoms` and `matched_atoms.in_order`.
    part : slice
        Which atoms, in that order.

    Returns
    -------
    array, shape (height, width, 3)
    """
    figure = Figure(dpi=100)
    draw_atoms(figure, in_order(final)[part], final)
    return pixels(figure)
