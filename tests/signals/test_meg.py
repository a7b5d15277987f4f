"""MEG recordings: found, cleaned, kept on disk, cut into signals."""

import os
import shutil

import mne
import numpy as np
import pytest
import scipy.signal
from benchopt.base import BaseDataset
from fake_meg import TEST_POINT, place, signals, write

from benchmark_utils.problem.validation import check_problem
from benchmark_utils.signals import meg
from benchmark_utils.signals.meg import SFREQ, Recording, clean, load
from benchmark_utils.signals.meg_signals import cut
from benchmark_utils.signals.recordings import SAMPLE, SOMATO
from benchmark_utils.signals.sensors import sensor_info, vectorview

EXCERPT = os.environ.get("MNE_DATASETS_SAMPLE_PATH")
SMALL = {"n_atoms": 2, "atom_duration": 0.2}


@pytest.fixture
def somato(home, monkeypatch):
    """A machine with a recording of 20 s in the place of the somatosensory one."""
    monkeypatch.setenv("MNE_DATASETS_SOMATO_PATH", str(home))
    return place(SOMATO, home)


def power(data, frequency):
    """Power spectral density at a frequency, per channel."""
    frequencies, density = scipy.signal.welch(data, SFREQ, nperseg=600)
    return density[..., np.abs(frequencies - frequency).argmin()]


def recording(scales=(1, 1, 1, 1), seconds=10, seed=0):
    rng = np.random.default_rng(seed)
    data = rng.standard_normal((len(scales), round(seconds * SFREQ)))
    return Recording(np.array(scales)[:, None] * data, *vectorview(len(scales)))


def test_cleaning_removes_power_line_and_drift(tmp_path):
    data = signals()
    cleaned = clean(write(tmp_path / "a_raw.fif", data), 50)
    assert cleaned.data.shape == (12, 20 * SFREQ)
    middle = cleaned.data[:, 300:-300] / TEST_POINT
    # A sine of amplitude one, in bins of 0.25 Hz: only the rhythm is left.
    rhythm = power(middle, 10)
    assert np.all(power(middle, 50) < 1e-3 * rhythm)
    assert np.abs(middle.mean(axis=1)).max() < 0.01
    assert np.sqrt(2) * middle.std() == pytest.approx(1, rel=0.03)


def test_cleaning_of_another_power_line(tmp_path):
    path = write(tmp_path / "a_raw.fif", signals(power_line=60))
    wrong, right = clean(path, 50), clean(path, 60)
    ratio = power(right.data[:, 300:-300], 60) / power(wrong.data[:, 300:-300], 60)
    assert ratio.max() < 1e-4


def test_cleaning_keeps_good_gradiometers_only(tmp_path):
    names, ch_loc = vectorview(12)
    path = write(tmp_path / "a_raw.fif", signals(), bads=[names[2]])
    cleaned = clean(path, 50, bads=[names[5], "MEG 9999"])
    kept = [i for i in range(12) if i not in (2, 5)]
    assert cleaned.ch_names == [names[i] for i in kept]
    np.testing.assert_allclose(cleaned.ch_loc, ch_loc[kept], atol=1e-6)
    every = clean(write(tmp_path / "b_raw.fif", signals()), 50)
    np.testing.assert_allclose(cleaned.data, every.data[kept], atol=1e-9 * TEST_POINT)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite(tmp_path, value):
    data = signals()
    data[3, 600], data[4, 900] = value, value
    path = write(tmp_path / "a_raw.fif", data)
    name = vectorview(12)[0][3]
    with pytest.raises(
        ValueError, match=rf"in 2 channels, the first in {name} at 2.00"
    ):
        clean(path, 50)
    # The remedy that the error names.
    cleaned = clean(write(path, data, bads=vectorview(12)[0][3:5]), 50)
    assert cleaned.data.shape[0] == 10 and np.isfinite(cleaned.data).all()


def test_flat_channels_are_left_out(tmp_path):
    data = signals()
    data[[2, 7]] = [[3 * TEST_POINT], [0]]
    names, _ = vectorview(12)
    with pytest.warns(
        UserWarning, match=f"channels that are flat, {names[2]}, {names[7]}"
    ):
        cleaned = clean(write(tmp_path / "a_raw.fif", data), 50)
    assert cleaned.ch_names == [n for i, n in enumerate(names) if i not in (2, 7)]
    assert len(cleaned.ch_loc) == len(cleaned.data) == 10


def test_recordings_with_nothing_to_learn_from(tmp_path):
    path = write(tmp_path / "a_raw.fif", 0 * signals())
    with pytest.raises(ValueError, match="All gradiometers of .* are flat"):
        clean(path, 50)
    path = write(path, signals(), bads=vectorview(12)[0])
    with pytest.raises(ValueError, match="no gradiometer that is not marked as bad"):
        clean(path, 50)


