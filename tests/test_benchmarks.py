"""The scripts of `benchmarks/` run, and compare methods that do the same."""

import sys
from pathlib import Path

import fake_results
import numpy as np
import pandas as pd
import pytest
import torch

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import compiled_kernels  # noqa: E402, F401  (run by test_fused.py)
import cores  # noqa: E402
import epochs  # noqa: E402
import evaluation  # noqa: E402
import floors  # noqa: E402
import long_recording  # noqa: E402
import measure  # noqa: E402
import memory  # noqa: E402
import rank_one_gradient  # noqa: E402
import time_to_loss  # noqa: E402
import time_to_recovery  # noqa: E402
import unrolled_gradient  # noqa: E402

from benchmark_utils.coding.unrolled import Unrolled  # noqa: E402


@pytest.fixture
def small_machine(monkeypatch):
    """Rates from small products: a tiny form need not know the machine."""
    for script in (rank_one_gradient, unrolled_gradient):
        monkeypatch.setattr(script.COMPARISON, "rates", measure.Machine(16, 1024))


def output(script, *options, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["script", "--quick", *options])
    main = getattr(script, "main", None)
    main() if main else script.COMPARISON.main(script.__doc__, n_rounds=2)
    return capsys.readouterr().out


@pytest.mark.parametrize("script", [unrolled_gradient, rank_one_gradient])
def test_gradients_are_compared(script, small_machine, monkeypatch, capsys):
    def peak(method, sizes):
        return 1.0  # of a process of its own, which is another test

    monkeypatch.setattr(script.COMPARISON, "peak", peak)
    found = output(script, monkeypatch=monkeypatch, capsys=capsys)
    for line in ("threads", "tape / ddl", "ddl / am", "checkpoint / ddl"):
        assert line in found
    for line in ("full / ddl", "peak of one window: full 1.0 MiB"):
        assert (line in found) == (script is rank_one_gradient)
    assert "nan" not in found


def test_fused_layers_are_compared_with_those_of_torch(
    small_machine, monkeypatch, capsys
):
    comparison = unrolled_gradient.COMPARISON
    monkeypatch.setattr(comparison, "peak", lambda method, sizes: 1.0)
    for reason in ("only on CUDA", None):
        monkeypatch.setattr(unrolled_gradient, "obstacle", lambda *_, r=reason: r)
        found = output(unrolled_gradient, monkeypatch=monkeypatch, capsys=capsys)
        for line in ("ddl-torch / ddl", "am-torch / am"):
            assert (line in found) == (reason is None)


@pytest.mark.parametrize("script", [unrolled_gradient, rank_one_gradient])
def test_growth_changes_one_size(script, small_machine, monkeypatch, capsys):
    monkeypatch.setattr(script.COMPARISON, "growth", {"n_layers": [2, 3]})
    found = output(script, "--growth", monkeypatch=monkeypatch, capsys=capsys)
    assert [line.split()[1] for line in found.splitlines()[1:]] == ["2", "3"]


def test_peak_memory_is_that_of_a_process_of_its_own():
    script = str(BENCHMARKS / "unrolled_gradient.py")
    sizes = ["--n_signals=2000", "--n_atoms=100", "--n_layers=100"]
    options = ["--quick", *sizes, "--memory"]
    kept, recomputed = (
        float(measure.in_fresh_process(script, *options, name))
        for name in ("ddl", "checkpoint")
    )
    assert kept > 100 * 2000 * 100 * 4 / 2**20 > recomputed > 0


def test_evaluations_are_compared(monkeypatch, capsys):
    found = output(evaluation, monkeypatch=monkeypatch, capsys=capsys)
    assert all(name in found for name in ("certified", "spams", "sklearn"))


def test_work_is_timed_on_more_threads(monkeypatch, capsys):
    before = torch.get_num_threads()
    monkeypatch.setattr("os.cpu_count", lambda: 3)  # one and two are tried
    first, *lines = output(cores, monkeypatch=monkeypatch, capsys=capsys).splitlines()
    assert len(lines) == 5 and all(line.count("[") == 1 for line in lines)
    assert torch.get_num_threads() == before


def test_epochs_of_growing_data_are_timed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["script", "--signals", "5000", "--depth", "2"])
    epochs.main()
    assert "one epoch of 5000" in capsys.readouterr().out


