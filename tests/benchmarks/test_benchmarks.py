"""The scripts of `benchmarks/` run, and compare methods that do the same."""

import json
import sys

import numpy as np
import pandas as pd
import pytest
import torch
import yaml
from documents import ROOT

BENCHMARKS = ROOT / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import choice  # noqa: E402
import cores  # noqa: E402
import encoders  # noqa: E402
import epochs  # noqa: E402
import evaluation  # noqa: E402
import floors  # noqa: E402
import long_recording  # noqa: E402
import measure  # noqa: E402
import memory  # noqa: E402
import race  # noqa: E402
import rank_one_gradient  # noqa: E402
import rare_atoms  # noqa: E402
import time_to_loss  # noqa: E402
import time_to_recovery  # noqa: E402
import unrolled_gradient  # noqa: E402
import wide  # noqa: E402

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


@pytest.mark.slow
def test_learned_encoders_are_measured(monkeypatch, capsys):
    chosen = ("SAE[activation=topk,k=2]", "LISTA[n_layers=1]")
    options = [word for name in chosen for word in ("--solver", name)]
    head, *rows = output(
        encoders, *options, monkeypatch=monkeypatch, capsys=capsys
    ).splitlines()
    assert [row.split(" | ")[0] for row in rows] == [f"| {name}" for name in chosen]
    assert {row.count("|") for row in rows} == {head.count("|")}
    assert "nan" not in rows[0]


@pytest.mark.parametrize("script", [unrolled_gradient, rank_one_gradient])
def test_growth_changes_one_size(script, small_machine, monkeypatch, capsys):
    monkeypatch.setattr(script.COMPARISON, "growth", {"n_layers": [2, 3]})
    found = output(script, "--growth", monkeypatch=monkeypatch, capsys=capsys)
    assert [line.split()[1] for line in found.splitlines()[1:]] == ["2", "3"]


@pytest.mark.slow
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


@pytest.mark.slow
def test_learning_from_a_file_gains(tmp_path, capsys):
    memory.write(tmp_path / "X.npy", 2000)
    memory.learn(tmp_path / "X.npy", "Block-AM", 5)
    first, last = map(float, capsys.readouterr().out.split())
    assert last < first


def result_table(runs, metric):
    """A table of benchopt from runs: (objective, solver, repetition) to its curve."""
    rows = [(*key, time, value) for key, curve in runs.items() for time, value in curve]
    columns = ["objective_name", "solver_name", "idx_rep", "time", metric]
    table = pd.DataFrame(rows, columns=columns)
    table["stop_val"], table["dataset_name"] = table["time"], "one"
    return table


def lines_of(script, tables, *options, monkeypatch, capsys):
    """What a script prints of result files, which are given by their names."""
    monkeypatch.setattr(sys, "argv", ["script", *tables, *options])
    monkeypatch.setattr(time_to_recovery, "read_result", tables.get)  # for both
    script.main()
    return capsys.readouterr().out.splitlines()


def test_times_to_recovery_have_medians_spreads_and_ratios(monkeypatch, capsys):
    runs = {("p", "Peer", 0): [(0, 0), (1, 1)]}
    for rep, seconds in enumerate([1, 4, 2]):
        runs["o", "Block-AM[batch=9]", rep] = [(0, 0), (seconds, 1)]
        runs["o", "Peer", rep] = [(0, 0), (6 * (rep + 1), 1)]
        runs["o", "Late", rep] = [(t, t / 100) for t in (0, 40, 90 + rep)]
    tables = {"a": result_table(runs, "objective_recovery_score")}
    lines = lines_of(
        time_to_recovery, tables, "--level", "0.91", monkeypatch=monkeypatch,
        capsys=capsys,
    )  # fmt: skip
    _, second, alone, _, first, block, peer, late = lines
    assert (first, second) == ("one  o", "one  p")
    assert "1.82 [0.91, 3.64]" in block and "1.0 [1.0, 1.0]" in block
    assert "10.92 [5.46, 16.38]" in peer and "6.0 [3.0, 9.0]" in peer
    assert "91.00 [91.00, > 92.00]" in late and "2 of 3, ends at 0.910" in late
    assert alone.split() == "Peer 0.91 s - x 1 of 1, ends at 1.000".split()


def test_times_to_levels_of_the_loss(monkeypatch, capsys):
    runs = {}
    for rep in (0, 1, 2):
        runs["o", "Block", rep] = [(0, 200), (1 + rep, 100)]
        runs["o", "alphacsc-a", rep] = [(0, 200), (40 + rep, 100.8)]
        runs["o", "alphacsc-b", rep] = [(0, 200), (60, 100.2)]
    table = result_table(runs, "objective_value")
    tables = {"a": table[:7], "b": table[7:]}  # the first lacks repetitions
    lines = lines_of(time_to_loss, tables, monkeypatch=monkeypatch, capsys=capsys)
    assert lines[:2] == ["one  o", "best loss known: 100"]
    at = {line: lines[i + 1 : i + 4] for i, line in enumerate(lines) if line[:1] == "+"}
    assert list(at) == ["+1 %: 101", "+0.5 %: 100.5", "+0.1 %: 100.1"]
    block, first, second = at["+1 %: 101"]
    assert "1.98 [0.99, 2.97]" in block and "20.7 x" in block and "3 of 3" in block
    assert first.startswith("alphacsc-a") and "40.92 [39.92, 41.92]" in first
    assert "1.0 x" in first and "0.7 x" in second
    block, second, first = at["+0.5 %: 100.5"]
    assert "not in 42.0" in first and "0 of 3" in first and "59.82" in second
    assert all(" - " in line for line in at["+0.1 %: 100.1"])


