"""Several files, one dictionary: no signal crosses from one file into the next."""

import mne
import numpy as np
import pytest
from command_line import copy_benchmark, run
from scipy.io import savemat

from benchmark_utils.caching.files import stamps
from benchmark_utils.export import recordings
from benchmark_utils.export.learned import Learned
from benchmark_utils.problem.units import Units
from benchmark_utils.problem.validation import check_problem
from benchmark_utils.reading.on_disk import is_on_disk
from benchmark_utils.scoring.subsets import segments
from benchmark_utils.signals.paths import find_files
from benchmark_utils.signals.stacked import Stacked

RATE = 100  # Hz
RNG = np.random.default_rng(0)
NAMES = ["Fz", "Cz", "Pz"]
SMALL = {"picks": "eeg", "n_atoms": 2, "atom_length": 10}
pytestmark = pytest.mark.filterwarnings("ignore:.*left out nothing:UserWarning")


def eeg(n_times=1000, n_channels=3, seed=0):
    return 1e-5 * np.random.default_rng(seed).standard_normal((n_channels, n_times))


@pytest.fixture
def save(tmp_path):
    """Write a recording into a folder of its own, sub-<k>/meg_raw.fif."""

    def save(k, data, names=NAMES, sfreq=RATE, types="eeg", bads=(), spans=()):
        info = mne.create_info(list(names), sfreq, types)
        raw = mne.io.RawArray(data, info, verbose="ERROR")
        raw.info["bads"] = list(bads)
        if spans:
            raw.set_annotations(mne.Annotations(*zip(*spans, strict=True)))
        path = tmp_path / f"sub-{k}" / "meg_raw.fif"
        path.parent.mkdir(exist_ok=True)
        raw.save(path, fmt="double", overwrite=True, verbose="ERROR")
        return str(path)

    return save


@pytest.fixture
def pattern(tmp_path):
    return str(tmp_path / "sub-*" / "meg_raw.fif")


# Recordings


def test_signals_of_recordings_are_one_after_the_other(load, save, pattern):
    data = [eeg(1000), eeg(600, seed=1) + 1e-3, eeg(400, seed=2)]
    for k, each in enumerate(data):
        save(k, each)
    found = load("from_file", path=pattern, **SMALL)
    X = found["X"]
    assert is_on_disk(X) and X.shape == (10, 3, 200) and not X.parts[0].raw.preload
    check_problem(X, None, found["model"], 2, found["atom_shape"])
    # Each recording about its own mean, all divided by one deviation.
    centred = [each - each.mean(axis=1, keepdims=True) for each in data]
    deviation = np.concatenate(centred, axis=1).std()
    windows = [
        each[:, start : start + 200] / deviation
        for each in centred
        for start in range(0, each.shape[1], 200)
    ]
    np.testing.assert_allclose(X, np.stack(windows), rtol=1e-6, atol=1e-9)
    info = found["info"]
    assert info["recording"].tolist() == [0] * 5 + [1] * 3 + [2] * 2
    assert info["starts"].tolist() == [0, 200, 400, 600, 800, 0, 200, 400, 0, 200]
    assert [path.split("sub-")[1][0] for path in info["recordings"]] == list("012")


def test_each_recording_gives_its_end_to_the_test(load, save, pattern):
    data = [eeg(1000), eeg(600, seed=1)]
    for k, each in enumerate(data):
        save(k, each)
    found = load("from_file", path=pattern, **SMALL, test_fraction=0.5)
    X, X_test, info = found["X"], found["X_test"], found["info"]
    assert X_test.shape[0] * X_test.shape[2] >= 700
    n_times = X_test.shape[2]
    for signal, start, k in zip(
        X_test, info["starts_test"], info["recording_test"], strict=True
    ):
        half = len(data[k][0]) // 2
        assert half <= start <= 2 * half - n_times
        expected = data[k][:, start : start + n_times]
        assert np.corrcoef(signal.ravel(), expected.ravel())[0, 1] > 0.999
    assert set(info["recording_test"]) == {0, 1} == set(info["recording"])
    assert (info["starts"] + X.shape[2] <= [500, 300][0]).all()


@pytest.mark.filterwarnings("ignore:.*left out 1.0 s:UserWarning")
def test_bad_spans_of_each_recording_are_left_out(load, save, pattern):
    data = eeg(1000)
    data[:, 400:500] = 1
    save(0, data, spans=[(4, 1, "BAD_a")])
    save(1, eeg(600, seed=1))
    with pytest.warns(UserWarning, match="2 recordings.*1.0 s annotated BAD_a.*3 good"):
        X = load("from_file", path=pattern, **SMALL)["X"]
    assert np.abs(X).max() < 6


def test_a_list_names_recordings_too(load, save):
    paths = [save(k, eeg(seed=k)) for k in range(2)]
    X = load("from_file", path=paths, **SMALL)["X"]
    alone = load("from_file", path=paths[1], **SMALL)["X"]
    ratio = np.asarray(X[1]) / np.asarray(alone[0])
    assert X.shape == (2, 3, 1000) and np.ptp(ratio) < 1e-6


