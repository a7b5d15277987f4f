"""Every remedy that a message names works when it is typed."""

import ast
import re
import shlex

import numpy as np
import pytest
from benchopt.benchmark import Benchmark
from benchopt.cli.main import main
from benchopt.cli.process_results import process_results
from benchopt.utils.parametrized_name_mixin import _extract_parameters
from documents import ROOT

from benchmark_utils.export.__main__ import main as export
from benchmark_utils.parameters.table import KINDS

FOLDERS = (".", "gradient_estimation")
BENCHMARK, OTHER = (Benchmark(ROOT / folder) for folder in FOLDERS)
SOURCES = ("benchmark_utils", "datasets", "solvers", "gradient_estimation")
GAP = "{}"  # what a message puts in, as "n_layers={self.n_layers}"
ADVICE = re.compile(r"\b(use|try|give|allow|name) ", re.IGNORECASE)
FLAG = re.compile(r"(?<!\w)--[a-z-]+")
SETTING = re.compile(r"(\w+)=('[^']*'|[\w.-]+)")


def components():
    for benchmark in (BENCHMARK, OTHER):
        yield benchmark.get_benchmark_objective()
        yield from benchmark.get_solvers() + benchmark.get_datasets()


def messages():
    """Texts of errors, warnings, reasons to skip and remedies, each with its file."""
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    for path in [ROOT / "objective.py", *files]:
        tree = ast.parse(path.read_text("utf-8"))
        found = [
            text for node in ast.walk(tree) if is_message(node) for text in texts(node)
        ]
        # Some messages are put together elsewhere than where they are raised.
        found += [text for text in texts(tree) if ADVICE.search(text)]
        yield from ((path.relative_to(ROOT), text) for text in found)


def is_message(node):
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", None) == "warn"
    reason = isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)
    return reason or isinstance(node, ast.Raise)


def texts(node):
    """Text in an expression, with gaps."""
    if isinstance(node, ast.JoinedStr):
        pieces = [getattr(value, "value", None) for value in node.values]
        yield "".join(x if isinstance(x, str) else GAP for x in pieces)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not is_docstring(node):
        for child in ast.iter_child_nodes(node):
            yield from texts(child)


def is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


MESSAGES = sorted({(str(path), text) for path, text in messages()})
FLAGS = sorted({flag for _, text in MESSAGES for flag in FLAG.findall(text)})
SETTINGS, OPTIONS, COMMANDS = (
    sorted({found for _, text in MESSAGES for found in re.findall(pattern, text)})
    for pattern in (SETTING, r'(-[sdo]) ("[^"]+"|[\w{}-]+)', "`(benchopt .*?)`")
)


def test_messages_are_found():
    assert len(MESSAGES) > 80 and len(SETTINGS) > 20
    assert ("-o", '"*[positive=True]"') in OPTIONS
    assert "benchopt prepare . -d meg_{}" in COMMANDS


def test_remedies_put_together_elsewhere_are_found():
    files = {path for path, _ in MESSAGES}
    assert {
        "benchmark_utils/stepped.py",
        "benchmark_utils/signals/channels.py",
    } <= files
    assert ("scale", "channel") in SETTINGS
    assert {"--timeout", "--max-runs"} <= set(FLAGS)


@pytest.mark.parametrize("flag", FLAGS)
def test_flags_are_those_of_a_command(flag, capsys):
    commands = {**main.commands, **process_results.commands}.values()
    known = {option for c in commands for p in c.params for option in p.opts}
    with pytest.raises(SystemExit):
        export(["--help"])
    assert flag in known | set(FLAG.findall(capsys.readouterr().out))


@pytest.mark.parametrize("name, value", SETTINGS)
def test_settings_are_those_of_a_component(name, value):
    typed = _extract_parameters(f"{name}={value.rstrip('.')}")[name]
    kinds = [c.kind_of(name) for c in components() if name in str(list(c.parameters))]
    assert any(kind.accepts(typed) for kind in kinds)


@pytest.mark.parametrize("option, value", OPTIONS)
def test_options_name_what_exists(option, value):
    (value,) = shlex.split(value.replace(GAP, "*"))
    check = {
        "-s": BENCHMARK.check_solver_patterns,
        "-d": BENCHMARK.check_dataset_patterns,
        "-o": BENCHMARK.check_objective_filters,
    }[option]
    assert check([value])


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_exist(command):
    name = command.split()[1]
    assert name in {**main.commands, **process_results.commands}


# Reasons to skip, and what comes after the remedy is taken


X = np.random.default_rng(0).standard_normal((1, 3, 100))
DENSE = {"X": X[0], "model": "dense", "atom_shape": (100,), "n_atoms": 4}
SERIES = {"X": X, "model": "rank1", "atom_shape": (3, 10), "n_atoms": 4}


def skip(name, parameters, problem):
    (Solver,) = BENCHMARK.check_solver_patterns([name], class_only=True)
    return Solver.get_instance(**parameters).skip(**{"positive": False} | problem)


def remedy(reason):
    """Settings after "use", the first of each name."""
    found = SETTING.findall(reason.partition(": use ")[2])
    assert found, reason
    return {n: _extract_parameters(f"{n}={v}")[n] for n, v in reversed(found)}


@pytest.mark.parametrize(
    "name, parameters, problem",
    [
        ("DDL", {"device": "cuda:99"}, DENSE),
        ("Truncated-DDL", {"n_layers": 3}, DENSE),
        ("Stochastic-DDL", {"fixed_codes": True, "backprop_depth": 0}, DENSE),
        ("Stochastic-DDL", {"fixed_codes": True, "line_search": True}, DENSE),
        ("Block-AM", {"coder": "greedy"}, SERIES),
        ("Batch-sklearn", {"fit_algorithm": "lars"}, {**DENSE, "positive": True}),
        ("K-SVD", {"n_nonzero": 5}, DENSE),
        ("alphacsc-batch", {"n_splits": 11}, {**SERIES, "positive": True}),
        (
            "alphacsc-online",
            {"n_splits": 2},
            {**SERIES, "X": np.repeat(X, 2, 0), "positive": True},
        ),
    ],
)
def test_the_remedy_of_a_solver_is_one(name, parameters, problem):
    skipped, reason = skip(name, parameters, problem)
    assert skipped
    assert skip(name, parameters | remedy(reason), problem) == (False, None)


def test_the_remedy_for_signed_codes_is_one():
    _, reason = skip("alphacsc-batch", {}, SERIES)
    option, value = shlex.split(reason.partition(": use ")[2])
    ((Objective, parameters),) = BENCHMARK.check_objective_filters([value])
    assert option == "-o" and parameters["positive"] is True
    problem = {**SERIES, "positive": Objective.get_instance(positive=True).positive}
    assert skip("alphacsc-batch", {}, problem) == (False, None)


@pytest.mark.parametrize("wrong", [{"init": "perturbed"}, {"landscape": True}])
def test_the_remedy_of_the_objective_is_one(wrong, tmp_path):
    np.save(tmp_path / "X.npy", DENSE["X"])
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    Objective = BENCHMARK.get_benchmark_objective()
    skipped, reason = Objective.get_instance(**wrong).skip(X=mapped)
    assert skipped
    right = Objective.get_instance(**wrong | remedy(reason))
    assert right.skip(X=mapped) == (False, None)


def test_a_second_gpu_is_typed_as_the_message_says():
    quoted = re.search("'.*'", str(KINDS["device"]))[0]
    ((_, parameters),) = BENCHMARK.check_solver_patterns([f"DDL[device={quoted}]"])
    assert parameters["device"] == "cuda:1"
