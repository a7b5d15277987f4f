"""Commands that read results: the message for another file says what to give."""

import os
import sys

import fake_results as fake
import pandas as pd
import pytest
from benchopt.results import save_results
from documents import ROOT

from benchmark_utils.export import __main__ as export
from benchmark_utils.pages import surfaces
from benchmark_utils.result_files import read_result

sys.path.insert(0, str(ROOT / "benchmarks"))

import time_to_loss  # noqa: E402
import time_to_recovery  # noqa: E402

WRONG = {  # a part of the message, and the result file that it names
    "page_x.html": (r"not a result file", "x.parquet, the results of this page"),
    "x_surfaces.html": (r"not a result file", "x.parquet, the results of this page"),
    "page_x_standalone.html": (r"not a result file", "x.parquet, the results"),
    "page_other.html": (r"not a result file", "y.parquet, the newest one"),
    "torn.parquet": (r"cannot be read", "y.parquet, the newest one"),
    "empty.parquet": (r"cannot be read", "y.parquet, the newest one"),
    "numbers.csv": (r"no column solver_name", "y.parquet, the newest one"),
    "no_rows.csv": (r"no rows", "y.parquet, the newest one"),
    "nowhere.parquet": (r"There is no result file", "y.parquet, the newest one"),
    "": (r"is a folder", "y.parquet, the newest one there"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Results x and, newer, y, with pages, and files that are something else."""
    home = tmp_path_factory.mktemp("results")
    outputs = home / "outputs"
    outputs.mkdir()
    df = fake.table(fake.run("AM", [0.0, 1.0]))
    for date, name in enumerate("xy", start=2_000_000_000):
        os.utime(save_results(df.copy(), outputs / f"{name}.parquet"), (date, date))
    whole = (outputs / "x.parquet").read_bytes()
    for name in WRONG:
        if name.endswith(".html"):
            (outputs / name).write_text("<html></html>")
    (outputs / "torn.parquet").write_bytes(whole[:-100])
    (outputs / "empty.parquet").write_bytes(b"")
    (outputs / "numbers.csv").write_text("a,b\n1,2\n")
    df[:0].to_csv(outputs / "no_rows.csv")
    return home


@pytest.mark.parametrize("name", WRONG)
def test_another_file_gets_a_remedy(name, folder, monkeypatch):
    monkeypatch.chdir(folder)
    why, remedy = WRONG[name]
    path = os.path.join("outputs", name)
    with pytest.raises((FileNotFoundError, ValueError), match=why) as error:
        read_result(path)
    assert f"'{path.removesuffix('/')}'" in str(error.value)
    assert f"Give a .parquet file, as {os.path.join('outputs', remedy)}" in str(
        error.value
    )


def test_the_remedy_works_when_given(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for name in "xy":
        assert isinstance(read_result(f"outputs/{name}.parquet"), pd.DataFrame)


def test_without_any_result_file_the_remedy_is_to_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere.*benchopt run"):
        read_result("nowhere.parquet")


def main_of(script):
    def main(arguments):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["script", *arguments])
            script.main()

    return main


@pytest.mark.parametrize(
    "main",
    [
        lambda files: export.main([*files, "--to", "atoms.npz"]),
        surfaces.main,
        main_of(time_to_loss),
        main_of(time_to_recovery),
    ],
)
def test_commands_end_with_this_message(main, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as end:
        main(["outputs/page_x.html"])
    said = capsys.readouterr().err + str(end.value.code)
    assert "outputs/x.parquet, the results of this page" in said
    assert end.value.code not in (0, None)
