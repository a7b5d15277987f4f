"""Atoms of a simulated brain: dipoles in the head, each with a waveform."""

import numpy as np
from scipy.signal.windows import tukey

BASELINE = 0.0168  # metres between the two loops of a planar gradiometer
HEAD_RADIUS = 0.09  # metres, from the origin
JITTER = 0.015  # metres, standard deviation of the place of dipoles of one kind
SPEED = 0.5  # log of the largest factor on the speed of a waveform


def _bump(t, centre, width):
    return np.exp(-0.5 * ((t - centre) / width) ** 2)


def heartbeat(t):
    """A sharp complex between two slow waves."""
    sharp = _bump(t, 0, 0.015) - 0.3 * (_bump(t, -0.04, 0.015) + _bump(t, 0.04, 0.02))
    return sharp + 0.1 * _bump(t, -0.16, 0.03) + 0.25 * _bump(t, 0.27, 0.05)


def blink(t):
    """A wide wave and a slow return."""
    return _bump(t, -0.05, 0.07) - 0.25 * _bump(t, 0.2, 0.12)


def mu_rhythm(t):
    """Arches at 10 Hz. The second harmonic makes them pointed on one side."""
    arches = np.cos(2 * np.pi * 10 * t) + 0.4 * np.cos(2 * np.pi * 20 * t)
    return arches * _bump(t, 0, 0.16)


def evoked(t):
    """A response in three waves, each slower than the one before."""
    waves = _bump(t, -0.2, 0.02), _bump(t, -0.1, 0.03), _bump(t, 0.05, 0.07)
    return 0.4 * waves[0] - waves[1] + 0.6 * waves[2]


def spindle(t):
    """A burst that slows down from 14 to 12 Hz."""
    return np.sin(2 * np.pi * (13 * t - t**2)) * np.cos(np.pi * np.clip(t, -0.5, 0.5))


# Waveform and where it comes from, in metres: right or left, front, up.
KINDS = (
    (heartbeat, (0.0, -0.03, -0.06)),
    (blink, (0.03, 0.08, -0.02)),
    (mu_rhythm, (0.045, 0.0, 0.055)),
    (evoked, (0.06, 0.0, 0.02)),
    (spindle, (0.02, -0.05, 0.05)),
)


def draw_atoms(n_atoms, n_times_atom, ch_loc, rng):
    """Rank-1 atoms of all kinds in turn, each with its own place and speed.

    Waveforms last one second. They are stretched to the length of the atom.

    Parameters
    ----------
    n_atoms, n_times_atom : int
    ch_loc : array, shape (n_channels, 12)
        See `benchmark_utils.signals.sensors`.
    rng : numpy.random.Generator

    Returns
    -------
    u : array, shape (n_atoms, n_channels)
    v : array, shape (n_atoms, n_times_atom)
        Both have unit norm.
    """
    t = np.linspace(-0.5, 0.5, n_times_atom + 2)[1:-1]
    taper = tukey(n_times_atom + 2, 0.2)[1:-1]  # no zeros at the ends
    u, v = np.empty((n_atoms, len(ch_loc))), np.empty((n_atoms, n_times_atom))
    for k in range(n_atoms):
        waveform, place = KINDS[k % len(KINDS)]
        v[k] = taper * waveform(np.exp(rng.uniform(-SPEED, SPEED)) * t)
        side = rng.choice([-1, 1])
        position = np.multiply(place, (side, 1, 1)) + JITTER * rng.standard_normal(3)
        position *= min(1, HEAD_RADIUS / np.linalg.norm(position))
        u[k] = dipole_field(position, rng.standard_normal(3), ch_loc)
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    return u, v


def dipole_field(position, moment, ch_loc):
    """The field of a current dipole in a spherical head, at planar gradiometers.

    A gradiometer measures the difference of the radial field between two loops. The
    currents that the dipole causes around it do not contribute to the radial field
    (Sarvas, 1987). The result is up to a constant factor.

    Parameters
    ----------
    position, moment : array, shape (3,)
    ch_loc : array, shape (n_channels, 12)
        The sphere is centred at the origin.

    Returns
    -------
    field : array, shape (n_channels,)
    """
    half = BASELINE / 2 * ch_loc[:, 3:6]
    centre, normal = ch_loc[:, :3], ch_loc[:, 9:]
    current = normal @ np.cross(position, moment)
    ahead, behind = (
        np.linalg.norm(centre + shift - position, axis=1) ** -3
        for shift in (half, -half)
    )
    tilt = half @ np.cross(position, moment) / np.linalg.norm(centre, axis=1)
    return current * (ahead - behind) + tilt * (ahead + behind)
