"""Simulated recordings: Σ_k u_k (v_k * z_k) + noise, with sparse activations z_k."""

import numpy as np
import scipy.fft

DRIFT = 2.0  # Hz. 1/f noise is flat below, where recordings are high-passed
BAD_GAIN = 10  # factor on the noise of a bad channel
BLOCK = 10_000  # samples of a recording that are made at a time


def record(u, v, out, rng, *, rate, signed, sigma, pink, bads, sfreq):
    """Simulate one recording in place. It needs little memory beside the recording.

    Parameters
    ----------
    u : array, shape (n_atoms, n_channels)
    v : array, shape (n_atoms, n_times_atom)
    out : array, shape (n_channels, n_times)
        The recording is written here.
    rng : numpy.random.Generator
    rate : float
        Mean number of activations of each atom in a second.
    signed : bool
        Whether activations may be negative.
    sigma : float
        Standard deviation of the noise. Activations have sizes between 0.5 and 1.5.
    pink : float
        Fraction of the variance of the noise that is 1/f.
    bads : sequence of int
        Channels whose noise is multiplied by `BAD_GAIN`.
    sfreq : float
        In Hz.
    """
    n_times = out.shape[1]
    sources = np.zeros((len(v), n_times))
    for source, waveform in zip(sources, v, strict=True):
        onsets, amplitudes = draw_activations(
            n_times - len(waveform) + 1, rate / sfreq, signed, rng
        )
        for onset, amplitude in zip(onsets, amplitudes, strict=True):
            source[onset : onset + len(waveform)] += amplitude * waveform
    add_noise(out, sigma, pink, sfreq, rng)
    out[bads] *= BAD_GAIN
    for start in range(0, n_times, BLOCK):
        block = slice(start, start + BLOCK)
        out[:, block] += u.T @ sources[:, block]


def draw_activations(n_valid, probability, signed, rng):
    """Onsets, all different, and amplitudes, both of shape (n_activations,)."""
    count = rng.binomial(n_valid, probability)
    onsets = np.sort(rng.choice(n_valid, count, replace=False))
    amplitudes = rng.uniform(0.5, 1.5, count)
    signs = rng.choice([-1, 1], count)
    return onsets, amplitudes * signs if signed else amplitudes


def add_noise(out, sigma, pink, sfreq, rng):
    """Overwrite an array of shape (n_channels, n_times) with white or pink noise."""
    rng.standard_normal(out=out)
    out *= sigma
    if not pink:
        return
    n_times = out.shape[1]
    power = 1 / np.maximum(scipy.fft.rfftfreq(n_times, 1 / sfreq), DRIFT)
    gain = np.sqrt(1 - pink + pink * power / power.mean())
    for channel in out:  # one at a time: spectra are as large as signals
        channel[:] = scipy.fft.irfft(gain * scipy.fft.rfft(channel), n_times)
