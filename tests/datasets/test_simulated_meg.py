"""Simulated recordings: the atoms, where sensors see them, and what is recorded."""

import pickle
import tracemalloc

import mne
import numpy as np
import pytest
import scipy.signal
from benchopt.base import BaseDataset
from seeds import check_data_follow_the_seed

from benchmark_utils.problem.validation import check_problem
from benchmark_utils.scoring.scores import correlations
from benchmark_utils.signals.artefacts import add_artefacts
from benchmark_utils.signals.meg_atoms import KINDS, dipole_field, draw_atoms
from benchmark_utils.signals.sensors import HELMET_RADIUS, sensor_info, vectorview
from benchmark_utils.signals.simulated_meg import add_noise, draw_activations, record

SFREQ = 150
SMALL = {
    "duration": 4,
    "n_channels": 20,
    "n_atoms": 6,
    "atom_duration": 0.4,
    "test_duration": 2,
}
QUIET = {"rate": 1, "signed": False, "sigma": 0, "pink": 0, "bads": [], "sfreq": SFREQ}


def atoms(n_atoms=10, n_times_atom=150, n_channels=204, seed=0):
    rng = np.random.default_rng(seed)
    return draw_atoms(n_atoms, n_times_atom, vectorview(n_channels)[1], rng)


def recording(n_times=3000, n_atoms=5, seed=0, **settings):
    u, v = atoms(n_atoms, 60, 12)
    out = np.full((12, n_times), np.nan)
    record(u, v, out, np.random.default_rng(seed), **QUIET | settings)
    return out


def test_helmet_has_the_sensors_of_the_instrument():
    ch_names, ch_loc = vectorview()
    assert len(ch_names) == 204 and ch_names[:2] == ["MEG 0113", "MEG 0112"]
    np.testing.assert_allclose(np.linalg.norm(ch_loc[:, :3], axis=1), HELMET_RADIUS)
    axes = ch_loc[:, 3:].reshape(-1, 3, 3)
    np.testing.assert_allclose(
        axes @ axes.transpose(0, 2, 1), np.tile(np.eye(3), (204, 1, 1)), atol=1e-12
    )
    np.testing.assert_allclose(np.linalg.det(axes), 1)
    np.testing.assert_allclose(axes[:, 2], ch_loc[:, :3] / HELMET_RADIUS)
    # Two sensors of a pair are at one place, and measure across each other.
    first, second = ch_loc[::2], ch_loc[1::2]
    np.testing.assert_array_equal(first[:, :3], second[:, :3])
    np.testing.assert_allclose((first[:, 3:6] * second[:, 3:6]).sum(1), 0, atol=1e-12)


def test_helmet_has_left_and_right_front_and_back():
    place = dict(zip(*vectorview(), strict=True))
    left, right, front, back = (
        place[f"MEG {name}"] for name in ("0113", "1413", "0523", "2113")
    )
    assert left[0] < -0.07 and right[0] > 0.07
    assert front[1] > 0.07 and back[1] < -0.07


@pytest.mark.parametrize("n_channels", [1, 2, 7, 50, 203])
def test_fewer_channels_are_spread_over_the_helmet(n_channels):
    ch_names, ch_loc = vectorview(n_channels)
    assert len(ch_names) == len(set(ch_names)) == n_channels
    assert ch_loc.shape == (n_channels, 12)
    if n_channels >= 7:
        assert np.ptp(ch_loc[:, :2], axis=0).min() > HELMET_RADIUS


def test_topographies_are_drawn_from_plain_arrays():
    u, _ = atoms(n_atoms=2)
    ch_names, ch_loc = vectorview()
    info = sensor_info(ch_names, ch_loc, SFREQ)
    assert len(pickle.dumps(info)) < 100_000
    picture, _ = mne.viz.plot_topomap(u[0], info, show=False)
    assert np.nanstd(picture.get_array().filled(np.nan)) > 0
    with pytest.raises(ValueError, match="argument"):
        sensor_info(ch_names[:-1], ch_loc, SFREQ)


