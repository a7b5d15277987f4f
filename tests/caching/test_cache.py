"""A result that was kept is given again only if all it depends on is the same."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
import torch
from benchopt.benchmark import Benchmark
from command_line import benchopt, copy_benchmark
from documents import ROOT

from benchmark_utils import stepped
from benchmark_utils.caching import data, machine
from benchmark_utils.caching.files import stamps
from benchmark_utils.signals.recordings import Source

RNG = np.random.default_rng(0)


@pytest.fixture
def make():
    """A component of the benchmark, by its kind and name."""
    benchmark = Benchmark(ROOT)
    known = [*benchmark.get_datasets(), *benchmark.get_solvers()]

    def make(name, **parameters):
        (component,) = (c for c in known if c.name == name)
        return component.get_instance(**parameters)

    return make


def key(component):
    """What benchopt finds a result by; the same where a worker asks for it."""
    found = joblib.hash(component)
    assert joblib.hash(pickle.loads(pickle.dumps(component))) == found
    return found


# Files


@pytest.mark.parametrize(
    "name, word", [("image", "flower"), ("image_patches", "coins")]
)
def test_a_name_is_no_path_where_a_folder_is_called_so(
    make, tmp_path, monkeypatch, name, word
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / word).mkdir()
    before = key(make(name, image=word))
    (tmp_path / word / "x.npy").write_text("x")
    assert key(make(name, image=word)) == before


@pytest.mark.parametrize("name, parameter", [("from_file", "path"), ("image", "image")])
def test_a_path_is_that_of_the_file_as_it_is(
    make, tmp_path, monkeypatch, name, parameter
):
    keys = []
    for folder in ("s1", "s2"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file.npy").write_bytes(b"1234")
        monkeypatch.chdir(tmp_path / folder)
        keys += [key(make(name, **{parameter: "file.npy"})) for _ in range(2)]
    full = make(name, **{parameter: str(tmp_path / "s2/file.npy")})
    (tmp_path / "s2/file.npy").write_bytes(b"12345")
    keys.append(key(make(name, **{parameter: "file.npy"})))
    assert keys[0] == keys[1] and keys[2] == keys[3]
    assert len({keys[0], keys[2], keys[4], key(full)}) == 4


def test_a_photograph_that_is_no_file_has_a_key(make):
    assert key(make("image")) == key(make("image")) != key(make("image", image="moon"))


@pytest.mark.parametrize(
    "path, belongs, others",
    [
        ("a.npy", [], ["a.txt", "a-1.npy"]),
        ("a_raw.fif", ["a_raw-1.fif", "a_raw-12.fif"], ["a_raw-eve.fif", "b_raw.fif"]),
        ("a_raw.fif.gz", [], ["ab_raw.fif.gz"]),
        (
            "sub-01_split-01_meg.fif",
            ["sub-01_split-02_meg.fif", "sub-01_split-10_meg.fif"],
            ["sub-02_split-02_meg.fif"],
        ),
        ("a.vhdr", ["a.eeg", "a.vmrk"], ["ab.eeg"]),
        ("a.set", ["a.fdt"], ["b.fdt"]),
        ("a.ds", ["a.ds/a.meg4", "a.ds/more/a.res4"], ["b.ds/a.meg4"]),
    ],
)
def test_all_files_of_a_recording_count(tmp_path, path, belongs, others):
    for name in ([] if path.endswith(".ds") else [path]) + belongs + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    before = stamps(tmp_path / path)
    for name in others:
        (tmp_path / name).write_text("another")
        assert stamps(tmp_path / path) == before
    for name in belongs:
        (tmp_path / name).write_text("another")
        after = stamps(tmp_path / path)
        assert after != before
        before = after


def test_a_recording_that_is_fetched_counts(make, tmp_path, monkeypatch):
    dataset = make("meg_somato")
    file = tmp_path / "raw.fif"
    monkeypatch.setattr(Source, "locate", lambda source: open(file) and file)
    # While it is not there, `benchopt prepare` is never done.
    assert joblib.hash(dataset) != joblib.hash(dataset)
    file.write_text("1")
    first = key(dataset)
    assert key(dataset) == first == key(make("meg_somato"))
    file.write_text("12")
    assert key(dataset) != first


# Data


def test_data_count_by_what_they_hold(tmp_path):
    X = RNG.standard_normal((5, 4))
    info = {"names": ["a", "b"], "none": None, "more": (1, 2.5), "any": object()}
    found = data.digest({"X": X, "info": info})
    assert found == data.digest({"X": X.copy(), "info": {**info, "any": object()}})
    others = [
        {"X": X + 1e-15, "info": info},
        {"X": X.T, "info": info},
        {"X": X.astype("float32"), "info": info},
        {"X": X, "info": {**info, "names": ["a", "c"]}},
        {"X": X, "info": info, "X_test": X},
        {"X": np.zeros((0, 4)), "info": info},
        {"X": torch.ones(5, 4), "info": info},
        {"X": torch.zeros(5, 4), "info": info},
    ]
    assert len({found, *map(data.digest, others)}) == len(others) + 1


def test_signals_on_disk_count_by_their_file_and_are_not_read(tmp_path):
    np.save(tmp_path / "X.npy", np.ones((4, 3)))
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    found = data.digest({"X": mapped})
    assert found == data.digest({"X": np.load(tmp_path / "X.npy", mmap_mode="r")})
    assert found != data.digest({"X": mapped[:3]})
    np.save(tmp_path / "X.npy", np.ones((4, 4)))
    assert found != data.digest({"X": mapped})


# Code and machine


def test_an_edit_of_what_components_share_counts(tmp_path):
    for name in ("a/b.py", "pages/page.py", "note.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1")

    def code():
        machine.code.cache_clear()
        return machine.code(tmp_path)

    found = code()
    (tmp_path / "pages/page.py").write_text("x = 2")
    (tmp_path / "note.txt").write_text("2")
    assert code() == found
    (tmp_path / "a/b.py").write_text("x = 2")
    assert code() != found
    machine.code.cache_clear()


def test_versions_of_packages_count():
    required = ["pip::numpy<2.4", "conda-forge::scipy", "joblib", "pip::none-such"]
    found = machine.packages(required)
    assert found["numpy"] == np.__version__ and set(found) == {
        "numpy", "scipy", "joblib",
    }  # fmt: skip
    assert machine.packages({"cpu": ["joblib"], "gpu": []}) == {
        "joblib": joblib.__version__
    }
    assert machine.packages(None) == {}


@pytest.fixture
def threads(monkeypatch):
    """What is said of threads where nothing sets them, and torch has four."""
    for name in ("OMP_NUM_THREADS", *machine.VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(machine.torch, "get_num_threads", lambda: 4)
    return machine.threads()


@pytest.mark.parametrize("variable", machine.VARIABLES)
def test_variables_count(threads, monkeypatch, variable):
    monkeypatch.setenv(variable, "4")
    assert machine.threads() != threads


def test_threads_count(threads, monkeypatch):
    monkeypatch.setattr(machine.torch, "get_num_threads", lambda: 1)
    assert machine.threads() != threads


def test_processes_that_share_the_cores_count(threads, monkeypatch):
    with joblib.parallel_config("loky", n_jobs=2):
        assert machine.threads() != threads
        with ThreadPoolExecutor(1) as pool:  # as joblib asks for later runs
            assert pool.submit(machine.threads).result() == machine.threads()
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    fixed = machine.threads()
    monkeypatch.setenv("MKL_NUM_THREADS", "4")  # as dask does, here too
    with joblib.parallel_config("loky", n_jobs=2):
        assert machine.threads() == fixed


def test_the_device_counts(make, monkeypatch):
    on_cpu = key(make("AM", device="auto"))
    assert on_cpu == key(make("AM", device="auto"))
    monkeypatch.setattr(stepped, "device", lambda name: "GPU 9000")
    assert key(make("AM", device="auto")) != on_cpu


# Runs


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = copy_benchmark(tmp_path_factory.mktemp("cached"))
    for subject, n_features in (("s1", 12), ("s2", 8)):
        (folder / subject).mkdir()
        np.save(folder / subject / "sig.npy", RNG.standard_normal((50, n_features)))
    return folder


def run(folder, subject, *arguments, **environment):
    """Run on ``sig.npy`` in the folder of a subject; what the console says."""
    done = benchopt(
        folder / subject,
        *("run", folder, "-d", "from_file[path=sig.npy,n_atoms=4]"),
        *("-s", "AM[n_layers=2,tol=0]", "-n", 1, "--seed", 0, "--no-plot"),
        *arguments,
        **environment,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.slow
def test_a_run_is_given_again_only_if_it_is_the_same(folder):
    def cached(*arguments, **environment):
        return "(cached)" in run(folder, *arguments, **environment)

    assert not cached("s1")
    assert not cached("s2")
    assert cached("s1", "-j", 2)  # on one thread each, as the first
    assert not cached("s1", OMP_NUM_THREADS="2")
    np.save(folder / "s1/sig.npy", RNG.standard_normal((50, 12)))
    assert not cached("s1")
    with open(folder / "benchmark_utils/solver.py", "a") as file:
        file.write("# An edit.\n")
    assert not cached("s1", "-j", 2)
    assert cached("s1", "--collect")
