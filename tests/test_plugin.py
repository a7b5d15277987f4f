"""The code of README.md and CONTRIBUTING.md runs, as it stands there."""

import numpy as np
import pytest
import yaml
from command_line import benchopt, copy_benchmark, run
from documents import code, commands, options

SIGNALS = "gaussian['n_features, n_atoms, n_signals'=[(8, 10, 200)],n_test=50]"

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "benchmark").mkdir()
    return copy_benchmark(tmp_path / "benchmark")


def losses(df, solver):
    """Training loss at the first and at the last evaluation of a solver."""
    rows = df[df["solver_name"].str.split("[").str[0] == solver]
    curve = rows.sort_values("stop_val")["objective_value"].to_numpy()
    return curve[0], curve[-1]


def test_the_solver_of_the_readme_runs_from_outside(folder, tmp_path):
    _, source = code("README.md", "python")
    (command,) = [words for words in commands("README.md") if "-s" in words
                  and any(word.endswith("my_solver.py") for word in words)]  # fmt: skip
    file = tmp_path / "elsewhere" / options(command, "-s")[0]
    file.parent.mkdir(parents=True)
    file.write_text(source, encoding="utf-8")
    of_both = ["-d", SIGNALS, "-o", "*[positive=[False,True]]", "-n", "6", "--no-plot"]
    df = run(folder, "mine", "-s", file, "-s", "AM", *of_both)
    assert df["objective_name"].nunique() == 2
    for _, rows in df.groupby("objective_name"):
        first, last = losses(rows, "MOD-sklearn")
        assert np.isfinite(last) and last < 0.9 * first
        # Both start at the same dictionary, and the textbook method is no bungle.
        assert first == pytest.approx(losses(rows, "AM")[0], rel=1e-6)


def test_the_components_of_contributing_run_where_they_are_put(folder):
    solver, dataset, plot = code("CONTRIBUTING.md", "python")
    (folder / "solvers/my_solver.py").write_text(solver, "utf-8")
    (folder / "datasets/my_data.py").write_text(dataset, "utf-8")
    (folder / "plots/my_plot.py").write_text(plot, "utf-8")
    config = yaml.safe_load((folder / "config.yml").read_text())
    config["plots"].append("dead_atoms")
    (folder / "config.yml").write_text(yaml.safe_dump(config))

    df = run(folder, "new", "-s", "Short-AM", "-d", "digits", "-n", "2")
    assert df["solver_name"].nunique() == 2  # 5 and 10 layers
    for _, rows in df.groupby("solver_name"):
        first, last = losses(rows, "Short-AM")
        assert last < first
    (page,) = folder.glob("outputs/*_new.html")
    html = page.read_text(encoding="utf-8")
    assert "window._plots" in html
    assert all(solver in html for solver in df["solver_name"].unique())
    assert '"dead_atoms"' in html and "dead atoms" in html


def test_the_components_of_contributing_pass_benchopt_test(folder):
    solver, dataset, _ = code("CONTRIBUTING.md", "python")
    (folder / "solvers/my_solver.py").write_text(solver, "utf-8")
    (folder / "datasets/my_data.py").write_text(dataset, "utf-8")
    chosen = ["--skip-install", "-k", "'short-am or digits'"]  # goes through a shell
    done = benchopt(folder, "test", ".", *chosen)
    assert done.returncode == 0 and " passed" in done.stdout, done.stdout
