"""Recordings that are filtered and resampled as they are opened."""

import mne
import numpy as np
import psutil
import pytest

from benchmark_utils.export import Learned, maps, recordings
from benchmark_utils.parameters.quantities import Band
from benchmark_utils.problem.validation import check_problem
from benchmark_utils.signals.filtering import filtered
from benchmark_utils.signals.recording_info import RECORDING_INFO

RATE = 200  # Hz
TIMES = np.arange(20 * RATE) / RATE
SMALL = {"picks": "eeg", "n_atoms": 2, "atom_length": 10}
pytestmark = pytest.mark.filterwarnings("ignore:.*[Ll]eft out.*good:UserWarning")


def eeg(seed=0):
    """Noise, and sines of 0.2, 10 and 60 Hz."""
    noise = np.random.default_rng(seed).standard_normal((3, len(TIMES)))
    sines = sum(np.sin(2 * np.pi * f * TIMES) for f in (0.2, 10, 60))
    return 1e-5 * (0.1 * noise + sines)


@pytest.fixture
def save(tmp_path):
    """The path of a recording with annotations (onset, duration, description)."""

    def save(*spans, data=None, loud=(), name="a_raw.fif", rate=RATE, **options):
        data = eeg() if data is None else data
        for start, stop in loud:
            data[:, start:stop] += 5e-3
        info = mne.create_info(["Fz", "Cz", "Pz"], rate, "eeg")
        raw = mne.io.RawArray(data, info, **options, verbose="ERROR")
        if spans:
            notes = mne.Annotations(*zip(*spans, strict=True))
            raw.set_annotations(notes)
        raw.save(tmp_path / name, fmt="double", overwrite=True, verbose="ERROR")
        return str(tmp_path / name)

    return save


def power(X, frequency, rate):
    """Mean amplitude of a sine in signals."""
    times = np.arange(X.shape[-1]) / rate
    return np.abs((X * np.exp(-2j * np.pi * frequency * times)).mean(axis=-1)).mean()


def test_it_is_what_mne_does(load, save):
    path = save()
    data = load("from_file", path=path, **SMALL, filter="1-40", resample=100)
    raw = mne.io.read_raw_fif(path, preload=True, verbose="ERROR")
    expected = raw.filter(1, 40, verbose="ERROR").resample(100, verbose="ERROR")
    expected = expected.get_data()
    centred = expected - expected.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(data["X"][0], centred / centred.std(), atol=1e-9)
    info = data["info"]
    assert (info["sfreq"], info["filter"], info["resample"]) == (100, "1-40", 100)
    check_problem(data["X"], None, data["model"], 2, data["atom_shape"])


@pytest.mark.parametrize(
    "band, gone, kept", [("1-", 0.2, (10, 60)), ("-40", 60, (0.2, 10))]
)
def test_one_limit_is_enough(load, save, band, gone, kept):
    X = np.asarray(load("from_file", path=save(), **SMALL, filter=band)["X"])
    assert power(X, gone, RATE) < 0.05
    assert all(power(X, frequency, RATE) > 0.2 for frequency in kept)


def test_nothing_of_a_bad_span_leaks(load, save):
    spans = [(8, 2, "BAD_movement")]
    options = SMALL | {"filter": "1-40", "resample": 100}
    loud = load("from_file", path=save(*spans, loud=[(1600, 2000)]), **options)
    quiet = load("from_file", path=save(*spans, name="b_raw.fif"), **options)
    np.testing.assert_allclose(loud["X"], quiet["X"], rtol=1e-9, atol=1e-9)
    assert loud["info"]["starts"].min() == 0 and 1000 in loud["info"]["starts"]
    n_times = loud["X"].shape[2]
    assert all(s + n_times <= 800 or s >= 1000 for s in loud["info"]["starts"])


@pytest.mark.parametrize("first_samp", [0, 777])
def test_annotations_stay_where_they_were(save, first_samp):
    path = save((3, 1, "word"), first_samp=first_samp)
    raw = mne.io.read_raw_fif(path, verbose="ERROR")
    done, *_ = filtered(raw, np.array([[0, raw.n_times]]), None, 50, path)
    for each in (raw, done):
        onset = each.annotations.onset - each.first_time
        np.testing.assert_allclose(onset, 3, atol=0.5 / 50 + 1e-6)
    assert done.annotations.description.tolist() == ["word"]


def test_stretches_shorter_than_the_filter_are_told(load, save):
    path = save((2, 1, "BAD_a"))
    with pytest.warns(UserWarning, match="1.0 s .* BAD_a and 2.0 s shorter than"):
        X = load("from_file", path=path, **SMALL, filter="1-40")["X"]
    assert X.shape == (1, 3, 17 * RATE)
    with pytest.raises(ValueError, match="as long as the filter=0.1-, .* 33.0 s"):
        load("from_file", path=path, **SMALL, filter="0.1-")


