"""Atoms out of a result file: what they are, codes of new signals, MNE-Python."""

import subprocess
import sys

import fake_results as fake
import matplotlib
import matplotlib.pyplot
import mne
import numpy as np
import pytest
from command_line import copy_benchmark, run
from documents import ROOT, code
from sklearn.decomposition import sparse_encode

from benchmark_utils.dictionaries.unit_norm import unit_atoms
from benchmark_utils.export import Learned, learned, maps, recordings
from benchmark_utils.export import __main__ as export
from benchmark_utils.pages import topographies
from benchmark_utils.signals.recordings import SAMPLE
from benchmark_utils.signals.sensors import sensor_info, vectorview

SFREQ = 100  # Hz


def table(*solvers):
    rows = fake.table(*(fake.run(s, [0.0, 1.0], n_steps=[0, 5]) for s in solvers))
    D = fake.dictionary(4, 6)
    final = {"D": D, "usage": np.array([1, 7, 0, 3]), "model": "dense"}
    rows["final_results"] = [None, final] * len(solvers)
    return rows.assign(objective_lmbd=0.3, p_obj_positive=False), D


def test_atoms_come_most_used_first_with_scores():
    df, D = table("AM[N=30]")
    atoms = learned(df)
    np.testing.assert_array_equal(atoms.D, D[[1, 3, 0, 2]])
    assert (atoms.model, atoms.lmbd, atoms.positive) == ("dense", 0.3, False)
    assert atoms.scores["density"] == 0.2 and "psnr" not in atoms.scores
    assert atoms.names["solver"] == "AM[N=30]"


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({}, "no solver is named, and the file has AM.N=30., DDL"),
        ({"solver": "K-SVD"}, "solver='K-SVD', and the file has AM.N=30., DDL"),
        ({"solver": "AM", "dataset": "meg"}, "dataset='meg'.*gaussian"),
        ({"solver": "AM", "repetition": 3}, r"no repetition 3, only \[0\]"),
    ],
)
def test_the_run_that_is_meant_must_be_one(wrong, says):
    with pytest.raises(ValueError, match=says):
        learned(table("AM[N=30]", "DDL")[0], **wrong)


def test_the_initial_dictionary_is_not_given_as_learned():
    df, _ = table("AM")
    df["objective_n_steps"] = 0
    with pytest.raises(ValueError, match="took no step.*--timeout"):
        learned(df)


def test_a_file_without_dictionaries_is_named():
    df, _ = table("AM")
    others = df.drop(columns="final_results"), df.assign(final_results="of a .csv")
    for other in others:
        with pytest.raises(ValueError, match="no dictionary of AM: take the .parquet"):
            learned(other)


@pytest.mark.parametrize("scale", [1e-13, 1.0, 1e6])
@pytest.mark.parametrize("positive", [False, True])
def test_codes_are_those_of_the_lasso_in_any_units(scale, positive):
    X = np.random.default_rng(0).standard_normal((20, 6))
    D = fake.dictionary(9, 6)
    atoms = Learned(D, "dense", 0.3 * scale, positive)
    expected = sparse_encode(
        X, D, algorithm="lasso_cd", alpha=0.3, positive=positive, max_iter=10_000
    )
    Z = atoms.transform(scale * X)
    np.testing.assert_allclose(Z / scale, expected, atol=0.01)
    loss = [
        ((X - z @ D) ** 2).sum() / 2 + 0.3 * np.abs(z).sum()
        for z in (Z / scale, expected)
    ]
    assert loss[0] <= loss[1] * (1 + 1e-6)


@pytest.mark.parametrize("shape", [(5, 7), (5, 6, 3), (6,)])
def test_signals_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match="Signals have shape.*atoms"):
        Learned(fake.dictionary(4, 6), "dense", 0.1, False).transform(np.ones(shape))


def test_everything_is_in_the_npz(tmp_path):
    atoms = learned(table("AM")[0])
    atoms.save(tmp_path / "a.npz", Z=np.ones((2, 4)))
    with np.load(tmp_path / "a.npz") as saved:
        np.testing.assert_array_equal(saved["D"], atoms.D)
        assert saved["lmbd"] == 0.3 and saved["solver"] == "AM"
        assert saved["Z"].shape == (2, 4) and "u" not in saved


def recording():
    """Two atoms of eight gradiometers, each at known samples, in little noise."""
    rng = np.random.default_rng(0)
    u = fake.dictionary(2, 8, seed=3)
    t = np.arange(20) / 20
    v = np.stack([np.sin(2 * np.pi * t), np.hanning(20)])
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    data, places = 0.01 * rng.standard_normal((8, 2000)), []
    for k in range(2):
        places.append(np.arange(30 + 60 * k, 1900, 150))
        for place in places[k]:
            data[:, place : place + 20] += np.outer(u[k], v[k])
    info = sensor_info(*vectorview(8), SFREQ)
    raw = mne.io.RawArray(1e-12 * data, info, first_samp=500, verbose="ERROR")
    return raw, u, v, places


