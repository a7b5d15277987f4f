"""Files in many formats: read, or refused in a sentence that says what to do."""

import io
import re
import shutil

import mne
import numpy as np
import pytest
from scipy.io import savemat

RNG = np.random.default_rng(0)
X = RNG.standard_normal((30, 6))
SERIES = RNG.standard_normal((4, 3, 50))
EEG = 1e-5 * RNG.standard_normal((3, 2000))
RECORDED = {"picks": "eeg", "n_atoms": 2, "atom_length": 10}


def csv(*lines):
    return "\n".join(lines) + "\n"


def rows(separator=",", decimal="."):
    return [
        separator.join(f"{x!r}" for x in row.tolist()).replace(".", decimal)
        for row in X
    ]


def saved(save, X):
    """What numpy writes, to be put in a file of any name."""
    file = io.BytesIO()
    save(file, X)
    return file.getvalue()


def write_edf(path, n_records=20, n_signals=3, rate=100):
    """An EDF file of noise, 16 bits a sample, a second in each record."""

    def fields(width, *values):
        return "".join(str(v).ljust(width)[:width] for v in values)

    n = n_signals
    header = fields(8, "0") + fields(80, "X X X X", "Startdate X X X X")
    header += fields(8, "01.01.20", "00.00.00", 256 * (n + 1)) + fields(44, "")
    header += fields(8, n_records, 1) + fields(4, n)
    header += fields(16, *[f"EEG {i}" for i in range(n)]) + fields(80, *n * [""])
    header += fields(
        8, *n * ["uV"], *n * [-100], *n * [100], *n * [-32768], *n * [32767]
    )
    header += fields(80, *n * [""]) + fields(8, *n * [rate]) + fields(32, *n * [""])
    noise = RNG.integers(-3000, 3000, n_records * n * rate).astype("<i2")
    path.write_bytes(header.encode("ascii") + noise.tobytes())


def write_fif(path):
    info = mne.create_info(3, 100, "eeg")
    raw = mne.io.RawArray(EEG, info, verbose="ERROR")
    raw.save(path, fmt="double", overwrite=True, verbose="ERROR")


def write_set(path, n_trials):
    """An EEGLAB file, of epochs if there are several."""
    data = 10 * RNG.standard_normal((3, 500, n_trials))
    channels = np.array([(f"E{i}",) for i in range(3)], dtype=[("labels", object)])
    eeg = {
        "setname": "x", "nbchan": 3, "trials": n_trials, "pnts": 500, "srate": 100.0,
        "xmin": 0.0, "xmax": 5.0, "chanlocs": channels, "event": [], "epoch": [],
        "data": data if n_trials > 1 else data[:, :, 0], "times": np.arange(500.0),
    }  # fmt: skip
    savemat(path, {"EEG": eeg}, appendmat=False)


# What is read


ARRAYS = {
    "x.npy": lambda path: np.save(path, X),
    "X.NPY": lambda path: path.write_bytes(saved(np.save, X)),
    "x.Npy": lambda path: path.write_bytes(saved(np.save, X)),
    "x.npz": lambda path: np.savez(path, anything=X),
    "small.npz": lambda path: np.savez_compressed(path, X=X, fs=100.0, names=["a"]),
    "really_npz.npy": lambda path: path.write_bytes(saved(np.savez, X)),
    "x.mat": lambda path: savemat(path, {"X": X}),
    "X.MAT": lambda path: savemat(path, {"X": X}, appendmat=False),
    "more.mat": lambda path: savemat(
        path, {"X": X, "fs": 100, "t": np.arange(6.0), "names": "abc", "s": {"a": X}}
    ),
    "x.csv": lambda path: np.savetxt(path, X, delimiter=",", fmt="%.17g"),
    "x.tsv": lambda path: np.savetxt(path, X, delimiter="\t", fmt="%.17g"),
    "x.txt": lambda path: np.savetxt(path, X, fmt="%.17g"),
    "X.TXT": lambda path: np.savetxt(path, X, fmt="%.17g", header="a b c d e f"),
    "semicolons.csv": lambda path: path.write_text(csv(*rows(";", ","))),
    "tabs.txt": lambda path: path.write_text(csv(*rows("\t", ","))),
    "blanks.csv": lambda path: path.write_text(csv(*rows(", "))),
    "marked.csv": lambda path: path.write_text(csv(*rows()), encoding="utf-8-sig"),
    "windows.csv": lambda path: path.write_text(csv(*rows()), newline="\r\n"),
}  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_are_read(load, tmp_path, name):
    ARRAYS[name](tmp_path / name)
    data = load("from_file", path=str(tmp_path / name), n_atoms=2)
    assert data["model"] == "dense" and data["atom_shape"] == (6,)
    np.testing.assert_allclose(data["X"], X, rtol=1e-12)
    assert data["X"].flags.c_contiguous and data["info"] == {}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["x.npz", "x.mat"])