def test_clean_recordings_are_kept(somato, home, monkeypatch):
    first = load(SOMATO, home / "kept")
    monkeypatch.setattr(meg, "clean", None)  # would raise
    again = load(SOMATO, home / "kept")
    np.testing.assert_array_equal(again.data, first.data)
    np.testing.assert_array_equal(again.ch_loc, first.ch_loc)
    assert again.ch_names == first.ch_names and isinstance(again.ch_names, list)
    assert again.data.dtype == np.float64 and again.data.flags.c_contiguous
    assert len(list((home / "kept").iterdir())) == 1  # no draft is left


def test_recordings_are_never_mixed(somato, home, monkeypatch):
    whole = load(SOMATO, home / "kept").data
    place(SOMATO, home, signals(seconds=12))
    assert load(SOMATO, home / "kept").data.shape[1] == 12 * SFREQ
    place(SOMATO, home, signals(seconds=12, seed=1))  # the same size
    os.utime(somato, ns=(1, 1))
    assert np.abs(load(SOMATO, home / "kept").data - whole[:, :1800]).max() > 0
    for name, value in (("HIGH_PASS", 4.0), ("VERSION", 0)):
        n_kept = len(list((home / "kept").iterdir()))
        monkeypatch.setattr(meg, name, value)
        load(SOMATO, home / "kept")
        assert len(list((home / "kept").iterdir())) == n_kept + 1, name


def test_signals_have_unit_deviation_and_keep_their_proportions():
    raw = recording(scales=(1, 2, 3, 4))
    X, X_test = cut(raw)
    assert X.shape == (1, 4, 1500) and X_test is None
    assert X.dtype == np.float64 and X.flags.c_contiguous
    assert X.std() == pytest.approx(1)
    np.testing.assert_allclose(X[0] / X[0, 0, 0], raw.data / raw.data[0, 0])


def test_the_last_part_is_for_testing():
    raw = recording()
    X, X_test = cut(raw, duration=8, test_fraction=0.25)
    assert X.shape == (1, 4, 900) and X_test.shape == (1, 4, 300)
    assert X.flags.c_contiguous and X_test.flags.c_contiguous
    assert X.std() == pytest.approx(1)
    both = np.concatenate([X, X_test], axis=2)[0]
    np.testing.assert_allclose(both * raw.data[:, :900].std(), raw.data[:, :1200])


def test_a_duration_longer_than_the_recording_takes_all():
    with pytest.warns(
        UserWarning, match=r"duration=30 s is longer .* all of its 10.0 s"
    ):
        X, _ = cut(recording(), duration=30)
    np.testing.assert_array_equal(X, cut(recording())[0])


def test_a_loud_channel_is_kept_and_named():
    raw = recording(scales=(1, 1, 1000, 1))
    with pytest.warns(UserWarning, match=rf"{raw.ch_names[2]} \(\d+ times.* as bad"):
        X, _ = cut(raw)
    assert X.shape[1] == 4 and X.std() == pytest.approx(1)
    assert X[0, 2].std() > 900 * X[0, 1].std()


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"duration": 0}, "duration must be a number of seconds > 0, or None"),
        ({"duration": -1}, "duration must be a number of seconds > 0, or None"),
        ({"duration": np.nan}, "duration must be a number of seconds > 0, or None"),
        ({"test_fraction": 1}, r"test_fraction must be in \[0, 1\); got 1"),
        ({"test_fraction": -0.1}, r"test_fraction must be in \[0, 1\); got -0.1"),
        (
            {"n_times_atom": 1501},
            "training signal has 10 s, less than one atom of 10 s",
        ),
        ({"duration": 0.5}, "training signal has 0.5 s, less than one atom of 1 s"),
        ({"test_fraction": 0.05}, "test signal has 0.5 s, less than one atom of 1 s"),
        ({"test_fraction": 0.95}, "training signal has 0.5 s, less than one atom"),
        ({"test_fraction": 1e-9}, "test signal has 0 s, less than one atom of 1 s"),
    ],
)
def test_bad_cuts(parameters, message):
    with pytest.raises(ValueError, match=message):
        cut(recording(), **{"n_times_atom": 150} | parameters)


def test_an_atom_as_long_as_the_signal():
    assert cut(recording(), n_times_atom=1500)[0].shape == (1, 4, 1500)


@pytest.mark.parametrize("source", [SAMPLE, SOMATO], ids=lambda source: source.name)
def test_a_missing_recording_says_how_to_get_it(source, home, load):
    with pytest.raises(FileNotFoundError) as error:
        load(f"meg_{source.name}")
    for words in (
        f"`benchopt prepare . -d meg_{source.name}`",
        source.size,
        "MNE_DATA",
    ):
        assert words in str(error.value)
    assert not (home / ".mne").exists()  # settings are left alone


