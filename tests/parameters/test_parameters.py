"""Every parameter of every component is declared, and checked before anything runs."""

import math

import click
import numpy as np
import pytest
import yaml
from benchopt import BaseDataset
from benchopt.benchmark import Benchmark
from command_line import benchopt
from documents import ROOT

from benchmark_utils.checked import WrongParameter
from benchmark_utils.component import Component
from benchmark_utils.parameters.kinds import Choice, Flag, Kind
from benchmark_utils.parameters.quantities import Integer, Number
from benchmark_utils.parameters.table import KINDS
from benchmark_utils.solver import DictionarySolver

FOLDERS = (".", "gradient_estimation")
COMPONENTS = [
    component
    for benchmark in map(Benchmark, map(ROOT.joinpath, FOLDERS))
    for component in (
        benchmark.get_benchmark_objective(),
        *benchmark.get_solvers(),
        *benchmark.get_datasets(),
    )
]
PARAMETERS = [
    (component, name.strip())
    for component in COMPONENTS
    for key in component.parameters
    for name in key.split(",")
]
FLAGS = (0, 1, "false", "False", "no", "off", "", None, 1.0, [], np.int64(1))
NUMBERS = ("ten", "1e3", True, np.True_, math.nan, math.inf, -math.inf, 1j, [2.5], "")
INTEGERS = (*NUMBERS, 2.5, -2)
NAMES = ("other", "", 0, True, 1.5)
REST = ("", 0, True, 1.5)
WRONG = {Flag: FLAGS, Integer: INTEGERS, Number: NUMBERS, Choice: NAMES, Kind: REST}


def ids(value):
    return value if isinstance(value, str) else getattr(value, "__module__", None)


@pytest.mark.parametrize("component, name", PARAMETERS, ids=ids)
def test_every_parameter_is_declared_and_its_defaults_are_of_its_kind(component, name):
    kind = component.kind_of(name)
    assert kind is not None, f"{component.name}: no kind of {name} in table.py"
    assert all(kind.accepts(value) for value in component._defaults(name))


def test_the_table_has_no_row_that_nothing_uses():
    assert set(KINDS) == {name for _, name in PARAMETERS}


@pytest.mark.parametrize("component, name", PARAMETERS, ids=ids)
def test_what_a_parameter_cannot_be_is_an_error_that_says_all(component, name):
    kind = component.kind_of(name)
    wrong = next(values for cls, values in WRONG.items() if isinstance(kind, cls))
    for value in wrong:
        if name == "rho" and value == math.inf:
            continue
        if value is None and kind.accepts(None):
            continue
        with pytest.raises(WrongParameter) as error:
            component.get_instance(**{name: value})
        message = error.value.format_message()
        assert f"{component.name}: {name} must be {kind}; got {value!r}." in message
        assert isinstance(error.value, ValueError)


@pytest.mark.parametrize(
    "kind, words, right, wrong",
    [
        (Flag(), "True or False", [True, np.False_], FLAGS),
        (Integer(1), "an integer >= 1", [1, np.int32(7), 10**400], [0, -1, 1.5]),
        (Integer(0, 3), "an integer in [0, 3]", [0, 3], [-1, 4]),
        (Integer(1) | -1, "an integer >= 1, or -1", [1, -1, np.int64(-1)], [0, -2]),
        (Integer(1) | "all", "an integer >= 1, or 'all'", ["all"], ["some", None]),
        (Integer(1) | None, "an integer >= 1, or None", [None], [0, "None"]),
        (Integer(1) | 1, "an integer >= 1, or 1", [1], [True]),
        (Number(above=0), "a finite number > 0", [1e-300, np.float32(1), 2], [0, -1]),
        (Number(0, below=1), "a finite number in [0, 1)", [0, 0.999], [1, -1e-9]),
        (Number(above=0, most=1), "a finite number in (0, 1]", [1e-9, 1], [0, 1.01]),
        (Number(), "a finite number", [-3.5], [math.nan, "1"]),
        (KINDS["rho"], "a finite number >= 0, or inf", [0, math.inf], [-math.inf]),
        (KINDS["window"], "or a tuple of such", [3, (3, 4), [5, 6]], [(), (3, 0), "3"]),
        (
            KINDS["device"],
            "auto, cpu, cuda or (in quotes) 'cuda:1'",
            ["auto", "cpu", "cuda", "cuda:12"],
            ["tpu", "cuda:x", "cuda:", {"cuda": 1}, 1],
        ),
        (KINDS["path"], "the path of a file", ["é b.npy", ROOT], [7, "", None]),
    ],
)
def test_kinds(kind, words, right, wrong):
    assert words in str(kind)
    for value in right:
        assert kind.accepts(value)
        kind.check("it", value)
    for value in wrong:
        assert not kind.accepts(value)
        with pytest.raises(ValueError, match="^it must be "):
            kind.check("it", value)


def test_whole_numbers_may_be_written_as_floats_and_become_integers():
    found = KINDS["n_layers"].check("n_layers", 1e3)
    assert found == 1000 and type(found) is int
    (AM,) = (c for c in COMPONENTS if c.name == "AM" and "n_layers" in c.parameters)
    solver = AM.get_instance(n_layers=2e1)
    assert type(solver.n_layers) is int and str(solver) == str(
        AM.get_instance(n_layers=20)
    )