def test_one_of_several_arrays_is_chosen(load, tmp_path, name):
    write = np.savez if name == "x.npz" else savemat
    arrays = {"a": X, "b": SERIES, "c": 2.0, "d": np.array("text")}
    write(tmp_path / name, **arrays) if write is np.savez else write(
        tmp_path / name, arrays
    )
    path = {"path": str(tmp_path / name), "n_atoms": 2}
    found = load("from_file", **path, variable="b", atom_length=7)
    np.testing.assert_array_equal(found["X"], SERIES)
    np.testing.assert_array_equal(load("from_file", **path, variable="a")["X"], X)
    listed = (
        r"2 fit. .*: a float64 \(30, 6\), b float64 \(4, 3, 50\), c .*variable=NAME"
    )
    with pytest.raises(ValueError, match=listed):
        load("from_file", **path)
    for wrong in ("e", "c", "d"):
        with pytest.raises(
            ValueError, match=rf"variable='{wrong}' names none.*a float64"
        ):
            load("from_file", **path, variable=wrong)


def test_other_files_have_no_variables(load, tmp_path):
    np.save(tmp_path / "x.npy", X)
    with pytest.raises(ValueError, match="variable='X' is for .npz and .mat files"):
        load("from_file", path=str(tmp_path / "x.npy"), variable="X")


