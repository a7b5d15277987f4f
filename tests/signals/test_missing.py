"""Values that are missing: an error, or left out where it is asked, and counted."""

import mne
import numpy as np
import pytest

from benchmark_utils.problem.validation import check_problem
from benchmark_utils.reading.on_disk import is_on_disk

RATE = 100  # Hz
RNG = np.random.default_rng(0)
X = RNG.standard_normal((12, 5))
EEG = 1e-5 * RNG.standard_normal((3, 1000))
SMALL = {"picks": "eeg", "n_atoms": 2, "atom_length": 10}


def holed(X, *places):
    X = X.copy()
    for place in places:
        X[place] = np.nan
    return X


@pytest.fixture
def save(tmp_path):
    """The path of a recording, or of an array in a file of some kind."""

    def save(X, name="x.npy", bad=()):
        path = tmp_path / name
        if name.endswith(".npy"):
            np.save(path, X)
        elif name.endswith(".csv"):
            np.savetxt(path, X, delimiter=",")
        else:
            info = mne.create_info(["Fz", "Cz", "Pz"], RATE, "eeg")
            raw = mne.io.RawArray(X, info, verbose="ERROR")
            if bad:
                raw.set_annotations(mne.Annotations(*bad, "BAD_x"))
            raw.save(path, fmt="double", overwrite=True, verbose="ERROR")
        return str(path)

    return save


# Arrays and tables


@pytest.mark.parametrize("kind", ["npy", "csv"])
def test_signals_with_nan_are_left_out_and_counted(load, save, kind):
    path = save(holed(X, (3, 1), (7, 0), (7, 4)), f"x.{kind}")
    with pytest.warns(UserWarning, match="left out 2 of 12 signals.*no mask.*impute"):
        data = load("from_file", path=path, n_atoms=3, missing="nan")
    expected = np.delete(X, [3, 7], axis=0)
    np.testing.assert_allclose(data["X"], expected, rtol=1e-12)
    assert is_on_disk(data["X"]) == (kind == "npy")
    check_problem(data["X"], None, "dense", 3, data["atom_shape"])


def test_features_that_are_nan_throughout_are_left_out(load, save):
    path = save(holed(X, np.s_[:, 2], (3, 1)))
    words = "left out 1 of 5 features.*number 2, counted from 0.* and 1 of 12 signals"
    with pytest.warns(UserWarning, match=words):
        data = load("from_file", path=path, n_atoms=3, missing="nan", test_fraction=0.2)
    whole = np.delete(np.delete(X, 2, axis=1), 3, axis=0)
    np.testing.assert_array_equal(data["X"], whole[:9])
    np.testing.assert_array_equal(data["X_test"], whole[9:])
    assert data["atom_shape"] == (4,)


def test_signals_on_disk_are_indexed_as_arrays_are(load, save):
    series = RNG.standard_normal((6, 4, 30))
    path = save(holed(series, np.s_[:, 1], (2, 0, 7)))
    with pytest.warns(UserWarning, match="left out 1 of 4 .*1 of 6 signals"):
        options = {"n_atoms": 2, "atom_length": 5, "missing": "nan"}
        found = load("from_file", path=path, **options)["X"]
    whole = np.delete(np.delete(series, 1, axis=1), 2, axis=0)
    assert found.shape == whole.shape == (5, 3, 30)
    for key in (
        0, -1, slice(1, 4), np.array([3, 0]), (2, slice(None), slice(4, 9)),
        (slice(0, 2), 1), (np.array([0, 4]), slice(1, 3), slice(None, None, 2)),
        (1, 2, 3), slice(2, 2),
    ):  # fmt: skip
        np.testing.assert_array_equal(found[key], whole[key])


def test_files_count_together(load, save, tmp_path):
    save(holed(X, np.s_[:, 2], (0, 0)), "a.npy")
    save(X, "b.npy")
    save(holed(X, np.s_[:, 0]), "c.npy")
    with pytest.warns(UserWarning, match="left out 24 of 36 signals"):
        data = load("from_file", path=str(tmp_path / "*.npy"), n_atoms=3, missing="nan")
    np.testing.assert_array_equal(data["X"], X)


def test_without_the_parameter_it_is_an_error_with_the_remedy(load, save, tmp_path):
    data = load("from_file", path=save(holed(X, (3, 1))), n_atoms=3)
    with pytest.raises(ValueError, match="1 of 12 signals.*missing=nan"):
        check_problem(data["X"], None, "dense", 3, (5,))
    (tmp_path / "gap.csv").write_text("1,2\n3,\n5,7\n")
    with pytest.raises(ValueError, match="is empty.*missing=nan leaves out rows"):
        load("from_file", path=str(tmp_path / "gap.csv"))
    path = save(holed(EEG, (1, 450)), "a_raw.fif")
    with pytest.raises(ValueError, match="Cz at 4.50 s.*missing=nan leaves out"):
        load("from_file", path=path, **SMALL)


