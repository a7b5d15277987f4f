"""Imports go one way: from what is built to what it is built of."""

import ast
import itertools
from textwrap import dedent

import pytest
from documents import ROOT

# From the bottom. A line may import from the lines above it, and no name of a line from
# another of the same line. Folders and files of `benchmark_utils/` come first, then
# those of the repository.
ORDER = """
    devices naming pace parameters reading result_files threads told
    checked compiled
    dictionaries
    coding
    learning gradients
    signals
    problem
    scoring
    caching pages export
    component
    meg_dataset stepped
    solver estimator
    alphacsc_solver sklearn_solver torch_solver
    stochastic_solver
    block_solver dense_solver
    objective datasets solvers plots
    reporting
    reproduction leaderboard
    benchmarks
"""
LAYERS = {
    name: height
    for height, line in enumerate(ORDER.strip().splitlines())
    for name in line.split()
}


def layer(module):
    """Name in `ORDER` of what a dotted module belongs to."""
    first, *rest = module.split(".")
    return rest[0] if first == "benchmark_utils" and rest else first


def imported(source):
    """Dotted names of the modules, or their members, that a source imports anywhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def upward(name, source):
    """Modules that a source of the layer ``name`` must not import."""
    for module in imported(source):
        other = layer(module)
        if other in LAYERS and other != name and LAYERS[other] >= LAYERS[name]:
            yield module


def sources():
    """Layer and path of each file that the order is for."""
    folders = ["benchmark_utils", *LAYERS]
    paths = itertools.chain(*(ROOT.glob(f"{name}/**/*.py") for name in folders))
    for path in (ROOT / "objective.py", *paths):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[1:] != ("__init__",):
            yield layer(".".join(parts)), path


def test_everything_has_a_place_in_the_order():
    assert {name for name, _ in sources()} == set(LAYERS)


def test_no_import_goes_up():
    found = [
        f"{path.relative_to(ROOT)} imports {module}"
        for name, path in sources()
        for module in upward(name, path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "name, found",
    [
        ("reporting", ["leaderboard.runner", "reproduction.parts", "benchmarks.wide"]),
        ("leaderboard", ["reproduction.parts", "benchmarks.wide"]),
        ("reproduction", ["leaderboard.runner", "benchmarks.wide"]),
        ("benchmarks", []),
    ],
)
def test_the_commands_that_measure_know_nothing_of_each_other(name, found):
    lines = """
        import reporting.records
        import leaderboard.runner
        from reproduction import parts
        import benchmarks.wide
    """
    assert list(upward(name, dedent(lines))) == found


def test_an_import_that_goes_up_is_found():
    lines = """
        from benchmark_utils import coding
        def late():
            import benchmark_utils.learning.learner
        from benchmark_utils.scoring.scores import match
        import numpy
    """
    source = dedent(lines)
    found = ["benchmark_utils.scoring.scores.match", "benchmark_utils.learning.learner"]
    assert sorted(upward("learning", source)) == found[:1]
    assert sorted(upward("gradients", source)) == sorted(found)