def test_indices_are_those_of_an_array(load, save, pattern):
    for k, n_times in enumerate((1000, 600)):
        save(k, eeg(n_times, seed=k))
    X = load("from_file", path=pattern, **SMALL)["X"]
    whole = np.asarray(X)
    for key in (
        0, -1, np.int64(5), slice(3, 7), slice(None, None, 2), np.array([7, 1, 6]),
        np.array([], dtype=int), (6, slice(None), slice(5, 9)), (slice(4, 6), 1),
        (np.array([0, 7]), slice(0, 2), slice(3, 8)), slice(2, 2),
    ):  # fmt: skip
        np.testing.assert_array_equal(X[key], whole[key])
        np.testing.assert_allclose(Units(2.0).scaled(X)[key], whole[key] / 2)
    with pytest.raises(IndexError):
        X[8]


def test_an_evaluation_sees_every_recording():
    rng = np.random.default_rng(0)
    parts = [np.full((1, 1, 40_000), k) for k in range(30)]
    with pytest.warns(UserWarning, match="30 fixed random segments"):
        found = segments(Stacked(parts), [1500], rng, "training")
    assert sorted(found[:, 0, 0]) == list(range(30))
    many = Stacked([np.full((1, 1, 90_000), 0), np.full((1, 1, 90_000), 1)])
    with pytest.warns(UserWarning, match="12 fixed"):
        found = segments(Units(1.0).scaled(many), [1500], rng, "training")
    assert np.bincount(found[:, 0, 0].astype(int)).tolist() == [6, 6]


def test_channels_are_matched_by_name(load, save, pattern):
    data = eeg()
    save(0, data)
    save(1, data[[2, 0, 1]], names=["Pz", "Fz", "Cz"])
    X = load("from_file", path=pattern, **SMALL)["X"]
    np.testing.assert_allclose(X[1], X[0], rtol=1e-6)
    save(2, data, bads=["Cz"])
    with pytest.warns(UserWarning, match="Only the 2 channels.*sub-2.*lacks Cz"):
        found = load("from_file", path=pattern, **SMALL)
    assert found["info"]["ch_names"] == ["Fz", "Pz"] and found["X"].shape[1] == 2


def test_recordings_that_do_not_go_together_are_told(load, save, pattern):
    save(0, eeg())
    save(1, eeg(), names=["A", "B", "C"])
    with pytest.raises(ValueError, match="no channel in common.*sub-0.* Fz.*sub-1.* A"):
        load("from_file", path=pattern, **SMALL)
    save(1, eeg(), sfreq=200)
    with pytest.raises(ValueError, match="sub-0.* has 100 samples.*sub-1.* has 200"):
        load("from_file", path=pattern, **SMALL)
    save(1, eeg(), types=["eeg", "mag", "eeg"])
    options = SMALL | {"picks": "data"}
    with pytest.raises(ValueError, match="Cz is of type eeg in .*sub-0.* mag in .*sub"):
        load("from_file", path=pattern, **options)


def test_a_loud_recording_is_told(load, save, pattern):
    for k in range(3):
        save(k, eeg(seed=k) * (1e6 if k == 1 else 1))
    with pytest.warns(UserWarning, match=r"some recordings.*sub-1.*\(1e\+06 times it"):
        load("from_file", path=pattern, **SMALL)


def test_a_recording_too_short_for_the_others_is_told(load, save, pattern):
    save(0, eeg(10_000))
    save(1, eeg(15))
    with pytest.warns(UserWarning, match="No signal to learn from is from .*sub-1"):
        X = load("from_file", path=pattern, **SMALL)["X"]
    assert len(X.parts) == 1


@pytest.mark.filterwarnings("ignore:This filename:RuntimeWarning")
def test_later_parts_of_a_file_are_not_read_twice(load, tmp_path):
    info = mne.create_info(NAMES, RATE, "eeg")
    raw = mne.io.RawArray(eeg(100_000), info, verbose="ERROR")
    path = tmp_path / "a_raw.fif"
    raw.save(path, fmt="double", split_size="2MB", buffer_size_sec=1, verbose="ERROR")
    assert len(find_files(str(tmp_path / "*.fif"))) == 3
    X = load("from_file", path=str(tmp_path / "*.fif"), **SMALL)["X"]
    assert X.shape == (1, 3, 100_000)


# Paths


def test_a_pattern_without_a_file_names_itself_and_the_folder(load, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"pattern '.*sub-\*.*seen from '.*/"):
        load("from_file", path=str(tmp_path / "sub-*" / "x.npy"))
    with pytest.raises(FileNotFoundError, match="no file.*none.npy"):
        load("from_file", path=[str(tmp_path / "none.npy")])