@pytest.mark.parametrize(
    "options, message",
    [
        ({"filter": "1-100"}, "limit of 100 Hz, and .*a_raw.fif at 200 .*below 100 Hz"),
        ({"filter": "1-40", "resample": 80}, "limit of 40 Hz.*at 80 samples.*below 40"),
        ({"resample": 300}, "resample=300 is above the 200 samples a second"),
    ],
)
def test_a_band_that_is_not_there_is_told(load, save, options, message):
    with pytest.raises(ValueError, match=message):
        load("from_file", path=save(), **SMALL, **options)


def test_what_is_not_for_arrays_is_told(load, tmp_path):
    np.save(tmp_path / "x.npy", np.ones((4, 3)))
    for name, value in (("filter", "1-40"), ("resample", 50)):
        with pytest.raises(ValueError, match=f"{name}={value} is for recordings"):
            load("from_file", path=str(tmp_path / "x.npy"), **{name: value})


def test_values_that_filters_would_spread_are_told(load, save):
    data = eeg()
    data[1, 500] = np.nan
    with pytest.raises(ValueError, match="NaN or infinite values.*Cz at 2.50 s"):
        load("from_file", path=save(data=data), **SMALL, filter="1-40")


def test_memory_that_is_not_there_is_told(load, save, monkeypatch):
    class Full:
        available = 1000

    monkeypatch.setattr(psutil, "virtual_memory", Full)
    with pytest.raises(ValueError, match=r"takes 0.000\d+ GB.*lower resample"):
        load("from_file", path=save(), **SMALL, filter="1-40")


def test_recordings_of_two_rates_are_brought_to_one(load, save, tmp_path):
    save()
    save(name="b_raw.fif", data=eeg()[:, ::2], rate=100)
    pattern = str(tmp_path / "*_raw.fif")
    with pytest.raises(ValueError, match="has 200 samples.*use resample"):
        load("from_file", path=pattern, **SMALL)
    data = load("from_file", path=pattern, **SMALL, resample=100)
    assert data["X"].shape == (2, 3, 2000) and data["info"]["sfreq"] == 100


@pytest.mark.parametrize(
    "typed, band, limits",
    [
        ("1-40", "1-40", (1, 40)), ("0.5-", "0.5-", (0.5, None)),
        ([1, 40], "1-40", (1, 40)),
        ("-40", "-40", (None, 40)), ((None, 40.5), "-40.5", (None, 40.5)),
    ],
)  # fmt: skip
def test_bands_are_typed_in_two_ways(typed, band, limits):
    assert Band().check("filter", typed) == band
    assert Band.limits(band) == limits


@pytest.mark.parametrize("typed", ["40-1", "-", "1", "a-b", "0-40", "4-4", [1, 2, 3]])
def test_other_words_are_no_band(typed):
    with pytest.raises(ValueError, match="filter must be a band in Hz, as '1-40'"):
        Band().check("filter", typed)


def test_a_list_of_numbers_is_told_from_a_band():
    with pytest.raises(ValueError, match="got 1. A list has several.*filter='1-40'"):
        Band().check("filter", 1)


# Atoms that were learned so


def atoms(data, D):
    known = {key: data["info"][key] for key in RECORDING_INFO if key in data["info"]}
    return Learned(D, "rank1", 1.0, True, info=known)


def test_activations_are_at_samples_of_the_file(load, save, tmp_path):
    wave = np.hanning(20)  # of 0.1 s
    data = 1e-7 * np.random.default_rng(0).standard_normal((3, len(TIMES)))
    places = np.arange(500, 3500, 400)
    for place in places:
        data[:, place : place + 20] += 1e-5 * np.outer([1, 0.5, -1], wave)
    path = save((1, 1, "BAD"), data=data, first_samp=300)
    found = load("from_file", path=path, **SMALL, filter="-40", resample=100)
    D = np.outer([1, 0.5, -1], np.hanning(10))[None]
    learned = atoms(found, D / np.linalg.norm(D))
    activations = recordings.activations(learned, path, picks="eeg")
    events = activations.events()[:, 0]
    assert len(events) >= len(places)
    gaps = np.abs(events[:, None] - 300 - places).min(axis=1)
    assert gaps.max() <= 2  # samples at 200 Hz: one of the atoms
    onsets = activations.annotations().onset
    np.testing.assert_allclose(onsets, (events - 300) / RATE)


def test_what_is_exported_has_the_rate_and_the_filter(load, save, tmp_path):
    found = load("from_file", path=save(), **SMALL, filter="1-40", resample=100)
    learned = atoms(found, np.ones((1, 3, 10)) / np.sqrt(30))
    learned.save(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as saved:
        assert (float(saved["sfreq"]), str(saved["filter"])) == (100, "1-40")
        assert float(saved["resample"]) == 100
    (evoked,) = maps.evokeds(learned)
    info = evoked.info
    assert (info["sfreq"], info["highpass"], info["lowpass"]) == (100, 1, 40)
    evoked.save(tmp_path / "a-ave.fif")