@pytest.mark.slow  # compiles, the first time
def test_fields_are_those_of_mne():
    ch_names, ch_loc = vectorview()
    info = sensor_info(ch_names, ch_loc, SFREQ)
    with info._unlock():
        info["dev_head_t"] = mne.transforms.Transform("meg", "head", np.eye(4))
    places = np.array([place for _, place in KINDS])
    moments = np.random.default_rng(0).standard_normal(places.shape)
    moments /= np.linalg.norm(moments, axis=1, keepdims=True)
    ones, times = np.ones(len(places)), np.arange(len(places)) / 1000
    dipoles = mne.Dipole(times, places, ones, moments, ones)
    sphere = mne.make_sphere_model((0, 0, 0), head_radius=None, verbose="ERROR")
    forward, _ = mne.make_forward_dipole(dipoles, sphere, info, verbose="ERROR")
    for place, moment, expected in zip(
        places, moments, forward["sol"]["data"].T, strict=True
    ):
        field = dipole_field(place, moment, ch_loc)
        correlation = field @ expected
        correlation /= np.linalg.norm(field) * np.linalg.norm(expected)
        assert correlation > 0.97, place


def test_atoms_have_unit_norm_and_are_smooth():
    u, v = atoms(n_atoms=40)
    assert u.shape == (40, 204) and v.shape == (40, 150)
    np.testing.assert_allclose(np.linalg.norm(u, axis=1), 1)
    np.testing.assert_allclose(np.linalg.norm(v, axis=1), 1)
    assert np.abs(v[:, [0, -1]]).max() < 0.02  # they begin and end in silence
    spectrum = np.abs(np.fft.rfft(v, 4 * SFREQ)) ** 2
    frequencies = np.fft.rfftfreq(4 * SFREQ, 1 / SFREQ)
    assert spectrum[:, frequencies > 60].sum() < 1e-3 * spectrum.sum()


def test_rhythms_have_their_frequency():
    t = np.arange(-75, 75) / SFREQ
    frequencies = np.fft.rfftfreq(8 * SFREQ, 1 / SFREQ)
    kinds = {waveform.__name__: waveform(t) for waveform, _ in KINDS}
    for name, expected in (("mu_rhythm", 10), ("spindle", 13)):
        peak = frequencies[np.abs(np.fft.rfft(kinds[name], 8 * SFREQ)).argmax()]
        assert peak == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("seed", range(3))
def test_atoms_differ(seed):
    u, v = atoms(n_atoms=20, seed=seed)
    D = u[:, :, None] * v[:, None, :]
    C = correlations(D, D)
    np.testing.assert_allclose(np.diag(C), 1)
    assert np.max(C - np.eye(20)) < 0.95


def test_activations_are_as_asked_for():
    rng = np.random.default_rng(0)
    onsets, amplitudes = draw_activations(100_000, 0.02, False, rng)
    assert len(onsets) == pytest.approx(2000, rel=0.1)
    assert len(np.unique(onsets)) == len(onsets)
    assert onsets.min() >= 0 and onsets.max() < 100_000
    assert 0.5 <= amplitudes.min() and amplitudes.max() <= 1.5
    _, signed = draw_activations(100_000, 0.02, True, rng)
    assert np.mean(signed < 0) == pytest.approx(0.5, abs=0.05)
    onsets, _ = draw_activations(100, 0, False, rng)
    assert onsets.size == 0


def test_recordings_are_sums_of_convolutions():
    u, v = atoms(3, 60, 12)
    n_times = 25_000  # more than two blocks
    out = np.empty((12, n_times))
    record(u, v, out, np.random.default_rng(0), **QUIET | {"signed": True})
    rng = np.random.default_rng(0)
    expected = np.zeros_like(out)
    for spatial, waveform in zip(u, v, strict=True):
        n_valid = n_times - 60 + 1
        onsets, amplitudes = draw_activations(n_valid, 1 / SFREQ, True, rng)
        z = np.zeros(n_valid)
        z[onsets] = amplitudes
        expected += np.outer(spatial, scipy.signal.convolve(z, waveform))
    np.testing.assert_allclose(out, expected, atol=1e-12)
    assert np.abs(out[:, -60:]).max() < 10 and np.isfinite(out).all()