def test_learning_from_a_file_gains(tmp_path, capsys):
    memory.write(tmp_path / "X.npy", 2000)
    memory.learn(tmp_path / "X.npy", "Block-AM", 5)
    first, last = map(float, capsys.readouterr().out.split())
    assert last < first


def test_times_to_recovery_are_ranked(monkeypatch, capsys):
    table = fake_results.dense()
    monkeypatch.setattr(sys, "argv", ["script", "a_file", "--level", "0.5"])
    monkeypatch.setattr(time_to_recovery, "read_results", lambda file: table)
    time_to_recovery.main()
    lines = capsys.readouterr().out.splitlines()
    ranked = [line for line in lines if "final recovery" in line]
    assert len(ranked) == table["solver_name"].nunique()
    assert "1.0 x" in ranked[0]


def test_times_to_a_loss_are_those_of_the_reference(monkeypatch, capsys):
    rows = [("alphacsc", 0, 0.0, 9), ("alphacsc", 0, 80.0, 1)]
    rows += [("Block", rep, t, v) for rep in (0, 1) for t, v in [(0, 9), (4 + rep, 1)]]
    rows += [("Slow", 0, 0.0, 9), ("Slow", 0, 8.0, 2)]
    columns = ["solver_name", "idx_rep", "time", "objective_value"]
    table = pd.DataFrame(rows, columns=columns)
    table["stop_val"] = table["time"]
    table["dataset_name"] = table["objective_name"] = "one"
    # One file has the reference, another the rest.
    files = {"a": table[:2], "b": table[2:]}
    monkeypatch.setattr(sys, "argv", ["script", *files])
    monkeypatch.setattr(time_to_loss, "read_results", files.get)
    time_to_loss.main()
    first, block, slow, _ = capsys.readouterr().out.splitlines()
    assert first == "alphacsc: loss 1 in 80.0 s"
    assert "4.50 s  17.8 x sooner" in block and "worst of 2: 5.00 s" in block
    assert "not reached" in slow and "ends at 2 in 8.0 s" in slow


def test_a_recording_is_learned_from(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(long_recording, "RESULT", tmp_path / "result.parquet")
    long_recording.learn(20, 2)
    assert "objective_recovery_uv" in capsys.readouterr().out


def test_no_script_is_left_out():
    scripts = {path.stem for path in BENCHMARKS.glob("*.py")}
    assert scripts - set(globals()) == {"comparison"}  # which the others are made of


def test_coders_find_the_same_codes():
    codes = {name: f() for name, f in evaluation.methods(20, 5, 8).items()}
    for name in ("spams", "sklearn"):
        np.testing.assert_allclose(codes[name], codes["certified"], atol=2e-3)


@pytest.mark.parametrize("by", ["full_kernels", "fourier_tape"])
def test_rank_one_gradients_are_the_same(by):
    sizes = rank_one_gradient.QUICK | {"n_layers": 5}
    dictionary, X, lmbd = rank_one_gradient.problem(**sizes)
    net = Unrolled(5, lmbd)
    expected = net.gradient(dictionary, X)
    loss, grads = getattr(rank_one_gradient, by)(dictionary, X, net)
    assert loss == pytest.approx(expected.loss, rel=1e-5)
    for one, other in zip(grads, expected.params, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-3)


def test_floors_count_products():
    # n = 1: one layer is D'x, Dz and, for the gradient, D'x and cross, gram and a z'.
    assert floors.dense(1, 3, 5, 1, None)[0] == 2 * 2 * 15
    assert floors.dense(1, 3, 5, 2, 0)[0] == 3 * 30 + 2 * 50
    assert floors.dense(1, 3, 5, 2, 2)[0] == 3 * 30 + 2 * 50 + 4 * 50
    assert floors.dense(10, 3, 5, 2, 2)[0] == 10 * floors.dense(1, 3, 5, 2, 2)[0]
    sizes = dict(zip(rank_one_gradient.SIZES, [1, 4, 64, 3, 8], strict=False))
    flops = [floors.rank_one(**sizes, n_layers=n, depth=n)[0] for n in (1, 2, 3)]
    assert flops[2] - flops[1] == flops[1] - flops[0] > 0
