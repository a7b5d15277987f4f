"""Wrong options of the reproduction end it before anything is run."""

import signal

import pytest
from documents import ROOT

from reproduction import __main__ as command
from reproduction import options as command_line
from reproduction import runner


@pytest.mark.parametrize(
    "options, says",
    [
        (["--threads", "0"], "--threads must be 1 or more; got 0"),
        (["--parallel-config", "none.yml"], "there is no file 'none.yml'"),
        (["--parallel-config", "README.md"], "README.md' has no line backend"),
        (["--parallel-config", "requirements.txt"], "requirements.txt' has no line"),
        (["--parallel-config", "configs/figure_1.yml"], "as configs/dask.yml"),
        (["--output", "README.md"], "README.md' cannot be a folder"),
        (["--output", "README.md/x"], "x' cannot be a folder"),
    ],
)
def test_wrong_options_end_the_command_before_a_run(
    options, says, monkeypatch, tmp_path, capsys
):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(runner, "run_all", None)  # is not called
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    output = [] if "--output" in options else ["--output", str(tmp_path)]
    assert command.main(["figure_1", *options, *output]) == 2
    assert says in capsys.readouterr().out


def test_a_wrong_number_of_threads_ends_the_command(monkeypatch, capsys):
    monkeypatch.setenv("OMP_NUM_THREADS", "4,two")
    with pytest.raises(SystemExit):
        command_line.parse([])
    assert "OMP_NUM_THREADS=4,two in the env" in capsys.readouterr().err


def test_threads_that_are_named_need_none_of_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4,two")
    assert command_line.parse(["--threads", "3"]).threads == 3