def test_noise_is_added_to_the_same_activations():
    quiet, noisy, noisier = (recording(sigma=sigma) for sigma in (0, 0.1, 0.2))
    noise = noisy - quiet
    assert noise.std() == pytest.approx(0.1, rel=0.02)
    np.testing.assert_allclose(noisier - quiet, 2 * noise, atol=1e-12)


def test_bad_channels_are_louder():
    quiet, noisy, bad = (
        recording(),
        recording(sigma=0.1),
        recording(sigma=0.1, bads=[3, 7]),
    )
    changed = np.flatnonzero((noisy != bad).any(axis=1))
    np.testing.assert_array_equal(changed, [3, 7])
    np.testing.assert_allclose(
        (bad - quiet)[[3, 7]], 10 * (noisy - quiet)[[3, 7]], atol=1e-12
    )


@pytest.mark.parametrize("n_times", [40_000, 40_001])
def test_pink_noise_has_more_power_below(n_times):
    noise = {}
    for pink in (0, 0.5, 1):
        out = np.empty((4, n_times))
        add_noise(out, 0.3, pink, SFREQ, np.random.default_rng(0))
        assert out.std() == pytest.approx(0.3, rel=0.05), pink
        frequencies, power = scipy.signal.welch(out, SFREQ, nperseg=600)
        power = power.mean(axis=0)
        low = power[(frequencies > 4) & (frequencies < 6)].mean()
        high = power[(frequencies > 40) & (frequencies < 60)].mean()
        noise[pink] = low / high
    assert noise[0] == pytest.approx(1, rel=0.15)
    assert noise[1] == pytest.approx(10, rel=0.15)
    assert 2 < noise[0.5] < 10


def test_dataset_fits_the_contract(load):
    data = load("simulated_meg", **SMALL)
    X, X_test = check_problem(
        data["X"], data["X_test"], data["model"], data["n_atoms"], data["atom_shape"]
    )
    assert X is data["X"] and X_test is data["X_test"]  # float64, C order: no copy
    assert X.shape == (1, 20, 600) and X_test.shape == (1, 20, 300)
    assert data["model"] == "rank1" and data["atom_shape"] == (20, 60)
    info, D_true = data["info"], data["D_true"]
    assert D_true.shape == (6, 20, 60)
    np.testing.assert_allclose(np.linalg.norm(D_true.reshape(6, -1), axis=1), 1)
    np.testing.assert_allclose(
        np.einsum("kc,kt->kct", info["u_true"], info["v_true"]), D_true
    )
    assert len(info["ch_names"]) == len(info["ch_loc"]) == 20
    assert info["sfreq"] == 150 and info["bads"] == []


def test_dataset_of_the_size_of_the_paper(load):
    data = load("simulated_meg", duration=10, n_atoms=40)
    assert data["X"].shape == (1, 204, 1500) and data["atom_shape"] == (204, 150)
    assert data["D_true"].shape == (40, 204, 150)


def test_recordings_differ_and_share_their_atoms(load):
    data = load("simulated_meg", **SMALL, n_signals=3, sigma=0.02)
    assert data["X"].shape == (3, 20, 600)
    assert not np.intersect1d(data["X"][0], data["X"][1]).size
    # What they share is the space that the maps of the atoms span.
    U = data["info"]["u_true"].T
    for X in (*data["X"], data["X_test"][0]):
        rest = X - U @ (np.linalg.pinv(U) @ X)
        assert rest.std() == pytest.approx(0.02 * np.sqrt(14 / 20), rel=0.05)


def test_truth_does_not_depend_on_the_recordings(load):
    default = load("simulated_meg", **SMALL)
    for change in ({"duration": 8}, {"n_signals": 2}, {"model": "conv"}):
        data = load("simulated_meg", **SMALL | change)
        np.testing.assert_array_equal(data["D_true"], default["D_true"])
        np.testing.assert_array_equal(data["X_test"], default["X_test"])
    assert data["model"] == "conv"
    for change in ({"sigma": 0.3}, {"pink": 0.5}, {"n_bad": 2}, {"signed": True}):
        data = load("simulated_meg", **SMALL | change)
        np.testing.assert_array_equal(data["D_true"], default["D_true"])
        assert np.abs(data["X"] - default["X"]).max() > 0


