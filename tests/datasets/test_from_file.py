"""Signals of one's own: opened unread, and each mistake told with its remedy."""

from pathlib import Path

import mne
import numpy as np
import pytest
from benchopt.benchmark import Benchmark
from documents import ROOT
from fake_meg import SFREQ, TEST_POINT, signals, write

from benchmark_utils.learning.sampling import Windows
from benchmark_utils.problem.initial import initial_dictionary
from benchmark_utils.problem.validation import check_problem
from benchmark_utils.signals.files import held_out, model_of
from benchmark_utils.signals.opening import open_recording
from benchmark_utils.signals.raw_signals import RawSignals

RNG = np.random.default_rng(0)
DENSE = RNG.standard_normal((30, 6)).astype("float32")
RECORDINGS = RNG.standard_normal((4, 3, 50))
IMAGES = RNG.standard_normal((2, 1, 20, 24))


@pytest.fixture
def file(tmp_path):
    """The path of an array written to a file."""

    def file(X, name="X.npy"):
        np.save(tmp_path / name, X)
        return str(tmp_path / name)

    return file


@pytest.fixture
def fif(tmp_path):
    """The path of a recording of 12 gradiometers, and its samples."""
    data = signals()
    return str(write(tmp_path / "my_raw.fif", data)), data


def opened(path, picks):
    """All of a recording without gaps, unread."""
    return held_out(open_recording(Path(path), picks), 0)[0]


class Spy(RawSignals):
    """Notes how many samples were read at a time."""

    def __init__(self, X):
        super().__init__(X.raw, X.cut, X.offsets, X.scales)
        self.read = []

    def __getitem__(self, key):
        part = super().__getitem__(key)
        self.read.append(part.shape[-1])
        return part


@pytest.mark.parametrize(
    "X, parameters, model, atom_shape",
    [
        (DENSE, {}, "dense", (6,)),
        (RECORDINGS, {"atom_length": 7}, "rank1", (3, 7)),
        (RECORDINGS, {"atom_length": 50, "model": "conv"}, "conv", (3, 50)),
        (RECORDINGS[:, :1], {"atom_length": 1}, "conv", (1, 1)),
        (IMAGES, {"atom_length": 5}, "conv", (1, 5, 5)),
    ],
)
def test_arrays_are_opened_unread(load, file, X, parameters, model, atom_shape):
    data = load("from_file", path=file(X), n_atoms=2, **parameters)
    assert (data["model"], data["atom_shape"]) == (model, atom_shape)
    assert isinstance(data["X"], np.memmap) and data["X"].dtype == X.dtype
    np.testing.assert_array_equal(data["X"], X)
    assert data["X_test"] is None
    check_problem(data["X"], None, model, 2, atom_shape)


@pytest.mark.parametrize(
    "X, where",
    [(DENSE, np.s_[:24]), (RECORDINGS, np.s_[:3]), (IMAGES[:1], np.s_[:, :, :16])],
)
def test_the_end_is_held_out(X, where):
    train, test = held_out(X, 0.2)
    np.testing.assert_array_equal(train, X[where])
    axis = 2 if len(X) == 1 else 0
    np.testing.assert_array_equal(np.concatenate([train, test], axis), X)


def test_a_recording_is_opened_unread(load, fif):
    path, samples = fif
    options = {"path": path, "n_atoms": 2, "atom_length": 30, "test_fraction": 0.25}
    data = load("from_file", **options)
    X, X_test = data["X"], data["X_test"]
    assert (data["model"], data["atom_shape"]) == ("rank1", (12, 30))
    assert not X.raw.preload
    centred = samples - samples.mean(axis=1, keepdims=True)
    scaled = centred / centred.std()
    n_train = 15 * SFREQ
    np.testing.assert_allclose(X, scaled[None, :, :n_train], rtol=1e-6)
    np.testing.assert_allclose(X_test, scaled[None, :, n_train:], rtol=1e-6)
    np.testing.assert_allclose(X[0, 2:4, 5:9], scaled[2:4, 5:9], rtol=1e-6)
    np.testing.assert_allclose(X_test[:, :, 5:9], X_test[:][:, :, 5:9])
    assert data["info"]["ch_loc"].shape == (12, 12)
    assert data["info"]["sfreq"] == SFREQ


def test_only_windows_of_a_recording_are_read(fif):
    X = Spy(opened(fif[0], "grad"))
    windows = Windows(X, 40, 3, np.random.default_rng(0))
    first = windows.draw()
    second = windows.draw()
    assert first.shape == second.shape == (3, 12, 40)
    windows._parts.close()  # waits for what is being read: one draw ahead
    assert X.read == [40] * 9
    initial_dictionary("data", 5, (12, 30), np.random.default_rng(0), X, "rank1")
    assert set(X.read) == {40, 30} and X.read.count(30) == 5


