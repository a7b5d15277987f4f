"""Commands of Python that the documents tell the reader to type are understood."""

import argparse
import re
import runpy

import pytest
from documents import DOCUMENTS, ROOT, commands, text

from reproduction import __main__ as reproduction

SCRIPTS = {path.name for path in ROOT.glob("benchmarks/*.py")}
# These are no scripts.
SHARED = {
    "comparison.py", "floors.py", "given.py", "gpu_methods.py", "gpu_parts.py",
    "measure.py", "options.py", "wide_runs.py",
}  # fmt: skip
PAGE = "benchmarks/README.md"
TYPED = re.compile(r"(?:#   |`|^)((?:[A-Z_]+=\d+ )?python [^`\n]+)", re.MULTILINE)


def typed():
    """Commands in documents and at the head of run files, without settings."""
    files = [*DOCUMENTS, PAGE, "CONTRIBUTING.md"]
    files += [f"configs/{path.name}" for path in sorted(ROOT.glob("configs/*.yml"))]
    found = {command for name in files for command in TYPED.findall(text(name))}
    return sorted(command[command.index("python ") :] for command in found)


OF_SCRIPTS = [c.split()[1:] for c in typed() if c.startswith("python benchmarks/")]
OF_REPRODUCTION = [
    c.split()[3:] for c in typed() if c.startswith("python -m reproduction")
]


class Understood(Exception):
    pass


@pytest.mark.parametrize("script, arguments", [(w[0], w[1:]) for w in OF_SCRIPTS])
def test_scripts_take_these_options(script, arguments, monkeypatch):
    parse = argparse.ArgumentParser.parse_args

    def only_parse(parser, *args):
        parse(parser, *args)
        raise Understood

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", only_parse)
    monkeypatch.setattr("sys.argv", [script, *arguments])
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    with pytest.raises(Understood):
        runpy.run_path(ROOT / script, run_name="__main__")


@pytest.mark.parametrize("arguments", OF_REPRODUCTION, ids=" ".join)
def test_the_reproduction_takes_these_options(arguments, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert reproduction.parse(arguments).figures


def test_the_reproduction_has_no_other_options(capsys):
    with pytest.raises(SystemExit):
        reproduction.parse(["--help"])
    has = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert has == set(re.findall(r"`(--[a-z-]+)", text("docs/paper.md"))) | {
        "--parallel-config"
    }


def test_the_page_of_benchmarks_has_a_command_for_every_script():
    assert SHARED < SCRIPTS
    named = {words[0].removeprefix("benchmarks/") for words in OF_SCRIPTS}
    assert named == SCRIPTS - SHARED
    rows = re.findall(r"^\| `(\w+\.py)` \|", text(PAGE), re.MULTILINE)
    assert sorted(rows) == sorted(SCRIPTS - SHARED)


def test_commands_are_found():
    assert ["python", "-m", "reproduction"] in commands("docs/paper.md")
    assert [] in OF_REPRODUCTION and ["--only-report"] in OF_REPRODUCTION
    assert len(OF_SCRIPTS) > 15
