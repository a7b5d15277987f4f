"""Make the benchmark importable from the tests; load datasets as benchopt does."""

import os

import joblib
import little_benchmark
import pytest
from benchopt.benchmark import Benchmark
from benchopt.utils.run_context import RunContext
from documents import ROOT

from reproduction.parts import Part

MOST_PROCESSES = 4  # each takes about 1 GB
LONGEST = "test_figure_configs.py"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """How many processes test: one a core, or this one alone for a single file."""
    files = {argument.split("::")[0] for argument in config.args}
    n_cores = joblib.cpu_count()
    if n_cores == 1 or (len(files) == 1 and files.pop().endswith(".py")):
        return 0
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the cores are taken
    return min(n_cores, MOST_PROCESSES)


def pytest_collection_modifyitems(items):
    """Long files come first, for all processes to end at about one time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path.name != LONGEST, item.path not in slow))


@pytest.fixture(scope="session")
def make():
    """Instantiate a dataset by its name and parameters."""
    benchmark = Benchmark(ROOT)

    def make(name, **parameters):
        (Dataset,) = benchmark.check_dataset_patterns([name], class_only=True)
        return Dataset.get_instance(**parameters)

    return make


@pytest.fixture
def load(make):
    """Data of a dataset, as in the given repetition of a run."""

    def load(name, *, repetition=0, seed=0, **parameters):
        dataset = make(name, **parameters)
        RunContext().set_run_context(
            "objective", dataset, "solver", repetition=repetition, base_seed=seed
        )
        return dataset._get_data()

    return load


@pytest.fixture
def root(tmp_path):
    """A little benchmark for the reproduction to run."""
    return little_benchmark.write(tmp_path / "root")


@pytest.fixture
def part(root, tmp_path):
    """A part of the little benchmark, by its name."""
    figures = {**little_benchmark.FIGURES, "third": little_benchmark.SHARING}
    return lambda name: Part(figures[name], "small", tmp_path / "out", root)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A machine of its own for recordings: none is there, no settings, no network."""

    def refuse(*args, **kwargs):
        raise AssertionError("asks for the network")

    for key in ("MNE_DATA", "MNE_DATASETS_SAMPLE_PATH", "MNE_DATASETS_SOMATO_PATH"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("_MNE_FAKE_HOME_DIR", str(tmp_path))
    monkeypatch.setenv("BENCHOPT_DATA_HOME", str(tmp_path / "kept"))
    monkeypatch.setattr("socket.socket.connect", refuse)
    return tmp_path
