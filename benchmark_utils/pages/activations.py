"""A stretch of a recording as a picture: signal, reconstruction, activations."""

import numpy as np
from matplotlib.figure import Figure
from mne.defaults import DEFAULTS

from benchmark_utils.pages.pictures import pixels

SIGNAL, REBUILT, CODES = "#888888", "#0072B2", "#D55E00"


def channel(final):
    """Return what the shown channel is called, and its unit.

    Parameters
    ----------
    final : dict
        ``stretch``, and where they are known ``ch_names``, ``ch_types`` and
        ``ch_scale``, the number that each channel was divided by.

    Returns
    -------
    name : str or None
    unit : str
        Of the signal times ``factor``.
    factor : float
    """
    index = int(final["stretch"]["channel"])
    names, types, scales = (final.get(f"ch_{k}") for k in ("names", "types", "scale"))
    name = None if names is None else str(names[index])
    if types is None or scales is None:
        return name, "scaled", 1.0
    kind = str(types[index])
    factor = DEFAULTS["scalings"].get(kind, 1.0) * float(scales[index])
    return name, DEFAULTS["units"].get(kind, "AU"), factor


def explained(stretch):
    """Return the share of the variance of the shown signal that is reconstructed."""
    signal, rebuilt = (
        np.asarray(stretch[key], dtype=float) for key in ("signal", "reconstruction")
    )
    variance = np.square(signal - signal.mean()).sum()
    return 1 - np.square(signal - rebuilt).sum() / variance if variance else np.nan


def part(final):
    """Return in words which atoms and channels are shown, of how many.

    Parameters
    ----------
    final : dict
        ``stretch``, and where they are known ``u``, ``D`` and ``ch_names``.
    """
    atoms = next((final[k] for k in ("u", "D") if final.get(k) is not None), None)
    n_shown = len(final["stretch"]["atoms"])
    known = "" if atoms is None else f" of {len(atoms)}"
    names = final.get("ch_names")
    channels = "one channel" if names is None else f"one of {len(names)} channels"
    if atoms is not None and len(atoms) == n_shown:
        return f"{channels}; all {n_shown} atoms"
    return f"{channels}; the {n_shown} most active{known} atoms"


def figure_of_stretch(final):
    """Return a picture of a stretch, an array of RGB in [0, 1].

    Above, the signal and its reconstruction. Below, a row for each of the atoms that
    are most active: a bar where it starts, as high as its code.

    Parameters
    ----------
    final : dict
        See :func:`channel`, with ``sfreq`` in Hz where it is known.

    Returns
    -------
    array, shape (height, width, 3)
    """
    stretch, sfreq = final["stretch"], final.get("sfreq")
    times = np.arange(len(stretch["signal"])) / (sfreq or 1)
    codes = np.asarray(stretch["activations"], dtype=float)
    figure = Figure(figsize=(7.2, 6.4), layout="constrained", dpi=110)
    heights = [3, *[0.8] * len(codes)]
    above, *rows = figure.subplots(len(heights), sharex=True, height_ratios=heights)
    _draw_signals(above, times, final)
    largest = np.abs(codes).max() or 1
    for axes, atom, code in zip(rows, stretch["atoms"], codes, strict=True):
        used = np.flatnonzero(code)
        axes.vlines(times[used], 0, code[used] / largest, color=CODES, linewidth=1.2)
        axes.axhline(0, color="0.7", linewidth=0.6)
        low = -1.1 if (codes < 0).any() else -0.05
        axes.set(ylim=(low, 1.1), yticks=[])
        axes.set_ylabel(f"atom {atom + 1}", rotation=0, ha="right", va="center")
    rows[0].set_title("activations: a bar where an atom starts", fontsize=10)
    rows[-1].set_xlabel("time (s)" if sfreq else "samples")
    margin = (times[-1] - times[0]) / 100  # or the first bar is on the frame
    rows[-1].set_xlim(times[0] - margin, times[-1] + margin)
    return pixels(figure)


def _draw_signals(axes, times, final):
    stretch = final["stretch"]
    name, unit, factor = channel(final)
    signal, rebuilt = (
        factor * np.asarray(stretch[key], dtype=float)
        for key in ("signal", "reconstruction")
    )
    axes.plot(times, signal, color=SIGNAL, linewidth=1.2, label="signal")
    axes.plot(times, rebuilt, color=REBUILT, linewidth=1, label="reconstruction")
    axes.set_ylabel(f"{name} ({unit})" if name else f"signal ({unit})")
    # Above the panel: a legend inside would cover the signal.
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