def test_a_folder_without_the_recording(home, monkeypatch):
    monkeypatch.setenv("MNE_DATASETS_SOMATO_PATH", str(home))
    (home / "MNE-somato-data").mkdir()
    with pytest.raises(FileNotFoundError, match="sub-01_task-somato_meg.fif is not in"):
        SOMATO.locate()


def test_recordings_are_downloaded_only_when_missing(somato, home, monkeypatch):
    calls = []
    original = mne.datasets.somato.data_path

    def data_path(download=True, **settings):
        if not download:
            return original(download=False, **settings)
        calls.append(settings)
        return place(SOMATO, home)

    monkeypatch.setattr(mne.datasets.somato, "data_path", data_path)
    SOMATO.fetch()
    assert calls == []
    somato.unlink()  # its folder stays, which MNE-Python takes for the data set
    SOMATO.fetch()
    assert calls == [{"force_update": True, "update_path": False}]
    assert SOMATO.locate() == somato


def test_dataset_fits_the_contract(somato, load):
    data = load("meg_somato", **SMALL, test_fraction=0.25)
    X, X_test = check_problem(
        data["X"], data["X_test"], data["model"], data["n_atoms"], data["atom_shape"]
    )
    assert X is data["X"] and X_test is data["X_test"]  # float64, C order: no copy
    assert X.shape == (1, 12, 2250) and X_test.shape == (1, 12, 750)
    assert data["model"] == "rank1" and data["atom_shape"] == (12, 30)
    info = data["info"]
    assert info["sfreq"] == 150 and info["ch_names"] == vectorview(12)[0]
    assert info["ch_loc"].shape == (12, 12)
    assert "X_test" not in load("meg_somato", **SMALL)


def test_dataset_does_not_depend_on_the_seed(somato, load):
    first = load("meg_somato", **SMALL)["X"]
    other = load("meg_somato", **SMALL, seed=1, repetition=1)["X"]
    np.testing.assert_array_equal(first, other)


def test_dataset_keeps_its_data_where_benchopt_says(somato, home, load):
    load("meg_somato", **SMALL)
    assert len(list((home / "kept" / "meg_somato").glob("clean-*.npz"))) == 1


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"atom_duration": 0.006}, "atom_duration must be at least 0.0067 s"),
        ({"atom_duration": 21}, "training signal has 20 s, less than one atom of 21 s"),
    ],
)
def test_dataset_with_bad_parameters(somato, load, parameters, message):
    with pytest.raises(ValueError, match=message):
        load("meg_somato", **SMALL | parameters)


def test_prepare_cleans_what_is_there(somato, home, make):
    BaseDataset._prepare(make("meg_somato"))
    (kept,) = (home / "kept" / "meg_somato").glob("clean-*.npz")
    shutil.rmtree(kept.parent)
    BaseDataset._prepare(make("meg_somato", duration=3))
    assert kept.exists()


@pytest.fixture
def excerpt(home, monkeypatch):
    """The real recording, or the excerpt of it that the machine has."""
    if EXCERPT is None:
        pytest.skip("MNE_DATASETS_SAMPLE_PATH does not say where the recording is")
    monkeypatch.setenv("MNE_DATASETS_SAMPLE_PATH", EXCERPT)
    try:
        return SAMPLE.locate()
    except FileNotFoundError as error:
        pytest.skip(str(error))


def test_the_real_recording(excerpt, load):
    data = load("meg_sample", duration=20)
    X, _ = check_problem(
        data["X"], None, data["model"], data["n_atoms"], data["atom_shape"]
    )
    assert X.shape == (1, 203, 3000) and data["atom_shape"] == (203, 150)
    assert X.std() == pytest.approx(1)
    info = data["info"]
    assert "MEG 2443" not in info["ch_names"] and "MEG 2442" in info["ch_names"]
    assert info["reference"] is None
    assert power(X[0], 60).mean() < 0.1 * power(X[0], 55).mean()
    assert power(X[0], 0.25).mean() < 0.1 * power(X[0], 5).mean()
    picture, _ = mne.viz.plot_topomap(
        X[0].std(axis=1), sensor_info(info["ch_names"], info["ch_loc"], 150), show=False
    )
    assert np.nanstd(picture.get_array().filled(np.nan)) > 0


def test_the_real_recording_is_cut_after_it_was_cleaned(excerpt, load):
    short, long = (load("meg_sample", duration=d)["X"] for d in (5, 10))
    ratio = long[:, :, :750] / short
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=1e-9)


def test_the_helmet_of_simulations_is_that_of_the_real_recording(excerpt):
    raw = mne.io.read_raw_fif(excerpt, verbose="ERROR").pick("grad")
    ch_names, ch_loc = vectorview()
    assert raw.ch_names == ch_names
    real = np.array([channel["loc"][:3] for channel in raw.info["chs"]])
    for axis in range(3):  # a sphere is not a helmet
        assert np.corrcoef(real[:, axis], ch_loc[:, axis])[0, 1] > 0.8
