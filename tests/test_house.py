"""The house is in order: what is declared, written and shipped agrees with the code."""

import ast
import itertools
import re
import subprocess
import sys

import pytest
import yaml
from benchopt.benchmark import Benchmark
from benchopt.utils.parametrized_name_mixin import get_configs
from benchopt.utils.run_context import RunContext
from documents import DOCUMENTS, MANUALS, ROOT, commands, manual, options, text
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

BENCHMARKS = {folder: Benchmark(ROOT / folder) for folder in MANUALS}
SOLVERS = [solver for b in BENCHMARKS.values() for solver in b.get_solvers()]
DATASETS = [dataset for b in BENCHMARKS.values() for dataset in b.get_datasets()]
OBJECTIVES = [b.get_benchmark_objective() for b in BENCHMARKS.values()]
COMPONENTS = [*OBJECTIVES, *SOLVERS, *DATASETS]
PLOTS = [path for folder in MANUALS for path in ROOT.glob(f"{folder}/plots/*.py")]

# In pieces, or this file would be the first to have them.
MACHINE_PATHS = ["/" + name + "/" for name in ("work", "root", "opt", "tmp")]
HOSTS = ["py" + "pi.org", "files.python" + "hosted", "download." + "pytorch"]


def name_of(component):
    return component.name


def files():
    """All text files that are in the repository or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip(f"no git repository to list the files of: {listed.stderr.strip()}")
    binary = {".png", ".jpg", ".gif", ".parquet"}
    paths = [ROOT / line for line in listed.stdout.splitlines()]
    return [p for p in paths if p.is_file() and p.suffix not in binary]


def parsed(line):
    requirement = Requirement(line.split("#")[0])
    return canonicalize_name(requirement.name), str(requirement.specifier)


def section(title):
    """Requirements that stand under the comment ``# title: ...``, as a list."""
    lines = text("requirements.txt").splitlines()
    start = next(i for i, x in enumerate(lines) if x.startswith(f"# {title}:"))
    block = itertools.takewhile(lambda x: x and x[0] != "#", lines[start + 1 :])
    return [parsed(line) for line in block]


def declared(component):
    """The `requirements` of a component; benchopt reads them without running it."""
    assert all(line.startswith("pip::") for line in component.requirements)
    return {parsed(line.removeprefix("pip::")) for line in component.requirements}


def test_requirements_are_those_of_the_components():
    found = section("Components")
    needed = [component for component in COMPONENTS if not component.optional]
    wanted = set().union(*map(declared, needed))
    assert len(dict(wanted)) == len(wanted), "a package has one bound everywhere"
    assert dict(found).keys() == dict(wanted).keys()
    for name, tested in found:
        # The same bound; or, of what only has a lower one, the version that was tested.
        bound = SpecifierSet(dict(wanted)[name])
        assert str(bound) == tested or tested.removeprefix("==") in bound, name
    everything = [name for name, _ in found + section("Tools")]
    assert len(everything) == len(set(everything))
    lines = text("requirements.txt").splitlines()
    assert len(everything) == sum(bool(x) and x[0] != "#" for x in lines)


@pytest.mark.parametrize("component", COMPONENTS, ids=name_of)
def test_components_are_installed(component):
    # benchopt only skips what is not, so that all would be green without it.
    if component.missing():
        pytest.skip(component.missing())
    assert component.is_installed(raise_on_not_installed=True)


def test_benchopt_test_fails_where_a_package_is_missing(tmp_path):
    file = tmp_path / "solver.py"
    file.write_text("import no_such_package\n\nclass Solver:\n    name = 'None'\n")
    ((solver, _),) = BENCHMARKS["."].check_solver_patterns([str(file)])
    hooks = {}
    exec(text("test_config.py"), hooks)
    for hook in ("check_test_solver_run", "check_test_dataset_get_data"):
        with pytest.raises(ModuleNotFoundError, match="no_such_package"):
            hooks[hook](solver)
        hooks[hook](SOLVERS[0])  # one that is installed passes


@pytest.mark.parametrize("component", SOLVERS + DATASETS, ids=name_of)
def test_names_are_typed_without_quotes(component):
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", component.name)


@pytest.mark.parametrize("solver", SOLVERS, ids=name_of)
def test_solvers_cite_a_dated_reference(solver):
    assert re.search(r"\b(19|20)\d\d\b", solver.__doc__)


def metrics(benchmark):
    """Names of all that the objective and the solvers measure."""
    found = set()
    Objective = benchmark.get_benchmark_objective()
    names = Objective.test_config["dataset"]["name"]  # those that need no download
    datasets = [d for d in benchmark.get_datasets() if d.name in names]
    solvers = [solver for solver in benchmark.get_solvers() if not solver.missing()]
    for dataset_class, solver_class in itertools.product(datasets, solvers):
        config = get_configs(dataset_class, Objective, solver_class)[0]
        dataset = dataset_class.get_instance(**config["dataset"])
        objective = Objective.get_instance(**config["objective"])
        solver = solver_class.get_instance(**config["solver"])
        RunContext().set_run_context(objective, dataset, solver, 0, base_seed=0)
        objective._set_dataset(dataset)
        if not solver._set_objective(objective)[0]:
            solver.run_once(1)
            found |= set(objective(solver.get_result())[0])
    return {key.removeprefix("objective_") for key in found}