def test_dataset_names_its_bad_channels(load):
    data = load("simulated_meg", **SMALL, n_bad=3, sigma=1)
    loud = data["X"][0].std(axis=1) > 5
    names = np.array(data["info"]["ch_names"])
    assert list(names[loud]) == data["info"]["bads"] and len(data["info"]["bads"]) == 3


def test_long_recordings_need_little_more_than_themselves(load):
    tracemalloc.start()
    try:
        data = load("simulated_meg", duration=240, pink=0.5)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert data["X"].shape == (1, 204, 36_000)
    assert peak < 1.5 * data["X"].nbytes + data["X_test"].nbytes


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"n_channels": 205}, r"n_channels must be an integer in \[1, 204\]; got 205"),
        ({"n_bad": 21}, "n_bad=21 channels are more than n_channels=20"),
        ({"rate": 151}, r"rate must be a finite number in \[0, 150\]; got 151"),
        (
            {"duration": 0.3},
            "duration must be at least 0.4 s, 60 samples .*length of an atom",
        ),
        ({"test_duration": 0.1}, "test_duration must be at least 0.4 s, 60 samples"),
        ({"atom_duration": 0.05}, "atom_duration must be at least 0.0533 s, 8 samples"),
        ({"model": "dense"}, "model must be one of rank1, conv; got 'dense'"),
    ],
)
def test_bad_parameters(load, parameters, message):
    with pytest.raises(ValueError, match=message):
        load("simulated_meg", **SMALL | parameters)


@pytest.mark.parametrize("share", [1e-4, 0.9999])
def test_artefacts_of_no_sample_or_of_all_are_refused(load, share):
    told = (
        f"contamination={share} divides 600 samples into .* at least 1: "
        "choose a share from 0.0017 to 0.9983, or 0 for none"
    )
    with pytest.raises(ValueError, match=told):
        load("simulated_meg", **SMALL, contamination=share)


def test_an_atom_as_long_as_the_recording(load):
    data = load("simulated_meg", **SMALL | {"duration": 0.4, "test_duration": 0.4})
    assert data["X"].shape == (1, 20, 60)


def test_data_follow_the_seed(load):
    check_data_follow_the_seed(load, "simulated_meg", **SMALL)


def test_nothing_is_prepared(make):
    assert BaseDataset._prepare(make("simulated_meg")) is None


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.99])
def test_artefacts_are_where_the_mask_is(load, share):
    clean = load("simulated_meg", **SMALL, n_signals=2)
    data = load("simulated_meg", **SMALL, n_signals=2, contamination=share)
    assert clean["info"]["outliers"] is None
    np.testing.assert_array_equal(data["X_test"], clean["X_test"])
    np.testing.assert_array_equal(data["D_true"], clean["D_true"])
    outliers, burst = data["info"]["outliers"], data["X"] - clean["X"]
    assert outliers.shape == (2, 600) and outliers.dtype == bool
    assert (outliers.sum(axis=1) == round(share * 600)).all()
    np.testing.assert_array_equal((burst != 0).any(axis=1), outliers)
    # Larger than an activation, which has a norm of 1.5 at most over 60 samples.
    energy = (burst**2).sum() / outliers.sum() * 60
    assert energy > 20 * 1.5**2


def test_artefacts_have_shapes_of_their_own():
    X = np.zeros((1, 20, 3000))
    outliers = add_artefacts(X, 0.2, 60, np.random.default_rng(0))[0]
    edges = np.flatnonzero(np.diff(outliers, prepend=False, append=False))
    lengths = edges[1::2] - edges[::2]
    assert len(lengths) > 5 and lengths.max() > lengths.min()
    pairs = edges.reshape(-1, 2)
    maps = np.array([np.linalg.svd(X[0, :, a:b])[0][:, 0] for a, b in pairs])
    C = correlations(maps, maps) - np.eye(len(maps))
    # Bursts that touch are one piece, and no map is that of another burst.
    assert C.max() < 0.9
