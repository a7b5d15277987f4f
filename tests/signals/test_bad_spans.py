"""Bad spans and edges of recordings: in no signal, and told; and where signals are."""

import warnings
from pathlib import Path

import mne
import numpy as np
import pytest
from fake_meg import place, signals, write

from benchmark_utils.problem.regularization import lambda_max
from benchmark_utils.problem.validation import check_problem
from benchmark_utils.reading import on_disk
from benchmark_utils.signals.meg import SFREQ, clean
from benchmark_utils.signals.meg_signals import cut
from benchmark_utils.signals.opening import open_recording
from benchmark_utils.signals.recordings import SAMPLE, SOMATO
from benchmark_utils.signals.sensors import sensor_info, vectorview
from benchmark_utils.signals.spans import first_part, good_stretches, pieces

RATE = 100  # Hz
RNG = np.random.default_rng(0)
EEG = 1e-5 * RNG.standard_normal((3, 10 * RATE))
SMALL = {"picks": "eeg", "n_atoms": 2, "atom_length": 10}
MUTE = "ignore:.*left out:UserWarning"


def recording(*spans, data=EEG, first_samp=0, meas_date=None, ch_names=None):
    """A recording in memory, with annotations (onset, duration, description)."""
    info = mne.create_info(len(data), RATE, "eeg")
    raw = mne.io.RawArray(data.copy(), info, first_samp=first_samp, verbose="ERROR")
    raw.set_meas_date(meas_date)
    if spans:
        onsets, durations, names = zip(*spans, strict=True)
        raw.set_annotations(
            mne.Annotations(onsets, durations, names, ch_names=ch_names)
        )
    return raw


@pytest.fixture
def saved(tmp_path):
    """The path of a recording with annotations, and 5 mV where they are bad."""

    def saved(*spans, loud=(), name="a_raw.fif", **options):
        data = EEG.copy()
        for start, stop in loud:
            data[:, start:stop] += 5e-3
        path = tmp_path / name
        raw = recording(*spans, data=data, **options)
        raw.save(path, fmt="double", overwrite=True, verbose="ERROR")
        return str(path)

    return saved


def bounds(raw):
    return good_stretches(raw)[0].tolist()


# Which stretches are good


def test_without_annotations_all_is_good():
    assert bounds(recording()) == [[0, 1000]]
    assert good_stretches(recording())[1] == {}
    assert bounds(recording((2, 1, "stimulus"), (5, 0, "not bad"))) == [[0, 1000]]


@pytest.mark.parametrize("name", ["BAD_movement", "bad", "Bad blink", "BAD_ACQ_SKIP"])
def test_bad_spans_are_cut_out(name):
    raw = recording((4, 2, name))
    assert bounds(raw) == [[0, 400], [600, 1000]]
    assert good_stretches(raw)[1] == {name: 200}


@pytest.mark.parametrize(
    "name", ["EDGE boundary", "edge", "BAD boundary", "boundary", "New Segment/"]
)
def test_edges_split_and_lose_nothing(name):
    raw = recording((4, 0, name))
    assert bounds(raw) == [[0, 400], [400, 1000]]
    assert good_stretches(raw)[1] == {}


@pytest.mark.parametrize("duration", [3, np.nan])
def test_what_eeglab_removed_is_not_in_the_file(duration):
    raw = recording((4, 3, "boundary"))
    raw.annotations.duration[:] = duration
    assert bounds(raw) == [[0, 400], [400, 1000]]


@pytest.mark.parametrize(
    "spans, expected",
    [
        ([(0, 2, "bad")], [[200, 1000]]),
        ([(9, 5, "bad")], [[0, 900]]),
        ([(1, 3, "bad a"), (2, 1, "bad b")], [[0, 100], [400, 1000]]),
        ([(1, 2, "bad a"), (2, 2, "bad b")], [[0, 100], [400, 1000]]),
        ([(1, 2, "bad a"), (3, 2, "bad b")], [[0, 100], [500, 1000]]),
        ([(1, 2, "bad"), (2, 0, "edge")], [[0, 100], [300, 1000]]),
        ([(0, 10, "bad")], []),
    ],
)
@pytest.mark.filterwarnings("ignore:.*outside data range:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:.*expanding outside:RuntimeWarning")
def test_spans_at_the_ends_and_over_each_other(spans, expected):
    raw = recording(*spans)
    assert bounds(raw) == expected
    lost = 1000 - sum(b - a for a, b in expected)
    assert sum(good_stretches(raw)[1].values()) == lost