@pytest.mark.parametrize("folder", MANUALS)
def test_the_manual_has_every_component_plot_and_metric(folder):
    benchmark = BENCHMARKS[folder]
    parameters = benchmark.get_benchmark_objective().parameters
    plots = [path.stem for path in ROOT.glob(f"{folder}/plots/*.py")]
    components = [c.name for c in benchmark.get_solvers() + benchmark.get_datasets()]
    expected = {*components, *parameters, *plots, *metrics(benchmark)}
    assert {name for name in expected if f"`{name}`" not in manual(folder)} == set()


@pytest.mark.parametrize("folder", MANUALS)
def test_the_manual_has_every_view_of_the_page(folder):
    config = yaml.safe_load(text(f"{folder}/config.yml"))
    rows = [line for line in manual(folder).splitlines() if line.startswith("| ")]
    for view, options_ in config["plot_configs"].items():
        kind = f"`{options_['plot_kind']}`"
        assert any(view in row and kind in row for row in rows), view


def test_plots_hold_plots_only():
    # Anything else in there stops the page.
    for path in PLOTS:
        classes = [x for x in ast.parse(path.read_text("utf-8")).body
                   if isinstance(x, ast.ClassDef)]  # fmt: skip
        assert "Plot" in [x.name for x in classes], path.name


@pytest.mark.parametrize("document", [*DOCUMENTS, "CONTRIBUTING.md"])
def test_files_that_are_named_exist(document):
    mine = re.compile(r"(^|/)my_")  # the reader's own, yet to be written
    for path in re.findall(r"`([\w./-]+/[\w.-]*)`", text(document)):
        if not mine.search(path) and path.split("/")[0] != "outputs":
            assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\(([\w./-]+)(?:#[\w-]+)?\)", text(document)):
        assert (ROOT / document).parent.joinpath(path).exists(), path


def test_the_readme_is_short():
    assert len(text("README.md").splitlines()) <= 150


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_of_the_manual_name_what_exists(document):
    for words in commands(document):
        for file in options(words, "--config", "--parallel-config", "-r"):
            own = file.startswith("my_")  # a copy that the reader makes
            assert own or file.isdigit() or (ROOT / file).is_file(), file
        if words[:2] != ["benchopt", "run"]:
            continue
        benchmark = BENCHMARKS[words[2]]
        own = [x for x in options(words, "-s") if x.endswith("my_solver.py")]
        solvers = [x for x in options(words, "-s") if x not in own]
        benchmark.check_solver_patterns(solvers)
        benchmark.check_dataset_patterns(options(words, "-d"))
        benchmark.check_objective_filters(options(words, "-o"))


def test_one_line_tests_everything_everywhere():
    line = "pip install -r requirements.txt && benchopt test . --skip-install && pytest"
    assert line in text("README.md").splitlines()
    assert line in text(".ci/run").splitlines()
    workflow = yaml.safe_load(text(".github/workflows/test.yml"))
    steps = workflow["jobs"]["test"]["steps"]
    assert line in [step.get("run") for step in steps]


def test_the_template_of_benchopt_tests_both_benchmarks():
    workflow = yaml.safe_load(text(".github/workflows/benchopt.yml"))
    calls = [(job["uses"], job["with"]) for job in workflow["jobs"].values()]
    template = "benchopt/template_benchmark/.github/workflows/test_benchmarks.yml@main"
    assert {uses for uses, _ in calls} == {template}
    folders = {given.get("benchmark_dir", ".") for _, given in calls}
    assert folders == set(MANUALS)
    # Runs of which all these are equal would cancel each other.
    keys = [(x.get("benchopt_version"), x.get("extra_args")) for _, x in calls]
    assert len(set(keys)) == len(keys)


def test_two_command_lines_do_all_the_set_up():
    installs = [x for x in text("README.md").splitlines() if x.startswith("pip ")]
    assert len(installs) == 2


def test_ci_is_a_strict_script():
    script = ROOT / ".ci/run"
    subprocess.run(["bash", "-n", script], check=True)
    assert script.stat().st_mode & 0o111 == 0o111
    assert "set -euo pipefail" in text(".ci/run").splitlines()
    for setting in ("BENCHOPT_RAISE_ON_ERROR=true", "MPLBACKEND=Agg"):
        assert setting in text(".ci/run")


def test_citation_has_the_software_and_the_paper():
    citation = yaml.safe_load(text("CITATION.cff"))
    assert citation["type"] == "software" and citation["license"] == "BSD-3-Clause"
    urls = {Objective.url for Objective in OBJECTIVES if hasattr(Objective, "url")}
    assert {citation["url"]} == urls
    assert Version(citation["version"]).is_devrelease  # nothing is released yet
    paper, benchopt = citation["references"]
    authors = [author["family-names"] for author in paper["authors"]]
    assert (paper["year"], authors) == (2022, ["Malézieux", "Moreau", "Kowalski"])
    assert benchopt["title"].startswith("Benchopt:") and len(benchopt["authors"]) == 21


def test_no_file_names_a_machine_or_a_registry():
    for path in files():
        content = path.read_text("utf-8")
        found = [x for x in MACHINE_PATHS + HOSTS if x in content]
        assert not found, f"{path.relative_to(ROOT)}: {found}"


def test_ruff_has_nothing_to_say():
    ruff = [sys.executable, "-m", "ruff", "check", "."]
    done = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