def test_gaps_of_a_table_may_be_missing_and_words_not(load, tmp_path):
    (tmp_path / "gap.csv").write_text("1,2\n3,\nNaN,1\n5,7\n8,2\n")
    with pytest.warns(UserWarning, match="left out 2 of 5 signals"):
        found = load("from_file", path=str(tmp_path / "gap.csv"), missing="nan")["X"]
    np.testing.assert_array_equal(found, [[1, 2], [5, 7], [8, 2]])
    for word in ("x", "inf"):
        (tmp_path / "gap.csv").write_text(f"1,2\n3,{word}\n5,7\n8,\n")
        with pytest.raises(ValueError, match=f"the first has '?{word}'?, in row 2"):
            load("from_file", path=str(tmp_path / "gap.csv"), missing="nan")


def test_where_no_signal_is_whole_the_remedy_is_told(load, save):
    gaps = holed(X, *((i, i % 5) for i in range(12)))
    with pytest.raises(ValueError, match="each of the 12 signals.*no mask.*impute"):
        load("from_file", path=save(gaps), missing="nan")


def test_nothing_is_said_where_nothing_is_missing(load, save, recwarn):
    data = load("from_file", path=save(X), n_atoms=3, missing="nan")
    assert isinstance(data["X"], np.memmap) and not recwarn.list


# Recordings


@pytest.mark.filterwarnings("ignore:.*[Ll]eft out:UserWarning")
def test_samples_that_are_nan_are_left_out_as_bad_spans_are(load, save):
    missing = save(holed(EEG, np.s_[1, 400:600]), "a_raw.fif")
    marked = save(EEG, "b_raw.fif", bad=(4, 2))
    with pytest.warns(UserWarning, match="a_raw.fif: left out 2.0 s of NaN.*2 good"):
        found = load("from_file", path=missing, **SMALL, missing="nan")
    expected = load("from_file", path=marked, **SMALL)
    np.testing.assert_allclose(found["X"], expected["X"], rtol=1e-9)
    assert found["info"]["starts"].tolist() == expected["info"]["starts"].tolist()


@pytest.mark.filterwarnings("ignore:.*left out:UserWarning")
def test_bad_spans_and_nan_go_together(load, save):
    gaps = holed(EEG, np.s_[1, 400:500], np.s_[0, 720], np.s_[:, 999])
    path = save(gaps, "a_raw.fif", bad=(4.5, 1))
    with pytest.warns(UserWarning, match="1.0 s annotated BAD_x and 0.5 s of NaN"):
        X = load("from_file", path=path, **SMALL, missing="nan")["X"]
    assert np.isfinite(np.asarray(X)).all()


@pytest.mark.filterwarnings("ignore:.*left out [02]:UserWarning")
def test_channels_that_are_nan_throughout_are_named(load, save, tmp_path):
    path = save(holed(EEG, np.s_[2], np.s_[0, :200]), "a_raw.fif")
    with pytest.warns(UserWarning, match="channels that are NaN throughout, Pz"):
        data = load("from_file", path=path, **SMALL, missing="nan")
    assert data["X"].shape == (1, 2, 800)
    save(EEG, "b_raw.fif")
    pattern = str(tmp_path / "*_raw.fif")
    with pytest.warns(UserWarning, match="Only the 2 channels.*a_raw.fif lacks Pz"):
        data = load("from_file", path=pattern, **SMALL, missing="nan")
    assert data["info"]["ch_names"] == ["Fz", "Cz"]
    with pytest.raises(ValueError, match="all samples of all channels are NaN"):
        load("from_file", path=save(holed(EEG, np.s_[:]), "c_raw.fif"), **SMALL,
             missing="nan")  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*left out:UserWarning")
def test_what_is_missing_does_not_spread_through_filters(load, save):
    path = save(holed(EEG, np.s_[1, 450:470]), "a_raw.fif")
    options = SMALL | {"filter": "2-40", "missing": "nan"}
    X = np.asarray(load("from_file", path=path, **options)["X"])
    assert np.isfinite(X).all() and X.shape[0] * X.shape[2] >= 800


def test_infinite_values_are_still_an_error(load, save):
    data = EEG.copy()
    data[1, 450] = np.inf
    with pytest.raises(ValueError, match="NaN or infinite values"):
        load("from_file", path=save(data, "a_raw.fif"), **SMALL, missing="nan")


def test_files_of_which_nothing_is_left_are_named(tmp_path, load):
    whole = np.random.default_rng(0).standard_normal((5, 3))
    torn = whole.copy()
    torn[:, 1] = np.nan
    paths = [str(tmp_path / name) for name in ("whole.npy", "torn.npy")]
    for path, X in zip(paths, (whole, torn), strict=True):
        np.save(path, X)
    words = "2 files, .*whole.npy to .*torn.npy: left out 5 of 10.*left of .*torn.npy"
    with pytest.warns(UserWarning, match=words):
        load("from_file", path=paths, missing="nan")
    np.save(paths[1], np.full((5, 3), np.nan))
    with pytest.raises(ValueError, match="all values of .*torn.npy are NaN"):
        load("from_file", path=paths[1], missing="nan")