@pytest.mark.parametrize("meas_date", [None, 1e9])
@pytest.mark.parametrize("first_samp", [0, 12345])
def test_onsets_count_as_mne_counts_them(first_samp, meas_date):
    raw = recording(first_samp=first_samp, meas_date=meas_date)
    raw.set_annotations(mne.Annotations(4, 2, "bad", orig_time=None))
    cropped = raw.copy().crop(1.5, 8)
    for each, expected in ((raw, [400, 600]), (cropped, [250, 450])):
        (_, first), (last, _) = bounds(each)
        assert [first, last] == expected
        kept = each.get_data(reject_by_annotation="omit", verbose="ERROR")
        mine = [each.get_data(start=a, stop=b) for a, b in bounds(each)]
        np.testing.assert_array_equal(np.concatenate(mine, axis=1), kept)


def test_spans_of_some_channels_count_for_those():
    raw = recording((4, 2, "bad"), ch_names=[["0"]])
    assert len(bounds(raw)) == 2
    assert bounds(raw.copy().pick(["1", "2"])) == [[0, 1000]]


def test_recordings_that_are_joined_stay_apart():
    joined = mne.concatenate_raws([recording(), recording()], verbose="ERROR")
    assert bounds(joined) == [[0, 1000], [1000, 2000]]


# Signals of one length


@pytest.mark.parametrize(
    "lengths, n_times_atom, n_times, n_signals",
    [
        ([1000], 10, 1000, 1),
        ([10_000, 4000], 100, 2000, 7),  # 100 s and 40 s at 100 Hz: 20 s
        ([400, 400], 10, 400, 2),
        ([400, 401], 10, 400, 2),
        ([1000, 30], 10, 1000, 1),  # the short stretch is not worth short signals
        ([300, 5], 10, 300, 1),
        ([12, 10, 11], 10, 11, 2),  # four places for atoms in all, not three
        ([100, 100, 50], 100, 100, 2),
    ],
)
def test_signals_are_long_and_leave_little_out(
    lengths, n_times_atom, n_times, n_signals
):
    stops = np.cumsum(np.array(lengths) + 7)
    stretches = np.column_stack([stops - lengths, stops])
    found = pieces(stretches, n_times_atom)
    assert (found.n_times, len(found.starts)) == (n_times, n_signals)
    for start in found.starts:  # within one stretch, all of it
        inside = (stretches[:, 0] <= start) & (start + n_times <= stretches[:, 1])
        assert inside.sum() == 1
    assert (np.diff(found.starts) >= n_times).all()