@pytest.fixture
def fif(tmp_path):
    raw, *truth = recording()
    raw.save(tmp_path / "my_raw.fif", fmt="double", verbose="ERROR")
    return tmp_path / "my_raw.fif", *truth


def known(u, v, scale=1.0):
    names, loc = vectorview(8)
    D = u[:, :, None] * v[:, None, :]
    info = {"sfreq": float(SFREQ), "ch_names": names, "ch_loc": loc}
    return Learned(D, "rank1", 0.1 * scale, True, u, v, info=info)


def test_events_are_where_the_atoms_were_put(fif):
    path, u, v, places = fif
    found = recordings.activations(known(u, v), path)
    events = found.events()
    for k in range(2):
        samples = events[events[:, 2] == k + 1, 0]
        assert {int(s) for s in samples} >= {500 + int(p) for p in places[k]}
        near = np.abs(samples[:, None] - 500 - places[k]).min(axis=1)
        assert near.max() <= 1
    notes = found.annotations()
    assert len(notes) == len(events) and set(notes.description) == {"atom 1", "atom 2"}
    np.testing.assert_allclose(notes.onset, (events[:, 0] - 500) / SFREQ)
    np.testing.assert_allclose(notes.duration, 0.2)
    assert len(found.events(least=0.0)) >= len(events)


def test_a_recording_with_other_channels_is_refused(fif):
    path, u, v, _ = fif
    atoms = known(u, v)
    atoms.info["ch_names"] = atoms.info["ch_names"][::-1]
    with pytest.raises(ValueError, match="other ch_names.*same picks"):
        recordings.activations(atoms, path)


def test_maps_are_evokeds(fif):
    _, u, v, _ = fif
    first, second = maps.evokeds(known(u, v))
    np.testing.assert_allclose(second.data, np.outer(u[1], v[1]))
    assert (first.comment, first.info["sfreq"]) == ("atom 1", SFREQ)
    with pytest.raises(ValueError, match="not of a recording"):
        maps.evokeds(learned(table("AM")[0]))


