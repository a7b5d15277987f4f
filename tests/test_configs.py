"""Run files name only what exists, and say all that their numbers depend on."""

import re

import pytest
import yaml
from benchopt.benchmark import Benchmark, _list_parametrized_classes
from benchopt.cli import benchopt
from benchopt.parallel_backends import DISTRIBUTED_BACKENDS
from click.testing import CliRunner
from documents import ROOT
from run_files import BENCHMARKS

CONFIGS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in BENCHMARKS
}
FOLDERS = {path.stem: folder for path, folder in BENCHMARKS.items()}
# A file with a backend says where to run, the others what.
PARALLEL = {name for name, folder in FOLDERS.items() if folder is None}
RUNS = sorted(CONFIGS.keys() - PARALLEL)


def instances(name):
    """Objectives, datasets and solvers that a run file selects, with parameters."""
    benchmark, config = Benchmark(ROOT / FOLDERS[name]), CONFIGS[name]
    selected = (
        benchmark.check_objective_filters(config.get("objective", [])),
        benchmark.check_dataset_patterns(config.get("dataset", [])),
        benchmark.check_solver_patterns(config.get("solver", [])),
    )
    return [
        [instance for instance, _ in _list_parametrized_classes(*classes)]
        for classes in selected
    ]


@pytest.mark.parametrize("name", RUNS)
def test_components_and_parameters_exist(name):
    for kind in instances(name):
        assert len(kind) >= 1
        labels = [str(instance) for instance in kind]
        assert len(set(labels)) == len(labels)  # or curves would share a legend


@pytest.mark.parametrize("name", RUNS)
def test_keys_are_options_of_benchopt_run(name):
    shown = CliRunner().invoke(benchopt, ["run", "--help"]).output
    for key in CONFIGS[name]:
        assert f"--{key}" in shown


@pytest.mark.parametrize("name", RUNS)
def test_run_files_go_with_parallel_files(name):
    # benchopt adds the key to what it asks of SLURM, which refuses it. In a
    # `parallel-config` of the run file, that of the command line replaces it.
    assert "n-jobs" not in CONFIGS[name]


@pytest.mark.parametrize("name", RUNS)
def test_no_number_comes_from_a_cache_or_an_unknown_seed(name):
    # The leaderboard goes on where it was stopped, by what is in the cache.
    resumed = name.startswith("leaderboard_")
    assert CONFIGS[name].get("no-cache", False) is not resumed
    assert isinstance(CONFIGS[name]["seed"], int)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_first_lines_say_how_to_use_it(name):
    text = (ROOT / f"configs/{name}.yml").read_text(encoding="utf-8")
    option = "parallel-config" if name in PARALLEL else "config"
    folder = re.escape(FOLDERS[name] or ".")
    run = rf"(benchopt run {folder}.* --{option}|python benchmarks/\w+\.py)"
    command = rf"^#   {run} configs/{name}\.yml( --.*)?$"
    assert text.startswith("# ")
    assert re.search(command, text, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(PARALLEL))
def test_parallel_files_have_keys_of_their_backend_only(name):
    backend = CONFIGS[name]["backend"]
    prefix = {"dask": "dask_", "submitit": "slurm_"}[backend]
    assert backend in DISTRIBUTED_BACKENDS
    assert all(key.startswith(prefix) for key in CONFIGS[name] if key != "backend")


def test_quickstart_shows_dense_solvers_on_signals_and_on_a_photograph():
    _, datasets, solvers = instances("quickstart")
    dense = {s.name for s in Benchmark(ROOT).get_solvers() if "dense" in s.models}
    # In two minutes: SAE needs z >= 0, these four are variants of others, and the last
    # has a package of its own.
    assert {solver.name for solver in solvers} == dense - {
        "SAE",
        "LISTA",
        "MOD",
        "ITKrM",
        "NOODL",
        "dictlearn",
    }
    assert {dataset.name for dataset in datasets} == {"gaussian", "image_patches"}
