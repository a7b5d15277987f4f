"""Rank-1 atoms of recordings as pictures: map on the head, waveform, spectrum."""

from dataclasses import dataclass

import mne
import numpy as np
from matplotlib.figure import Figure
from scipy.signal import correlate, periodogram

from benchmark_utils.pages.pictures import pixels
from benchmark_utils.scoring.scores import factor_correlations, match
from benchmark_utils.signals.sensors import sensor_info

LEARNED, KNOWN = "#0072B2", "#888888"
NEEDED = ("u", "v", "sfreq", "ch_names", "ch_loc")
# Types of sensors that have maps, and what they are called.
MAPPED = {"grad": "gradiometers", "mag": "magnetometers", "eeg": "EEG"}
FEWEST = 4  # sensors of a map
HIGHEST = 40  # Hz, of the spectra
N_FREQUENCIES = 512


@dataclass(frozen=True)
class Atom:
    """A learned atom and, if known, the atom that it is matched with.

    Attributes
    ----------
    u : array, shape (n_channels,)
    v : array, shape (n_times_atom,)
    u_known, v_known : arrays of the same shapes, or None
    lag : int
        Samples by which ``v`` is late.
    alike : tuple of float, or None
        Correlations of the maps and of the waveforms.
    """

    u: np.ndarray
    v: np.ndarray
    u_known: np.ndarray | None = None
    v_known: np.ndarray | None = None
    lag: int = 0
    alike: tuple | None = None


def chosen_atoms(final, n_shown):
    """Return the atoms to show of a learned dictionary, at most ``n_shown``.

    They are those that match the first reference atoms, which are sorted by importance,
    or the first true atoms. If neither are known, they are the most used atoms. The
    matching is that of ``recovery_uv``, which ignores signs and shifts. The drawing
    ignores them as well.

    Parameters
    ----------
    final : dict
        ``u`` and ``v``. If known, also ``usage``, and ``reference`` or ``truth``, both
        dicts of ``u`` and ``v``.
    n_shown : int

    Returns
    -------
    list of Atom
    """
    u, v = np.asarray(final["u"]), np.asarray(final["v"])
    known = final.get("reference") or final.get("truth")
    if known is None:
        usage = final.get("usage")
        order = np.arange(len(u)) if usage is None else np.argsort(-np.asarray(usage))
        return [Atom(u[k], v[k]) for k in order[:n_shown]]
    u_known, v_known = np.asarray(known["u"]), np.asarray(known["v"])
    C_u, C_v, C = factor_correlations(u, v, u_known, v_known)
    pairs = sorted(zip(*match(C), strict=True), key=lambda pair: pair[1])
    return [
        _matched(u[k], v[k], u_known[m], v_known[m], (C_u[k, m], C_v[k, m]))
        for k, m in pairs[:n_shown]
    ]


def part(final, n_shown):
    """Return in words which atoms `chosen_atoms` takes, of how many."""
    n_atoms = len(final["u"])
    n = min(n_shown, n_atoms)
    which = "first" if final.get("usage") is None else "most used"
    for key, what in (("reference", "reference"), ("truth", "true")):
        if final.get(key):
            n_known = len(final[key]["u"])
            n = min(n, n_known)
            which = f"ones that match the first {n} of {n_known} {what} atoms"
            break
    return f"all {n} atoms" if n == n_atoms else f"{n} of {n_atoms} atoms: the {which}"


def _matched(u, v, u_known, v_known, alike):
    overlaps = correlate(v, v_known)
    best = np.abs(overlaps).argmax()
    sign = np.sign(overlaps[best]) or 1.0
    return Atom(u, sign * v, u_known, v_known, best - len(v_known) + 1, alike)


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
    whose = ["learned", "known"] if atoms[0].u_known is not None else ["map"]
    titles = [f"{one}\n{MAPPED[kind]}" for kind in sensors for one in whose]
    widths = [1] * len(titles) + [2, 2]
    figure.set_size_inches(1.07 * sum(widths), 0.4 + 1.05 * len(atoms))
    panels = figure.subplots(
        len(atoms), len(widths), squeeze=False, width_ratios=widths
    )
    for atom, (*maps, wave, spectrum) in zip(atoms, panels, strict=True):
        _draw_maps(maps, atom, sensors)
        _draw_waves(wave, spectrum, atom, final["sfreq"])
    for axes, title in zip(panels[0], [*titles, "waveform", "spectrum"], strict=True):
        axes.set_title(title, fontsize=8)
    panels[-1, -2].set_xlabel("time (s)")
    panels[-1, -1].set_xlabel("frequency (Hz)")


def _draw_maps(panels, atom, sensors):
    values = [u for u in (atom.u, atom.u_known) if u is not None]
    drawn = [(u[shown], info) for shown, info in sensors.values() for u in values]
    for axes, (u, info) in zip(panels, drawn, strict=True):
        # Planar gradiometers: mne draws the norm of each pair, which has no sign.
        mne.viz.plot_topomap(
            u, info, axes=axes, show=False, sensors=False, contours=3, res=64
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


def figure_of_atoms(final, n_shown):
    """Return the picture of a learned dictionary, an array of RGB in [0, 1].

    Parameters
    ----------
    final : dict
        As of `chosen_atoms` and `draw_atoms`.
    n_shown : int

    Returns
    -------
    array, shape (height, width, 3)
    """
    figure = Figure(layout="constrained", dpi=100)
    draw_atoms(figure, chosen_atoms(final, n_shown), final)
    return pixels(figure)