def test_a_name_with_the_signs_of_a_pattern_is_a_file_if_it_exists(tmp_path):
    for name in ("a[1].npy", "a1.npy"):
        (tmp_path / name).write_text("x")
    assert find_files(str(tmp_path / "a[1].npy")) == [tmp_path / "a[1].npy"]
    both = [str(tmp_path / "a1.npy"), str(tmp_path / "*.npy")]
    assert [path.name for path in find_files(both)] == ["a1.npy", "a[1].npy"]


def test_results_depend_on_every_file(make, tmp_path):
    for k in range(2):
        np.save(tmp_path / f"{k}.npy", np.zeros((4, 3)))
    pattern = str(tmp_path / "*.npy")
    before = stamps(pattern)
    assert [file.rsplit("/")[-1] for file, *_ in before] == ["0.npy", "1.npy"]
    assert before == stamps([str(tmp_path / "1.npy"), str(tmp_path / "0.npy")])
    states = [make("from_file", path=pattern)._get_state()]
    np.save(tmp_path / "1.npy", np.zeros((5, 3)))
    assert stamps(pattern) != before
    states.append(make("from_file", path=pattern)._get_state())
    np.save(tmp_path / "2.npy", np.zeros((5, 3)))
    states.append(make("from_file", path=pattern)._get_state())
    assert len({state["depends_on"] for state in states}) == 3


# Arrays and tables


@pytest.mark.parametrize("kind", ["npy", "npz", "mat", "csv"])
def test_arrays_are_stacked(load, tmp_path, kind):
    parts = [RNG.standard_normal((n, 5)) for n in (8, 4, 4)]
    for k, X in enumerate(parts):
        path = tmp_path / f"x{k}.{kind}"
        if kind == "csv":
            np.savetxt(path, X, delimiter=",")
        elif kind == "mat":
            savemat(path, {"X": X})
        else:
            (np.save if kind == "npy" else np.savez)(path, X)
    pattern = str(tmp_path / f"x*.{kind}")
    data = load("from_file", path=pattern, n_atoms=3, test_fraction=0.25)
    X, X_test = data["X"], data["X_test"]
    train = [x[: len(x) * 3 // 4] for x in parts]
    test = [x[len(x) * 3 // 4 :] for x in parts]
    np.testing.assert_allclose(X, np.concatenate(train), rtol=1e-12)
    np.testing.assert_allclose(X_test, np.concatenate(test), rtol=1e-12)
    assert is_on_disk(X) == (kind == "npy") and data["atom_shape"] == (5,)
    check_problem(X, X_test, "dense", 3, (5,))
    assert len(load("from_file", path=pattern, n_atoms=3)["X"]) == 16


def test_arrays_that_do_not_go_together_are_told(load, tmp_path):
    for k, shape in enumerate([(8, 5), (8, 6)]):
        np.save(tmp_path / f"{k}.npy", RNG.standard_normal(shape))
    with pytest.raises(ValueError, match=r"1.npy .* \(8, 6\), and .*0.npy .* \(8, 5\)"):
        load("from_file", path=str(tmp_path / "*.npy"))
    (tmp_path / "2_raw.fif").write_text("x")
    with pytest.raises(ValueError, match="All files must be recordings, or all arrays"):
        load("from_file", path=str(tmp_path / "*"))


# Runs


@pytest.mark.slow
def test_a_run_learns_from_files_of_a_pattern_and_of_a_list(save, pattern, tmp_path):
    paths = [save(k, eeg(400, seed=k)) for k in range(2)]
    (tmp_path / "benchmark").mkdir()
    folder = copy_benchmark(tmp_path / "benchmark")
    (folder / "my_run.yml").write_text(
        f"dataset:\n  - from_file:\n      path: [[{paths[0]}, {paths[1]}]]\n"
        "      picks: eeg\n      n_atoms: 2\n      atom_length: 10\n"
        "      test_fraction: 0.25\n"
    )
    typed = f"from_file[path='{pattern}',picks=eeg,n_atoms=2,atom_length=10,"
    arguments = ["-o", "*[scaled_reg=True,init=data]", "-s", "Block-AM", "-s", "AM",
                 "-n", "3", "--no-plot"]  # fmt: skip
    first = run(folder, "a", "-d", typed + "test_fraction=0.25]", *arguments)
    second = run(folder, "b", "--config", "my_run.yml", *arguments)
    losses = [df.groupby("solver_name")["objective_test_loss"].last().to_numpy()
              for df in (first, second)]  # fmt: skip
    np.testing.assert_allclose(losses[0], losses[1])
    assert np.isfinite(losses[0]).all() and len(losses[0]) == 2


def test_several_recordings_are_not_coded_at_once(save, pattern):
    for k in range(2):
        save(k, eeg(seed=k))
    D = np.ones((1, 3, 4)) / np.sqrt(12)
    with pytest.raises(ValueError, match="several recordings: code one at a time"):
        recordings.activations(Learned(D, "rank1", 1.0, False), pattern, "eeg")