@pytest.mark.slow
def test_the_readme_s_lines_from_a_recording_to_an_average(
    fif, tmp_path, monkeypatch, capsys
):
    path, *_ = fif
    (tmp_path / "benchmark").mkdir()
    folder = copy_benchmark(tmp_path / "benchmark")
    data = f"from_file[path='{path}',n_atoms=2,atom_length=20]"
    objective = "*[scaled_reg=True,init=data,positive=True]"
    run(folder, "my_run", "-d", data, "-o", objective, "-s", "Block-AM", "-n", "8",
        "--no-plot")  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(ROOT)
    (tmp_path / "outputs").symlink_to(folder / "outputs")
    matplotlib.use("Agg")
    names = {}
    exec(code("README.md", "python")[0], names)
    assert names["average"].nave > 3 and names["average"].data.shape[0] == 8
    written = "a.npz", "a-ave.fif", "a-annot.fif", "a-eve.fif"
    command = ["outputs/my_run.parquet", "--signals", str(path), "--to"]
    for to in written:
        export.main([*command, to])
        assert (tmp_path / to).exists()
        assert f"{to}: 2 atoms of Block-AM" in capsys.readouterr().out
    with np.load("a.npz") as saved:
        assert saved["Z"].shape == (1, 2, 1981) and saved["v"].shape == (2, 20)
    done = subprocess.run(
        [sys.executable, "-m", "benchmark_utils.export", *command, "a.txt"],
        cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 1 and "--to must end in .npz" in done.stderr


# Sensors of other types


@pytest.fixture
def sensors(tmp_path):
    """A recording of EEG and magnetometers with places, and its path."""
    names, ch_loc = vectorview(24)
    ch_loc = ch_loc[::2]
    eeg = ["Fz", "Cz", "Pz", "C3", "C4", "O1", "O2", "F3", "F4"]
    places = unit_atoms(np.random.default_rng(1).standard_normal((9, 3)))
    places = dict(zip(eeg, 0.09 * places, strict=True))
    montage = mne.channels.make_dig_montage(places, coord_frame="head")
    mags = [name[:-1] + "1" for name in names[::2]]
    types = ["eeg"] * len(eeg) + ["mag"] * len(mags)
    rng = np.random.default_rng(0)
    scale = np.where(np.array(types) == "eeg", 1e-5, 1e-12)[:, None]
    data = scale * rng.standard_normal((len(types), 2000))
    info = mne.create_info(eeg + mags, SFREQ, types)
    raw = mne.io.RawArray(data, info, verbose="ERROR")
    raw.set_montage(montage, on_missing="ignore")
    for channel, loc in zip(raw.info["chs"][len(eeg) :], ch_loc, strict=True):
        channel["loc"][:] = loc
    raw.save(tmp_path / "s_raw.fif", fmt="double", verbose="ERROR")
    return raw, str(tmp_path / "s_raw.fif")


@pytest.mark.parametrize("picks, n_channels", [("eeg", 9), ("mag", 12), ("data", 21)])
def test_sensors_keep_names_places_and_maps(load, sensors, tmp_path, picks, n_channels):
    raw, path = sensors
    data = load("from_file", path=path, picks=picks, n_atoms=2, atom_length=15)
    u, v = fake.dictionary(2, n_channels), fake.dictionary(2, 15, seed=1)
    final = {
        "u": u,
        "v": v,
        "usage": np.array([1, 2]),
        "model": "rank1",
        **data["info"],
    }
    df = fake.run("AM", [0.0, 1.0], final=final, n_steps=[0, 5])
    atoms = learned(df.assign(objective_lmbd=0.3, p_obj_positive=False))
    chosen = raw.copy() if picks == "data" else raw.copy().pick(picks)
    assert list(atoms.info["ch_names"]) == chosen.ch_names
    first, _ = evokeds = maps.evokeds(atoms)
    np.testing.assert_allclose(first.data, np.outer(u[1], v[1]))
    mne.write_evokeds(tmp_path / "a-ave.fif", evokeds, verbose="ERROR")
    (read, _) = mne.read_evokeds(tmp_path / "a-ave.fif", verbose="ERROR")
    assert read.get_channel_types() == chosen.get_channel_types()
    for mine, theirs in zip(read.info["chs"], chosen.info["chs"], strict=True):
        np.testing.assert_allclose(mine["loc"][:3], theirs["loc"][:3], atol=1e-6)
    figures = read.plot_topomap(times=[0.05], show=False)
    matplotlib.pyplot.close(figures)
    assert topographies.can_be_drawn(final)
    assert topographies.figure_of_atoms(final, slice(2)).std() > 0.1


def test_sensors_without_places_have_no_map(load, sensors, tmp_path):
    raw, _ = sensors
    bare = mne.io.RawArray(
        raw.get_data()[:9], mne.create_info(9, SFREQ, "eeg"), verbose="ERROR"
    )
    bare.save(tmp_path / "b_raw.fif", fmt="double", verbose="ERROR")
    options = {"picks": "eeg", "n_atoms": 2, "atom_length": 15}
    info = load("from_file", path=str(tmp_path / "b_raw.fif"), **options)["info"]
    final = {"u": np.eye(2, 9), "v": np.eye(2, 15), **info}
    assert not topographies.can_be_drawn(final)


def test_a_recording_is_divided_as_the_one_that_was_learned_from(load, fif):
    path, u, v, _ = fif
    atoms = known(u, v)
    expected = recordings.activations(atoms, path).Z
    scale = load("from_file", path=path, n_atoms=2, atom_length=20)["info"]["ch_scale"]
    atoms.info["ch_scale"] = 2 * scale
    atoms.lmbd /= 2
    found = recordings.activations(atoms, path).Z
    np.testing.assert_allclose(2 * found, expected, atol=1e-5 * expected.max())


@pytest.mark.parametrize("picks, n_channels", [("mag", 102), ("eeg", 60)])
@pytest.mark.filterwarnings("ignore:.*far from the median:UserWarning")
def test_sensors_of_the_real_recording_have_maps(load, picks, n_channels):
    try:
        path = SAMPLE.locate()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    raw = mne.io.read_raw_fif(path, verbose="ERROR").pick(picks, exclude="bads")
    n_channels = min(n_channels, len(raw.ch_names))  # the whole file has a bad one
    options = {"picks": picks, "n_atoms": 2, "atom_length": 150}
    info = load("from_file", path=str(path), **options)["info"]
    u, v = fake.dictionary(2, n_channels), fake.dictionary(2, 150, seed=1)
    final = {"u": u, "v": v, **info}
    assert topographies.figure_of_atoms(final, slice(2)).std() > 0.1
    D = u[:, :, None] * v[:, None]
    (evoked, _) = maps.evokeds(Learned(D, "rank1", 1.0, True, u, v, info=info))
    assert evoked.ch_names == raw.ch_names
    for mine, theirs in zip(evoked.info["chs"], raw.info["chs"], strict=True):
        np.testing.assert_allclose(mine["loc"], theirs["loc"], atol=1e-6)
    matplotlib.pyplot.close(evoked.plot_topomap(times=[0.05], show=False))
