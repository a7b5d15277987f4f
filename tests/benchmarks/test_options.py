"""Options of the scripts of `benchmarks/` that cannot be: one line, no traceback."""

import sys

import pytest
import torch
import yaml
from documents import ROOT

BENCHMARKS = ROOT / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import cores  # noqa: E402
import encoders  # noqa: E402
import epochs  # noqa: E402
import evaluation  # noqa: E402
import gpu  # noqa: E402
import long_recording  # noqa: E402
import memory  # noqa: E402
import race  # noqa: E402
import rank_one_gradient  # noqa: E402
import time_to_loss  # noqa: E402
import time_to_recovery  # noqa: E402
import unrolled_gradient  # noqa: E402
import wide  # noqa: E402

TINY = "superposition[n_atoms=12,n_nonzero=2,n_signals=60,n_test=20]"
NUMBER = "must be a finite number > 0; got "
COUNT = "must be an integer >= 1; got "
NO_GPU = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")


def ended(script, options, monkeypatch, capsys):
    """The line with which a script ends."""
    monkeypatch.setattr(sys, "argv", ["script", *options])
    main = getattr(script, "main", None)
    with pytest.raises(SystemExit) as end:
        main() if main else script.COMPARISON.main(script.__doc__, n_rounds=2)
    if isinstance(end.value.code, str):
        return end.value.code
    *usage, last = capsys.readouterr().err.splitlines()
    assert end.value.code == 2 and usage[0].startswith("usage: ")
    return last


@pytest.mark.parametrize(
    "script, options, says",
    [
        (cores, "--rounds 0", f"argument --rounds: {COUNT}'0'"),
        (encoders, "--limit none", f"argument --limit: {NUMBER}'none'"),
        (encoders, "--solver nothing", "['nothing'] did not match any solver"),
        (encoders, "--solver SAE[k=0]", "k must be an integer >= 1, or None; got 0"),
        (encoders, "--solver SAE[size=1]", "Unknown parameter 'size'"),
        (encoders, "--solver SAE[k=[1,2]]", "--solver must name one; got SAE"),
        (encoders, "--dataset nothing", "['nothing'] did not match any dataset"),
        (encoders, "--dataset gaussian[x", "missing bracket"),
        (
            encoders,
            "--dataset superposition[n_atoms=5]",
            "n_nonzero, the codes of a signal, must be below n_atoms=5",
        ),
        (encoders, "--dataset from_file --solver AM", "no true atoms"),
        (epochs, "--signals 0", "--signals: must be an integer >= 5000; got '0'"),
        (epochs, "--depth 31", "argument --depth: must be an integer in [0, 30]"),
        (evaluation, "--lmbd 0", f"argument --lmbd: {NUMBER}'0'"),
        (evaluation, "--rounds 1.5", f"argument --rounds: {COUNT}'1.5'"),
        pytest.param(gpu, "--output x", "use device=cpu", marks=NO_GPU),
        (gpu, "--output x --device tpu", "device must be auto, cpu, cuda"),
        (gpu, "--output file/x/y --device cpu --quick", "'file/x/y' cannot be written"),
        (long_recording, "--seconds 0", f"argument --seconds: {COUNT}'0'"),
        (long_recording, "--steps -1", f"argument --steps: {COUNT}'-1'"),
        (memory, "--sizes 0", f"argument --sizes: {COUNT}'0'"),
        (memory, "--file nowhere.npy", "There is no file 'nowhere.npy'"),
        (memory, "--file x.npy --solver nothing", "did not match any solver"),
        (memory, "--file x.npy --solver DDL --steps 0", f"--steps: {COUNT}'0'"),
        (race, "run.yml --limit 0", f"argument --limit: {NUMBER}'0'"),
        (race, "run.yml --level nan", f"argument --level: {NUMBER}'nan'"),
        (race, "run.yml --only reg=9 --output x", "no objective with 'reg=9'"),
        (race, "run.yml --output file/x/y", "'file/x/y' cannot be written"),
        (race, "wrong.yml --output x", "n_atoms must be an integer >= 1; got 0"),
        (rank_one_gradient, "--quick --n_times 4", "must not be above --n_times=4"),
        (rank_one_gradient, "--rounds 0", f"argument --rounds: {COUNT}'0'"),
        (time_to_loss, "--levels 0", f"argument --levels: {NUMBER}'0'"),
        (time_to_recovery, "--level x", f"argument --level: {NUMBER}'x'"),
        (unrolled_gradient, "--growth x", "argument --growth: invalid choice: 'x'"),
        (unrolled_gradient, "--n_atoms 0", f"argument --n_atoms: {COUNT}'0'"),
        (unrolled_gradient, "--device tpu", "argument --device: device must be auto"),
        (unrolled_gradient, "--quick --memory x", "--memory must be one of tape, ddl"),
        (wide, "x.json --minutes 0", f"argument --minutes: {NUMBER}'0'"),
        (wide, "file/x/y.json", "'file/x/y.json' cannot be written"),
    ],
)
def test_wrong_options_end_with_a_line(
    script, options, says, tmp_path, monkeypatch, capsys
):
    run = {"dataset": [TINY], "objective": ["*"], "solver": ["AM"]}
    (tmp_path / "run.yml").write_text(yaml.safe_dump(run))
    wrong = run | {"dataset": ["gaussian[n_atoms=0]"]}
    (tmp_path / "wrong.yml").write_text(yaml.safe_dump(wrong))
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path)
    said = ended(script, options.split(), monkeypatch, capsys)
    assert says in said and "\n" not in said