@pytest.mark.parametrize(
    "name, value, hint",
    [
        ("positive", "false", "Write positive=False, with a capital letter."),
        ("positive", "yes", "Write positive=True, with a capital letter."),
        ("reg", "1e-3", "It is text: write reg=0.001, or 0.001 in a run file."),
        ("path", 12, "Quote it: path='12'."),
    ],
)
def test_what_was_meant_is_guessed(name, value, hint):
    with pytest.raises(ValueError) as error:
        KINDS[name].check(name, value)
    assert str(error.value).endswith(hint)


def test_yaml_reads_some_numbers_as_text():
    assert yaml.safe_load("1e-3") == "1e-3"  # of which the hint says how to write them
    assert yaml.safe_load("0.001") == 0.001


@pytest.mark.parametrize("component, name", PARAMETERS, ids=ids)
def test_two_settings_never_share_a_name(component, name):
    default, other = component.get_instance(), component.get_instance()
    other._parameters[name] = "other"
    assert str(other) != str(default)


# Before anything runs


@pytest.mark.parametrize(
    "check, pattern, message",
    [
        ("solver", "DDL[n_layers=[10,ten]]", "n_layers must .* got 'ten'"),
        ("solver", {"DDL": {"n_layers": [10, 2.5]}}, "n_layers must .* got 2.5"),
        ("solver", "Stochastic-DDL[epoch_length=0]", "epoch_length"),
        ("solver", "DDL[tol=None]", "tol must be .* got None"),
        ("dataset", "gaussian[n_atoms=True]", "n_atoms must .* got True"),
        (
            "dataset",
            "gaussian['n_features, n_atoms, n_signals'=[(8, 10, many)]]",
            "n_signals must .* got 'many'",
        ),
        (
            "dataset",
            "gaussian['n_features, n_atoms, n_signals'=[(8, 10)]]",
            "takes lists of 3 values",
        ),
        ("solver", {"DDL": {"n_layers": []}}, "n_layers must have a value"),
        ("dataset", "gaussian[density=0]", r"density must be .* in \(0, 1\]; got 0"),
        ("dataset", "simulated_meg[model=dense]", "one of rank1, conv; got 'dense'"),
        ("dataset", "from_file[test_fraction=half]", "test_fraction .* got 'half'"),
        ("objective", "*[positive=no]", "positive=False"),
        ("objective", "*[init=svd]", "random, data, perturbed, or .* got 'svd'"),
    ],
)
def test_a_command_line_is_checked_as_it_is_read(check, pattern, message):
    benchmark = Benchmark(ROOT)
    checks = {
        "solver": benchmark.check_solver_patterns,
        "dataset": benchmark.check_dataset_patterns,
        "objective": benchmark.check_objective_filters,
    }
    with pytest.raises(click.ClickException, match=message):
        checks[check]([pattern])


@pytest.mark.slow
def test_a_wrong_value_ends_the_command_at_once_in_one_line(tmp_path):
    arguments = ["-d", "gaussian", "-s", "AM", "-s", "DDL[n_layers=ten]"]
    done = benchopt(tmp_path, "run", ROOT, *arguments, "--output", tmp_path / "x.csv")
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 1
    assert last == "Error: Solver DDL: n_layers must be an integer >= 1; got 'ten'."
    assert "Traceback" not in done.stdout and "gaussian" not in done.stdout


# Components of others


class Plugin(DictionarySolver):
    name = "plug-in"
    parameters = {"alpha": [3.5], "n_layers": [4], "mine": ["a"], "tol": [None]}
    kinds = {"mine": Choice("a", "b")}


def test_plug_ins_declare_their_own_parameters():
    assert (
        Plugin.kind_of("alpha") is None
    )  # 3.5 is none of ours: it means another thing
    assert Plugin.get_instance(alpha=7).alpha == 7
    assert Plugin.get_instance(tol=None).tol is None
    for wrong in ({"n_layers": 0}, {"mine": "c"}, {"tol": -1}):
        with pytest.raises(WrongParameter, match="Solver plug-in"):
            Plugin.get_instance(**wrong)


class Unchecked(Component, BaseDataset):
    name = "unchecked"
    parameters = {"n_atoms": [4], "new": [1]}
    kinds = {"n_atoms": None}

    @classmethod
    def get_all_parameter_values(cls, name):
        return [1, 2] if name == "new" else None

    def get_data(self):
        pass


def test_a_kind_of_none_leaves_a_parameter_unchecked():
    assert Unchecked.get_instance(n_atoms="some", new="any").n_atoms == "some"


class Wildcard(Unchecked):
    kinds = {"new": Integer(1)}


def test_all_stays_a_wildcard_where_a_component_lists_its_values():
    grid = Wildcard.parameters.copy()
    grid.update({"new": "all"})
    assert grid["new"] == "all"
    with pytest.raises(WrongParameter, match="'all'"):
        Wildcard.get_instance(new="all")


def test_the_grid_of_a_class_is_not_changed_by_a_choice():
    grid = Plugin.parameters.copy()
    grid.update({"alpha": [1], "n_layers": 2.0})
    assert grid == {"alpha": [1], "n_layers": 2, "mine": ["a"], "tol": [None]}
    assert Plugin.parameters["alpha"] == [3.5]


def test_a_value_that_is_accepted_twice_is_said_once():
    assert str(Integer(1) | None | None) == "an integer >= 1, or None"