@pytest.mark.parametrize("seed", range(5))
def test_no_other_length_has_more_places_for_atoms(seed):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(20, 300, 6)
    stops = np.cumsum(lengths)
    found = pieces(np.column_stack([stops - lengths, stops]), 8)

    def places(n):
        return sum(length // n for length in lengths) * (n - 7)

    assert places(found.n_times) == max(map(places, range(8, 301)))


def test_hours_with_many_spans_are_cut_soon():
    stops = np.cumsum(np.random.default_rng(0).integers(10_000, 400_000, 150))
    found = pieces(np.column_stack([np.r_[0, stops[:-1]], stops - 500]), 600)
    assert found.n_samples > 0.7 * stops[-1]


def test_the_first_part_is_counted_in_good_samples():
    stretches = np.array([[0, 400], [600, 1000]])
    for n_times, first, rest in (
        (300, [[0, 300]], [[300, 400], [600, 1000]]),
        (400, [[0, 400]], [[600, 1000]]),
        (500, [[0, 400], [600, 700]], [[700, 1000]]),
        (800, [[0, 400], [600, 1000]], []),
    ):
        parts = first_part(stretches, n_times)
        assert [x.tolist() for x in parts] == [first, rest]


# from_file


def test_nothing_of_a_bad_span_is_in_the_signals(load, saved):
    path = saved((4, 2, "BAD_movement"), loud=[(400, 600)])
    with pytest.warns(
        UserWarning, match=r"a_raw.fif: left out 2.0 s annotated BAD_mov"
    ):
        data = load("from_file", path=path, **SMALL)
    X = data["X"]
    assert X.shape == (2, 3, 400) and on_disk.is_on_disk(X) and not X.raw.preload
    check_problem(X, None, data["model"], 2, data["atom_shape"])
    clean_parts = np.stack([EEG[:, :400], EEG[:, 600:]])
    centred = clean_parts - clean_parts.mean(axis=(0, 2))[:, None]
    np.testing.assert_allclose(X, centred / centred.std(), rtol=1e-7, atol=1e-9)
    assert data["info"]["starts"].tolist() == [0, 600]
    assert data["info"]["sfreq"] == RATE and data["info"]["first_samp"] == 0


@pytest.mark.filterwarnings(MUTE)
def test_a_bad_span_changes_neither_scale_nor_lambda(load, saved):
    spans = [(4, 2, "BAD")]
    quiet = load("from_file", path=saved(*spans), **SMALL)["X"]
    loud_path = saved(*spans, loud=[(400, 600)], name="b_raw.fif")
    loud = load("from_file", path=loud_path, **SMALL)["X"]
    np.testing.assert_allclose(loud.scales, quiet.scales, rtol=1e-9)
    D = RNG.standard_normal((2, 3, 10))
    D = D[:, :, :1] * D[:1, :1] / 10
    assert lambda_max("rank1", D, loud) == pytest.approx(lambda_max("rank1", D, quiet))


def test_without_gaps_there_is_one_signal_and_nothing_to_say(load, saved, recwarn):
    data = load("from_file", path=saved((3, 1, "stimulus")), **SMALL)
    assert data["X"].shape == (1, 3, 1000)
    assert data["info"]["starts"].tolist() == [0]
    assert not recwarn.list


@pytest.mark.parametrize("preload", [False, True])
def test_signals_are_indexed_as_arrays_are(saved, preload):
    path = saved((4, 2, "BAD"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        X, _ = open_recording(Path(path), "eeg").held_out(0, 10)
    if preload:
        X.raw.load_data(verbose="ERROR")
    whole = np.asarray(X)
    for key in (
        0, -1, np.s_[:1], np.s_[1:], np.array([1, 0]), np.s_[0, 1:, 5:20], np.s_[2:],
        np.s_[1, :, 390:500], np.s_[:, 2, ::3], (np.int64(1), slice(None), slice(3, 9)),
        np.s_[:, :, 7:3],
    ):  # fmt: skip
        np.testing.assert_array_equal(X[key], whole[key])
    with pytest.raises(IndexError):
        X[2]


@pytest.mark.filterwarnings(MUTE)
def test_the_end_of_what_is_good_is_held_out(load, saved):
    path = saved((4, 2, "BAD"), loud=[(400, 600)])
    data = load("from_file", path=path, **SMALL, test_fraction=0.25)
    X, X_test = data["X"], data["X_test"]
    assert X.shape == (3, 3, 200) and X_test.shape == (1, 3, 200)
    assert data["info"]["starts"].tolist() == [0, 200, 600]
    assert data["info"]["starts_test"].tolist() == [800]
    assert np.abs(X).max() < 6 and np.abs(X_test).max() < 6  # of no artefact
    with pytest.raises(ValueError, match="leaves nothing to learn from or to test on"):
        load("from_file", path=path, **SMALL, test_fraction=0.001)


def test_stretches_too_short_are_counted(load, saved):
    path = saved((0.05, 1, "BAD_a"), (5, 2, "BAD_b"))
    words = (
        r"left out 1.0 s annotated BAD_a and 2.0 s annotated BAD_b and \d.\d s of "
        "stretches too short for a signal.*3 good stretches"
    )
    with pytest.warns(UserWarning, match=words):
        X = load("from_file", path=path, **SMALL)["X"]
    assert X.shape[0] * X.shape[2] <= 695


def test_an_atom_must_fit_in_a_good_stretch(load, saved):
    path = saved((4, 2, "BAD"))
    with pytest.raises(ValueError, match="atom_length, .* from 1 to 400"):
        load("from_file", path=path, **SMALL | {"atom_length": 401})
    with pytest.raises(ValueError, match="a_raw.fif: all of it is annotated as bad"):
        load("from_file", path=saved((0, 10, "BAD_all")), **SMALL)


@pytest.mark.filterwarnings(MUTE)
def test_values_in_a_bad_span_need_not_be_finite(load, tmp_path):
    data = EEG.copy()
    data[1, 450] = np.nan
    for spans in ([(4, 2, "BAD")], []):
        raw = recording(*spans, data=data)
        raw.save(tmp_path / "a_raw.fif", fmt="double", overwrite=True, verbose="ERROR")
        path = str(tmp_path / "a_raw.fif")
        if spans:
            assert np.isfinite(load("from_file", path=path, **SMALL)["X"]).all()
        else:
            with pytest.raises(ValueError, match="NaN.*at 4.50 s.*annotate the span"):
                load("from_file", path=path, **SMALL)


@pytest.mark.filterwarnings(MUTE)
@pytest.mark.parametrize("meas_date", [None, 1e9])
def test_a_file_that_begins_later_keeps_its_spans(load, saved, meas_date):
    path = saved((4, 2, "BAD"), loud=[(400, 600)], first_samp=700, meas_date=meas_date)
    data = load("from_file", path=path, **SMALL)
    assert data["X"].shape == (2, 3, 400) and np.abs(data["X"]).max() < 6
    assert data["info"]["starts"].tolist() == [0, 600]
    assert data["info"]["first_samp"] == 700


@pytest.mark.filterwarnings(MUTE)
def test_a_file_in_parts_is_one_recording(load, tmp_path):
    data = 1e-5 * np.random.default_rng(0).standard_normal((3, 1000 * RATE))
    data[:, 20_000:20_200] += 5e-3
    raw = recording((200, 2, "BAD"), data=data)
    path = tmp_path / "a_raw.fif"
    raw.save(path, fmt="double", split_size="2MB", buffer_size_sec=1, verbose="ERROR")
    parts = sorted(tmp_path.glob("a_raw-*.fif"))
    assert len(parts) == 2
    X = load("from_file", path=str(path), **SMALL)["X"]
    assert X.cut.starts[-1] + X.cut.n_times == 100_000 and np.abs(X).max() < 7
    parts[-1].unlink()
    with pytest.raises(ValueError, match="a_raw.fif cannot be read as a recording"):
        load("from_file", path=str(path), **SMALL)


# Recordings that are cleaned


def annotated(path, *spans, seconds=20, seed=0, loud=1000):
    """Rewrite a recording of gradiometers with spans, which are loud if bad."""
    data = signals(seconds=seconds, seed=seed)
    for onset, duration, _ in spans:
        a, b = round(300 * onset), round(300 * (onset + duration))
        data[:, a:b] *= loud
    write(path, data)
    raw = mne.io.read_raw_fif(path, preload=True, verbose="ERROR")
    raw.set_annotations(mne.Annotations(*zip(*spans, strict=True)))
    raw.save(path, fmt="double", overwrite=True, verbose="ERROR")
    return path


@pytest.mark.filterwarnings("ignore:.*good stretches:UserWarning")
def test_cleaning_leaves_bad_spans_out(tmp_path):
    path = annotated(tmp_path / "a_raw.fif", (8, 2, "BAD_movement"))
    with pytest.warns(UserWarning, match="a_raw.fif: left out 2.0 s annotated BAD_mov"):
        recording = clean(path, 50)
    quiet = clean(annotated(tmp_path / "b_raw.fif", (8, 2, "BAD"), loud=1), 50)
    np.testing.assert_allclose(recording.data, quiet.data)  # nothing leaks
    assert recording.data.shape == (12, 18 * SFREQ)
    assert recording.stretches.tolist() == [[0, 1200], [1200, 2700]]
    np.testing.assert_allclose(
        recording.time(np.array([0, 1199, 1200])), [0, 7.993, 10], atol=1e-3
    )
    X, X_test = cut(recording, duration=16, n_times_atom=30, test_fraction=0.25)
    assert X.shape[0] * X.shape[2] == 1800 and X_test.shape == (1, 12, 600)


def test_stretches_too_short_to_filter_are_told(tmp_path):
    path = annotated(tmp_path / "a_raw.fif", (1, 2, "BAD_a"), (10, 1, "BAD_b"))
    words = "3.0 s annotated|2.0 s annotated BAD_a and 1.0 s .*BAD_b and 1.0 s of str"
    with pytest.warns(UserWarning, match=words):
        assert clean(path, 50).stretches.tolist() == [[0, 1050], [1050, 2400]]
    path = annotated(tmp_path / "b_raw.fif", (1, 18, "BAD"))
    with pytest.raises(ValueError, match="no good stretch of 2.0 s: left out 18.0 s"):
        clean(path, 50)


@pytest.mark.filterwarnings("ignore:.*[Ll]eft out:UserWarning")
@pytest.mark.parametrize("source", [SAMPLE, SOMATO], ids=lambda source: source.name)
def test_datasets_of_meg_leave_bad_spans_out(source, home, monkeypatch, load):
    monkeypatch.setenv(f"MNE_DATASETS_{source.name.upper()}_PATH", str(home))
    annotated(place(source, home), (8, 2, "BAD"), (15, 0, "EDGE boundary"))
    options = {"n_atoms": 2, "atom_duration": 0.2}
    first = load(f"meg_{source.name}", **options)
    again = load(f"meg_{source.name}", **options)  # from the disk
    for data in (first, again):
        X, info = data["X"], data["info"]
        check_problem(X, None, "rank1", 2, data["atom_shape"])
        assert X.std() == pytest.approx(1) and np.abs(X).max() < 20
        assert len(X) == len(info["starts"]) > 1 and info["first_samp"] == 0
        inside = (info["starts"] < 1500) & (info["starts"] + X.shape[2] > 1200)
        assert not inside.any()
        across = (info["starts"] < 2250) & (info["starts"] + X.shape[2] > 2250)
        assert not across.any()
    np.testing.assert_array_equal(again["X"], first["X"])


def test_sensors_are_where_the_file_says(load, tmp_path):
    names, ch_loc = vectorview(4)
    info = sensor_info(names, ch_loc, RATE)
    raw = mne.io.RawArray(np.vstack([EEG, EEG[:1]]), info, verbose="ERROR")
    raw.save(tmp_path / "a_raw.fif", fmt="double", verbose="ERROR")
    options = SMALL | {"picks": "grad", "path": str(tmp_path / "a_raw.fif")}
    found = load("from_file", **options)["info"]
    assert found["ch_types"] == ["grad"] * 4 and found["ch_names"] == names
    np.testing.assert_allclose(found["ch_loc"], ch_loc, atol=1e-6)
    places = {"Fz": [0, 0.06, 0.08], "Cz": [0, 0, 0.1], "Pz": [0, -0.06, 0.08]}
    raw = recording()
    raw.rename_channels(dict(zip("012", places, strict=True)))
    raw.set_montage(mne.channels.make_dig_montage(places, coord_frame="head"))
    raw.save(tmp_path / "b_raw.fif", fmt="double", verbose="ERROR")
    found = load("from_file", path=str(tmp_path / "b_raw.fif"), **SMALL)["info"]
    assert found["ch_types"] == ["eeg"] * 3
    np.testing.assert_array_equal(found["ch_loc"][:, :3], found["ch_pos"])
    np.testing.assert_allclose(found["ch_pos"], [*places.values()], atol=1e-6)
