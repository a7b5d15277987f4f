"""Channels that stand out are told, offsets are taken off, and scales are a choice."""

import mne
import numpy as np
import pytest

from benchmark_utils.signals.channels import mean_and_deviation, warn_of_odd

RATE = 100
EEG = 1e-5 * np.random.default_rng(0).standard_normal((5, 2000))
SMALL = {"picks": "eeg", "n_atoms": 2, "atom_length": 10}


@pytest.fixture
def saved(tmp_path):
    """The path of a recording with these samples."""

    def saved(data, types="eeg", bads=(), name="a_raw.fif"):
        info = mne.create_info([f"CH {i}" for i in range(len(data))], RATE, types)
        info["bads"] = list(bads)
        raw = mne.io.RawArray(data, info, verbose="ERROR")
        raw.save(tmp_path / name, fmt="double", overwrite=True, verbose="ERROR")
        return str(tmp_path / name)

    return saved


def scaled(factors, data=EEG):
    return data * np.array(factors, dtype=float)[:, None]


@pytest.mark.parametrize(
    "factors, named",
    [
        ((1, 1000, 1, 1, 1), r"CH 1 \(\d+ times"),  # an ECG in mV among EEG in µV
        ((1, 1, 25, 1, 1), r"CH 2 \(2\d times"),
        ((1, 1, 1, 1e-3, 1), r"CH 3 \(0.001 times"),
        ((1, 1, 1, 1 / 30, 1), r"CH 3 \(0.03 times"),
        ((1000, 1, 1, 1, 1000), r"CH 0 \(.*CH 4 \("),
    ],
)
def test_channels_far_from_the_median_are_named(load, saved, factors, named):
    path = saved(scaled(factors))
    with pytest.warns(
        UserWarning, match=f"a_raw.fif: .*{named}.*as bad.*scale=channel"
    ):
        load("from_file", path=path, **SMALL)


@pytest.mark.parametrize("factors", [(1, 1000), (1000, 1)])
def test_of_two_channels_the_louder_is_named(load, saved, factors):
    loud = f"CH {int(np.argmax(factors))}"
    path = saved(scaled(factors, EEG[:2]))
    with pytest.warns(UserWarning, match=rf"of their type: {loud} \(\d+ times it\)\."):
        load("from_file", path=path, **SMALL)


def test_channels_like_the_others_are_not_named(load, saved, recwarn):
    load("from_file", path=saved(scaled((1, 15, 0.1, 1, 1))), **SMALL)
    mixed = saved(scaled((1, 1, 1e-7, 2e-7, 3e-7)), ["eeg", "eeg", "mag", "mag", "mag"])
    load("from_file", path=mixed, **SMALL | {"picks": "data"})
    assert not recwarn.list


@pytest.mark.filterwarnings("error")
def test_both_remedies_of_the_warning_work(load, saved):
    loud = scaled((1, 1000, 1, 1, 1))
    X = load("from_file", path=saved(loud, bads=["CH 1"]), **SMALL)["X"]
    assert X.shape == (1, 4, 2000) and np.asarray(X).std() == pytest.approx(1)
    X = load("from_file", path=saved(loud), **SMALL, scale="channel")["X"]
    assert X.shape == (1, 5, 2000)
    np.testing.assert_allclose(np.asarray(X).std(axis=(0, 2)), 1)


@pytest.mark.parametrize("scale", ["type", "channel", "none"])
def test_flat_channels_are_named_and_stay_zero(load, saved, scale):
    path = saved(scaled((1, 0, 1, 1, 1)) + 1e-3)
    with pytest.warns(UserWarning, match="these channels are flat: CH 1. Mark them"):
        X = np.asarray(load("from_file", path=path, **SMALL, scale=scale)["X"])
    np.testing.assert_array_equal(X[0, 1], 0)
    assert np.isfinite(X).all() and X[0, 0].std() > 0


@pytest.mark.parametrize("offset", [1e-3, 1e-2, 10.0, -1e4])
def test_offsets_are_taken_off(load, saved, offset):
    plain = np.asarray(load("from_file", path=saved(EEG), **SMALL)["X"])
    offsets = offset * np.arange(5)[:, None]
    path = saved(EEG + offsets, name="b_raw.fif")
    found = np.asarray(load("from_file", path=path, **SMALL)["X"])
    rounding = np.abs(offsets).max() * 1e-15 / EEG.std()
    np.testing.assert_allclose(found, plain, atol=10 * rounding + 1e-9)
    np.testing.assert_allclose(found.mean(axis=2), 0, atol=10 * rounding + 1e-9)


def test_scales_are_those_of_the_type_of_the_channel_or_none(load, saved):
    data = scaled((1, 2, 3e-7, 4e-7, 5e-7))
    centred = data - data.mean(axis=1, keepdims=True)
    path = saved(data, ["eeg", "eeg", "mag", "mag", "mag"])
    options = SMALL | {"path": path, "picks": "data"}
    by = {s: np.asarray(load("from_file", **options, scale=s)["X"])[0]
          for s in ("type", "channel", "none")}  # fmt: skip
    np.testing.assert_allclose(by["none"], centred, rtol=1e-9, atol=1e-20)
    deviation = centred.std(axis=1, keepdims=True)
    np.testing.assert_allclose(by["channel"], centred / deviation, rtol=1e-6, atol=1e-9)
    for of_type in (slice(0, 2), slice(2, 5)):
        expected = centred[of_type] / centred[of_type].std()
        np.testing.assert_allclose(by["type"][of_type], expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("scale", ["chanel", None, True, 1])
def test_other_scales_are_refused(load, saved, scale):
    with pytest.raises(
        ValueError, match="scale must be one of type, channel, none; got"
    ):
        load("from_file", path=saved(EEG), **SMALL, scale=scale)


def test_arrays_have_no_scale(load, tmp_path):
    np.save(tmp_path / "x.npy", EEG)
    with pytest.raises(ValueError, match="scale=channel is for recordings.*x.npy"):
        load("from_file", path=str(tmp_path / "x.npy"), scale="channel")


def test_means_and_deviations_of_blocks_are_those_of_the_whole():
    data = EEG + 10.0
    blocks = (data[:, i : i + 333] for i in range(0, 2000, 333))
    mean, deviation = mean_and_deviation(blocks)
    np.testing.assert_allclose(mean, data.mean(axis=1, keepdims=True), rtol=1e-14)
    np.testing.assert_allclose(deviation[:, 0], data.std(axis=1), rtol=1e-6)


def test_most_channels_may_be_flat():
    deviation = np.array([0, 0, 0, 1, 2.0])
    with pytest.warns(UserWarning) as told:
        warn_of_odd(deviation, list("abcde"), 5 * ["eeg"], "x.fif", "type")
    assert [str(w.message).split(". ")[0] for w in told] == [
        "x.fif: these channels are flat: a, b, c"
    ]
