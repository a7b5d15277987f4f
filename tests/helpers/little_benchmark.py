"""A little benchmark with two run files, and three figures of which two share one."""

from reproduction.figure import Figure
from reproduction.rows import need
from reproduction.verdict import Untestable, claim, graded

SOLVER = '''
"""Notes its runs, and waits while there is a file of its name."""
import os
import time
from pathlib import Path
from benchopt import BaseSolver

class Solver(BaseSolver):
    name = "{name}"
    sampling_strategy = "run_once"

    def set_objective(self, x):
        self.x = x

    def run(self, _):
        root = Path(__file__).parents[1]
        with open(root / "runs.txt", "a") as file:
            file.write("{name} " + os.environ["OMP_NUM_THREADS"] + "\\n")
        while (root / "{name}").exists():
            time.sleep(0.02)

    def get_result(self):
        return {{"x": self.x}}
'''
OBJECTIVE = """
from benchopt import BaseObjective

class Objective(BaseObjective):
    name = "o"
    min_benchopt_version = "1.10"

    def set_data(self, x):
        self.x = x

    def get_objective(self):
        return {"x": self.x}

    def evaluate_result(self, x):
        return {"value": x}

    def get_one_result(self):
        return {"x": 0}
"""
DATASET = """
from benchopt import BaseDataset

class Dataset(BaseDataset):
    name = "d"

    def get_data(self):
        return {"x": 1.0}
"""
NAMES = ("first", "second")


def write(root):
    """Write the benchmark into a folder, and return the folder."""
    for folder in ("solvers", "datasets", "configs", "benchmark_utils"):
        (root / folder).mkdir(parents=True)
    (root / "objective.py").write_text(OBJECTIVE)
    (root / "datasets/d.py").write_text(DATASET)
    for name in NAMES:
        (root / f"solvers/{name}.py").write_text(SOLVER.format(name=name))
        (root / f"configs/{name}_small.yml").write_text(
            f"# Shows {name}.\n#   benchopt run . --config configs/{name}_small.yml\n"
            f"no-cache: true\nsolver: [{name}]\ndataset: [d]\noutput: {name}\n"
        )
    return root


def runs(root):
    """Names of the solvers that were run, in order, each with its threads."""
    file = root / "runs.txt"
    return file.read_text().splitlines() if file.exists() else []


def breaks(root, name):
    """Make a solver raise."""
    file = root / f"solvers/{name}.py"
    code = file.read_text()
    assert "while" in code
    file.write_text(code.replace("while", "1 / 0\n        while"))


def values(df):
    """Return the values."""
    if "objective_value" not in df:
        raise Untestable("there is no value")
    return df[["objective_value"]].rename(columns={"objective_value": "value"})


@claim("The value is one.", values)
def value_is_one(table):
    """Holds if the value is 1, in part if it is above 0."""
    value = table["value"].iloc[0]
    return graded(value == 1, value > 0), {"the value": value}


def draw(figure, df):
    """Draw the value."""
    need(df, "objective_value")
    figure.subplots().plot(df["objective_value"], "o")


FIGURES = {name: Figure(name, name, [value_is_one], draw) for name in NAMES}
SHARING = Figure("third", "third", [value_is_one], draw, runs="second")