def test_a_race_ends_at_the_level_and_goes_on_where_it_was(
    tmp_path, monkeypatch, capsys
):
    config = {
        "seed": 3,
        "n-repetitions": 2,
        "objective": ["Dictionary learning[reg=[0.3,0.5]]"],
        "dataset": ["gaussian[n_features=6,n_atoms=8,n_signals=60,n_test=20]"],
        "solver": ["Block-AM[batch_size=20,n_layers=5]"],
    }
    file, output = tmp_path / "little.yml", tmp_path / "race.parquet"
    file.write_text(yaml.safe_dump(config))
    options = [str(file), "--level", "0.6", "--limit", "1", "--output", str(output)]
    monkeypatch.setattr(sys, "argv", ["script", *options, "--only", "reg=0.3"])
    race.main()
    assert len(capsys.readouterr().out.splitlines()) == 2
    monkeypatch.setattr(sys, "argv", ["script", *options])
    race.main()  # the other objective alone
    assert len(capsys.readouterr().out.splitlines()) == 2
    table = pd.read_parquet(output)
    for _, run in table.groupby(race.KEYS):
        assert run["time"].is_monotonic_increasing
        assert run["objective_recovery_score"].iloc[-1] >= 0.6
        assert (run["objective_recovery_score"].iloc[:-1] < 0.6).all()
    first = table[table["stop_val"] == 0]["objective_recovery_score"]
    assert len(first) == 4 and first.nunique() == 2  # one start a repetition


@pytest.mark.slow
def test_a_recording_is_learned_from(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(long_recording, "RESULT", tmp_path / "result.parquet")
    long_recording.learn(20, 2)
    assert "objective_recovery_uv" in capsys.readouterr().out


def test_no_script_is_left_out():
    scripts = {path.stem for path in BENCHMARKS.glob("*.py")}
    # The others are made of one, and tests of their own have the rest.
    assert scripts - set(globals()) == {
        "comparison",
        "given",
        "gpu",
        "gpu_methods",
        "gpu_parts",
        "options",
        "wide_runs",
    }


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


def test_the_choice_of_settings_is_judged_by_recovery(capsys):
    choice.main(["--quick"])
    said = capsys.readouterr().out
    assert "True atoms: 4." in said and "Best recovery of the grid: 0." in said


@pytest.mark.slow
def test_wide_dictionaries_are_measured_and_gone_on_with(tmp_path, monkeypatch, capsys):
    file = tmp_path / "wide.json"
    parts = ["--parts", "evaluation", "switch"]
    found = output(wide, str(file), *parts, monkeypatch=monkeypatch, capsys=capsys)
    rows = json.loads(file.read_text("utf-8"))
    assert len(rows) == 3 + 3  # tiny problems of the switch are one
    assert set(found.splitlines()) == {wide.line(*item) for item in rows.items()}
    assert all(row["commit"] for row in rows.values())
    ends = [row for key, row in rows.items() if key.startswith("switch")]
    assert all(0 <= row["recovered_atoms"] <= 1 for row in ends)
    for key, row in rows.items():
        if key.startswith("evaluation"):
            assert row["true, gap"] < 1e-6 and row["initial, s"] > 0
    monkeypatch.setattr(wide.Run, "measured", None)  # nothing is measured again
    assert output(wide, str(file), *parts, monkeypatch=monkeypatch, capsys=capsys)


@pytest.mark.slow
def test_rare_atoms_are_followed_over_an_interruption(tmp_path, monkeypatch, capsys):
    """The second call goes on at the atoms and at the seconds of the first one."""
    start = tmp_path / "rare"
    for minutes in ("0.005", "0.01"):
        options = [str(start), "--minutes", minutes]
        output(rare_atoms, *options, monkeypatch=monkeypatch, capsys=capsys)
    (row,) = json.loads((tmp_path / "rare.json").read_text("utf-8")).values()
    seconds = [point["seconds"] for point in row["curve"]]
    assert seconds == sorted(seconds) and 0.3 <= seconds[1] < 0.6 <= seconds[-1]
    correlations = [point["mean correlation"] for point in row["curve"]]
    assert correlations[-1] > correlations[0] and correlations[2] > correlations[0]
    bins = row["curve"][-1]["by frequency"]
    assert np.mean([b["correlation"] for b in bins]) == pytest.approx(
        correlations[-1], rel=0.05
    )
    assert (tmp_path / "rare.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(SystemExit, match="is of another problem"):
        options = [str(start), "--independent"]
        output(rare_atoms, *options, monkeypatch=monkeypatch, capsys=capsys)


@pytest.mark.parametrize(
    "script, options, says",
    [
        (race, ["nowhere.yml"], "'nowhere.yml' is not a run file"),
        (race, ["torn"], "'torn' is not a run file"),
        (race, ["list.yml"], "must have dataset, objective, solver"),
        (race, ["run.yml", "--output", "torn"], "'torn' is not a table of this script"),
        (race, ["run.yml", "--output", "other.parquet"], "give another --output"),
        (wide, ["torn", "--show"], "'torn' is not a JSON file of this script"),
        (wide, ["list.yml", "--show"], "'list.yml' is not a JSON file"),
        (wide, [".", "--show"], "'.' is not a JSON file of this script"),
    ],
)
def test_other_files_are_refused(script, options, says, tmp_path, monkeypatch):
    (tmp_path / "torn").write_bytes(b"\x90{")
    (tmp_path / "list.yml").write_text("[1]")
    run = {"dataset": ["gaussian"], "objective": ["*"], "solver": ["AM"]}
    (tmp_path / "run.yml").write_text(yaml.safe_dump(run))
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["script", *options])
    with pytest.raises(SystemExit, match=says):
        script.main()
