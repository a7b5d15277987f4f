"""Options are what they should be, or a message says what they are not."""

import re
from argparse import ArgumentTypeError

import pytest
from documents import ROOT

from reporting import checks


def refuses(check, value, says):
    with pytest.raises(ArgumentTypeError, match=re.escape(says)):
        check(value)


def test_threads_are_those_of_the_environment_or_one(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert checks.environment_threads() == 3
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert checks.environment_threads() == 1


@pytest.mark.parametrize("threads", ["4,two", "²", "0", ""])
def test_threads_of_the_environment_that_are_no_number(threads, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    with pytest.raises(ArgumentTypeError, match=f"OMP_NUM_THREADS={threads} in the"):
        checks.environment_threads()


def test_processes_are_a_number_or_all():
    assert [checks.n_jobs(text) for text in ("-1", "1", "12")] == [-1, 1, 12]
    for text in ("0", "-2", "two", "1.5"):
        refuses(checks.n_jobs, text, f"'{text}' is not 1 or more, or -1")


def test_a_file_that_spreads_runs_names_a_backend(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    found = checks.parallel_config("configs/dask.yml")
    assert found == ROOT / "configs/dask.yml" and found.is_absolute()
    refuses(checks.parallel_config, "nowhere.yml", "there is no file 'nowhere.yml'")
    path = tmp_path / "runs.yml"
    for content in (b"", b"- backend", b"dask: {}", b"a: [", b"\xff\xfe\x00"):
        path.write_bytes(content)
        refuses(checks.parallel_config, path, "runs.yml' has no line backend: ")


def test_a_folder_is_made_where_nothing_is_in_its_place(tmp_path):
    path = tmp_path / "a/b"
    assert checks.folder(path) == checks.folder(path) == path and path.is_dir()
    (tmp_path / "file").touch()
    for name in ("file", "file/x"):
        refuses(checks.folder, tmp_path / name, f"{name}' cannot be a folder (")
