"""Bad input ends a command in one line; a fault keeps its traceback."""

import click
import numpy as np
import pytest
from benchopt.benchmark import Benchmark
from documents import ROOT

FOLDERS = (".", "gradient_estimation")


def objective(folder):
    return Benchmark(ROOT / folder).get_benchmark_objective().get_instance()


def gaussian(folder, get_data):
    """A dataset with other data."""
    benchmark = Benchmark(ROOT / folder)
    (Dataset,) = benchmark.check_dataset_patterns(["gaussian"], class_only=True)
    dataset = Dataset.get_instance()
    dataset.get_data = get_data
    return dataset


def refuse():
    raise ValueError("n_atoms is too large.")


def wrap():
    try:
        open(ROOT / "no such file")
    except OSError as error:
        raise FileNotFoundError("There is no file 'no such file'.") from error


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize(
    "get_data, says", [(refuse, "n_atoms is too large."), (wrap, "There is no file")]
)
def test_bad_input_is_told_by_its_message_alone(folder, get_data, says):
    with pytest.raises(click.ClickException) as error:
        objective(folder)._set_dataset(gaussian(folder, get_data))
    assert error.value.message.startswith("Dataset gaussian")
    assert says in error.value.message


def of_numpy():
    return np.concatenate([])


def of_python():
    return float("ten")


def of_ours():
    raise TypeError("This is a fault.")


@pytest.mark.parametrize("get_data", [of_numpy, of_python, of_ours])
def test_a_fault_is_raised_as_it_is(get_data):
    with pytest.raises((ValueError, TypeError)) as error:
        objective(".")._set_dataset(gaussian(".", get_data))
    assert not isinstance(error.value, click.ClickException)


def test_a_missing_file_is_told(make, tmp_path):
    dataset = make("from_file", path=str(tmp_path / "x.npy"))
    with pytest.raises(click.ClickException, match="no file .*x.npy"):
        objective(".")._set_dataset(dataset)