TABLES = {
    "header": (csv("a,b,c,d,e,f", *rows()), "the first row is a header, and not data"),
    "index": (
        csv(*(f"s{i},{row}" for i, row in enumerate(rows()))),
        "the first column is an index, and not data",
    ),
    "both": (
        csv("name,a,b,c,d,e,f", *(f"s{i},{row}" for i, row in enumerate(rows()))),
        "the first row is a header and the first column is an index",
    ),
    "pandas": (
        csv(",0,1,2,3,4,5", *(f"{i},{row}" for i, row in enumerate(rows()))),
        "the first row is a header and the first column is an index",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_labels_of_tables_are_no_data_and_that_is_said(load, tmp_path, name):
    text, words = TABLES[name]
    (tmp_path / "x.csv").write_text(text)
    with pytest.warns(UserWarning, match=f"x.csv: {words}.*each other row is a signal"):
        data = load("from_file", path=str(tmp_path / "x.csv"), n_atoms=2)
    np.testing.assert_allclose(data["X"], X, rtol=1e-12)


@pytest.mark.parametrize("what", ["row", "column"])
def test_a_column_of_times_is_told(load, tmp_path, what):
    times = np.arange(31 if what == "column" else 7) / 100
    body = np.vstack([X[:1], X]) if what == "column" else np.column_stack([X[:, 0], X])
    if what == "column":
        body = np.column_stack([times, body])
    else:
        body = np.vstack([times, body])
    np.savetxt(tmp_path / "x.csv", body, delimiter=",")
    with pytest.warns(UserWarning, match=f"the first {what} goes in equal steps"):
        data = load("from_file", path=str(tmp_path / "x.csv"), n_atoms=2)
    np.testing.assert_allclose(data["X"], body)


@pytest.mark.filterwarnings("error")
def test_recordings_of_other_formats_are_read(load, tmp_path):
    write_edf(tmp_path / "x.edf")
    data = load("from_file", path=str(tmp_path / "x.edf"), **RECORDED)
    assert data["X"].shape == (1, 3, 2000) and data["info"]["sfreq"] == 100
    shutil.move(tmp_path / "x.edf", tmp_path / "X.EDF")
    assert (
        load("from_file", path=str(tmp_path / "X.EDF"), **RECORDED)["X"].shape[0] == 1
    )
    write_set(tmp_path / "x.set", 1)
    data = load("from_file", path=str(tmp_path / "x.set"), **RECORDED)
    assert data["X"].shape == (1, 3, 500)


# What is refused


def damaged(write, name, size):
    """Write a whole file, and keep its first bytes."""

    def damage(path):
        whole = path.with_name(f"whole_{name}")
        write(whole)
        path.write_bytes(whole.read_bytes()[:size])

    return damage


def text(content):
    return lambda path: path.write_text(content)


UNREADABLE = {
    "empty.npy": (text(""), "empty, truncated"),
    "short.npy": (damaged(lambda p: np.save(p, X), "x.npy", 700), "truncated"),
    "head.npy": (damaged(lambda p: np.save(p, X), "x.npy", 40), "truncated"),
    "text.npy": (text("1,2\n" * 50), "of another format"),
    "objects.npy": (lambda p: np.save(p, np.array([{}, "a"])), "has Python objects"),
    "complex.npy": (lambda p: np.save(p, 1j * X), "complex128, not real numbers"),
    "words.npy": (lambda p: np.save(p, np.array([["a", "b"]])), "not real numbers"),
    "fields.npy": (lambda p: np.save(p, np.zeros(9, "f8,i4")), "not real numbers"),
    "empty.npz": (text(""), "empty, truncated"),
    "short.npz": (damaged(lambda p: np.savez(p, X=X), "x.npz", 900), "truncated"),
    "nothing.npz": (lambda p: np.savez(p), "0 fit. It holds: nothing"),
    "objects.npz": (lambda p: np.savez(p, a=np.array([{}])), "0 fit. It holds: a"),
    "empty.mat": (text(""), "MATLAB file"),
    "text.mat": (text("hello" * 100), "MATLAB file"),
    "short.mat": (damaged(lambda p: savemat(p, {"X": X}), "x.mat", 900), "MATLAB file"),
    "none.mat": (lambda p: savemat(p, {"a": "text"}), "0 fit. It holds: a"),
    "hdf.mat": (
        lambda p: p.write_bytes(
            b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + b"\x89HDF\r\n" * 90
        ),
        "7.3.*-v7",
    ),
    "empty.csv": (text(""), "table of numbers"),
    "ragged.csv": (text("1,2\n1,2,3\n"), "rows of the same length"),
    "gaps.csv": (text("1,2\n3,\n"), "the first is empty, in row 2, column 2"),
    "header.csv": (text("1,x,3\n4,5,6\n7,8,9\n"), "has 'x', in row 1, column 2"),
    "word.csv": (text("1,2\n3,x\n5,6\n"), "has 'x', in row 2, column 2"),
    "infinite.csv": (text("1,2\n3,inf\n5,6\n"), "in row 2, column 2"),
    "prose.txt": (text("It was\na dark\nand stormy\n"), "prose.txt"),
    "numbers.txt": (text("1 2 3\n"), r"1 rows and 3 columns.*\(1, 1, n_times\)"),
    "series.csv": (text("1\n2\n3\n"), "3 rows and 1 columns"),
    "utf16.csv": (lambda p: p.write_text("1,2\n3,4\n", "utf-16"), "table of numbers"),
    "binary.txt": (lambda p: p.write_bytes(bytes(range(256))), "table of numbers"),
    "empty_raw.fif": (text(""), "It is empty"),
    "garbage_raw.fif": (text("hello" * 100), "damaged, or of another format"),
    "cut_raw.fif": (damaged(write_fif, "a_raw.fif", 9000), "truncated or damaged"),
    "head_raw.fif": (damaged(write_fif, "a_raw.fif", 700), "head_raw.fif"),
    "garbage.edf": (text("0" * 600), "damaged, or of another format"),
    "empty.edf": (text(""), "It is empty"),
    "garbage.vhdr": (text("x"), "damaged, or of another format"),
    "garbage.set": (text("x"), "damaged, or of another format"),
    "epochs.set": (lambda p: write_set(p, 4), r"holds epochs.*epochs.get_data\(\)"),
    "picture.jpg": (text("x"), "arrays .*npz"),
    "without": (text("x"), "arrays .*npz"),
    "folder": (lambda p: p.mkdir(), "It is a folder"),
    "folder.npy": (lambda p: p.mkdir(), "It is a folder"),
    "folder.fif": (lambda p: p.mkdir(), "It is a folder"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*MNE-Python says:UserWarning")
@pytest.mark.filterwarnings("ignore:.*is a header:UserWarning")
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_told_in_a_sentence(load, tmp_path, name):
    write, remedy = UNREADABLE[name]
    write(tmp_path / name)
    with pytest.raises(ValueError, match=remedy) as refused:
        load("from_file", path=str(tmp_path / name), **RECORDED)
    message = str(refused.value)
    assert re.search(rf"{re.escape(name)}\b.* (is|has|holds|must|cannot|of) ", message)
    assert "\n" not in message and len(message) < 900


def test_epochs_of_mne_are_told(load, tmp_path):
    epochs = mne.EpochsArray(
        RNG.standard_normal((5, 3, 100)),
        mne.create_info(3, 100, "eeg"),
        verbose="ERROR",
    )
    path = tmp_path / "my-epo.fif"
    epochs.save(path, verbose="ERROR")
    with pytest.raises(ValueError, match="my-epo.fif.*holds epochs.*numpy.save"):
        load("from_file", path=str(path), **RECORDED)
    # The remedy.
    np.save(tmp_path / "X.npy", epochs.get_data())
    assert (
        load("from_file", path=str(tmp_path / "X.npy"), **RECORDED)["X"].shape[0] == 5
    )


def test_what_mne_warns_of_is_told_with_the_file(load, tmp_path):
    write_fif(tmp_path / "a_raw.fif")
    size = (tmp_path / "a_raw.fif").stat().st_size
    damaged(write_fif, "b_raw.fif", size - 10)(tmp_path / "cut_raw.fif")
    with pytest.warns(UserWarning, match="cut_raw.fif: MNE-Python says.*truncated"):
        load("from_file", path=str(tmp_path / "cut_raw.fif"), **RECORDED)
    damaged(write_edf, "x.edf", 1024 + 10 * 600)(tmp_path / "cut.edf")
    with pytest.warns(UserWarning, match="cut.edf: MNE-Python says.*records"):
        data = load("from_file", path=str(tmp_path / "cut.edf"), **RECORDED)
    assert data["X"].shape == (1, 3, 1000)


def test_a_name_out_of_custom_is_no_matter(load, tmp_path, recwarn):
    write_fif(tmp_path / "subject.fif")
    load("from_file", path=str(tmp_path / "subject.fif"), **RECORDED)
    assert not recwarn.list
