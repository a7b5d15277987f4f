"""Positions of sensors around the head, as arrays and as `mne.Info`."""

import mne
import numpy as np

HELMET_RADIUS = 0.12  # metres
HELMET_ANGLE = np.deg2rad(115)  # from the top of the helmet to its lowest sensors


def sensor_info(ch_names, ch_loc, sfreq, ch_types=None):
    """The `mne.Info` that `mne.viz.plot_topomap` needs, from arrays of a result file.

    Parameters
    ----------
    ch_names : sequence of str, length n_channels
    ch_loc : array, shape (n_channels, 12)
        For each sensor: its position in metres, then, for MEG, three axes. The first
        axis is the direction of a gradiometer's derivative, and the last one points
        away from the head.
    sfreq : float
        In Hz.
    ch_types : sequence of str, length n_channels, or None
        MNE-Python's names of the types. None is gradiometers.

    Returns
    -------
    info : mne.Info
    """
    types = "grad" if ch_types is None else list(map(str, ch_types))
    info = mne.create_info(list(map(str, ch_names)), float(sfreq), types)
    for channel, loc in zip(info["chs"], np.array(ch_loc), strict=True):
        channel["loc"][:] = loc
    return info


def vectorview(n_channels=204):
    """Planar gradiometers of the Vectorview helmet, in pairs on a sphere.

    MNE-Python has the positions of the sensors on a flat map, with the nose up. This
    function wraps the map around a sphere.

    Parameters
    ----------
    n_channels : int
        At most 204. Fewer are pairs spread over the helmet.

    Returns
    -------
    ch_names : list of str
    ch_loc : array, shape (n_channels, 12)
        See `sensor_info`. The axis x points to the right, y to the front, z up.
    """
    layout = mne.channels.read_layout("Vectorview-grad")
    names = np.reshape(layout.names, (-1, 2))
    centres = (layout.pos[:, :2] + layout.pos[:, 2:] / 2).reshape(-1, 2, 2).mean(axis=1)
    pairs = np.linspace(0, len(names) - 1, (n_channels + 1) // 2).round().astype(int)
    outward, tangents = _wrap(centres)
    ch_loc = np.empty((len(names), 2, 12))
    ch_loc[:, :, :3] = HELMET_RADIUS * outward[:, np.newaxis]
    ch_loc[:, 0, 3:9] = tangents.reshape(-1, 6)
    ch_loc[:, 1, 3:6], ch_loc[:, 1, 6:9] = tangents[:, 1], -tangents[:, 0]
    ch_loc[:, :, 9:] = outward[:, np.newaxis]
    ch_loc = ch_loc[pairs].reshape(-1, 12)[:n_channels]
    return names[pairs].ravel()[:n_channels].tolist(), np.ascontiguousarray(ch_loc)


def _wrap(centres):
    """Normals (n_pairs, 3) and two tangents (n_pairs, 2, 3) of a map on the sphere."""
    centres = centres - (centres.min(axis=0) + centres.max(axis=0)) / 2
    x, y = centres.T
    radius, phi = np.hypot(x, y), np.arctan2(y, x)
    theta = HELMET_ANGLE * radius / radius.max()
    zero = np.zeros_like(phi)
    outward = [np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)]
    down = [np.cos(theta) * np.cos(phi), np.cos(theta) * np.sin(phi), -np.sin(theta)]
    around = [-np.sin(phi), np.cos(phi), zero]
    return np.stack(outward, axis=-1), np.stack([down, around]).transpose(2, 0, 1)