def test_channels_of_each_type_have_unit_deviation(tmp_path):
    rng = np.random.default_rng(0)
    info = mne.create_info(5, 100, ["grad", "grad", "mag", "mag", "stim"])
    data = rng.standard_normal((5, 3000)) * 1e-12 * [[1], [3], [100], [100], [1]]
    info["bads"] = [info.ch_names[3]]
    raw = mne.io.RawArray(data, info, verbose="ERROR")
    raw.save(tmp_path / "a_raw.fif", fmt="double", verbose="ERROR")
    X = np.asarray(opened(tmp_path / "a_raw.fif", "data"))[0]
    assert X.shape == (3, 3000)
    assert X[:2].std() == pytest.approx(1) and X[2].std() == pytest.approx(1)
    assert X[1].std() / X[0].std() == pytest.approx(data[1].std() / data[0].std())


def test_digits_are_there_to_be_tried_on(load):
    data = load("from_file")
    assert data["model"] == "dense" and data["atom_shape"] == (64,)
    check_problem(data["X"], None, "dense", 40, (64,))


# Mistakes


@pytest.mark.parametrize(
    "X, parameters, message",
    [
        (DENSE, {"model": "rank1"}, r"shape \(30, 6\).*rank1.*n_signals, n_channels"),
        (DENSE[0], {}, r"X.npy has an array of shape \(6,\)"),
        (IMAGES, {"model": "rank1", "atom_length": 3}, "rank1"),
        (DENSE, {"model": "wavelet"}, "dense, conv, rank1"),
        (RECORDINGS, {}, "atom_length, in samples, .* from 1 to 50.*None"),
        (RECORDINGS, {"atom_length": 51}, "atom_length"),
        (RECORDINGS, {"atom_length": 2.5}, "atom_length"),
        (DENSE, {"n_atoms": 0}, "n_atoms"),
        (DENSE, {"test_fraction": 1}, "test_fraction"),
        (
            DENSE,
            {"test_fraction": 0.001},
            "test_fraction=0.001 divides 30 signals into 30 and 0, and both must be "
            "at least 1: choose a share from 0.034 to 0.966, or 0",
        ),
        (
            IMAGES[:1],
            {"test_fraction": 0.9, "atom_length": 5},
            "test_fraction=0.9 divides 20 samples into 2 and 18, .* at least 5: "
            "choose a share from 0.25 to 0.75",
        ),
        (np.array([{}, "a"]), {}, "numbers"),
    ],
)
def test_what_does_not_fit_is_told(load, file, X, parameters, message):
    with pytest.raises(ValueError, match=message):
        load("from_file", path=file(X), **parameters)


def test_files_that_cannot_be_read_are_told(load, tmp_path):
    with pytest.raises(FileNotFoundError, match="no file.*seen from"):
        load("from_file", path=str(tmp_path / "none.npy"))
    for name in ("text.npy", "text.fif"):
        (tmp_path / name).write_text(50 * "1,2\n")
        with pytest.raises(ValueError, match=name):
            load("from_file", path=str(tmp_path / name), atom_length=2)


def test_fortran_order_is_told(load, file):
    with pytest.warns(UserWarning, match="Fortran"):
        data = load("from_file", path=file(np.asfortranarray(DENSE)))
    np.testing.assert_array_equal(data["X"], DENSE)


def test_a_recording_that_is_not_sound_is_told(load, tmp_path):
    data = signals()
    data[3, 1000] = np.nan
    path = write(tmp_path / "nan_raw.fif", data)
    with pytest.raises(ValueError, match="NaN.* at 3.33 s"):
        load("from_file", path=str(path), atom_length=30)
    path = write(tmp_path / "flat_raw.fif", np.full((12, 900), TEST_POINT))
    with pytest.raises(ValueError, match="grad.*constant"):
        load("from_file", path=str(path), atom_length=30)
    with pytest.raises(ValueError, match="picks='eeg'.*grad, mag, stim"):
        load("from_file", path=str(path), atom_length=30, picks="eeg")


def test_the_model_follows_the_dimensions():
    assert model_of(np.empty((2, 3))) == "dense"
    assert model_of(np.empty((2, 1, 3))) == "conv"
    assert model_of(np.empty((2, 2, 3))) == "rank1"
    with pytest.raises(ValueError, match="model=None"):
        model_of(np.empty((2, 3, 4, 5, 6)))


def test_a_path_is_typed_without_quotes(file):
    path = file(DENSE, "my-signals_1.npy")
    ((dataset, parameters),) = Benchmark(ROOT).check_dataset_patterns(
        [f"from_file[path={path},n_atoms=7]"]
    )
    assert (parameters["path"], parameters["n_atoms"]) == (path, 7)


@pytest.mark.parametrize(
    "options",
    [{"filter": "1-40"}, {"resample": 5}, {"missing": "nan"}, {"variable": "X"},
     {"atom_length": 5}],
)  # fmt: skip
def test_what_is_for_files_needs_a_path(options, load):
    ((name, value),) = options.items()
    with pytest.raises(ValueError, match=f"{name}={value} is for files.*Give a path"):
        load("from_file", **options)


def test_dense_atoms_have_no_length(tmp_path, load):
    np.save(tmp_path / "x.npy", np.ones((5, 4)))
    with pytest.raises(ValueError, match=r"atom_length=2 .* all 4 features"):
        load("from_file", path=str(tmp_path / "x.npy"), atom_length=2)
