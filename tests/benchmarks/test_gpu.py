"""The script for a GPU runs on a CPU, and without what a GPU machine may lack."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from conv_peers import solver_class
from documents import ROOT

from benchmark_utils import block_solver

BENCHMARKS = ROOT / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import gpu  # noqa: E402
import gpu_methods  # noqa: E402

# Without these, and with PyTorch, NumPy and SciPy alone.
WITHOUT = """
import runpy, sys
hidden = "benchopt numba sklearn mne pandas matplotlib joblib spams".split()
hidden.append("threadpoolctl")
sys.modules.update(dict.fromkeys(hidden))
sys.argv = ["gpu.py", "--device", "cpu", "--quick", "--output", sys.argv[1]]
runpy.run_path("benchmarks/gpu.py", run_name="__main__")
"""


@pytest.mark.slow
def test_all_parts_run_without_benchopt(tmp_path):
    sys_path = f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r})\n"
    command = [sys.executable, "-c", sys_path + WITHOUT, str(tmp_path / "gpu")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "gpu.json").read_text())
    assert list(report["parts"]) == list(gpu.PARTS)
    for part in report["parts"].values():
        assert part["rows"] and part["error"] is None
    found = dict(map(tuple, report["parts"]["wide"]["rows"]))
    first, *_, last = map(float, found.values())
    assert last > first + 0.2  # atoms are learned
    assert report["commit"] in (tmp_path / "gpu.md").read_text(encoding="utf-8")


def test_a_part_that_fails_is_written_down(monkeypatch):
    def fails(device, quick, budget):
        raise torch.OutOfMemoryError("no room")

    monkeypatch.setitem(gpu.PARTS, "meg", (fails, 1))
    part = gpu.run_part("meg", "cpu", True)
    assert part["rows"] == [] and "no room" in part["error"]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_it_needs_a_gpu_or_says_how_to_do_without(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gpu.py", "--output", "x"])
    with pytest.raises(SystemExit):
        gpu.main()
    assert "use device=cpu or device=auto" in capsys.readouterr().err


def test_all_parts_together_take_less_than_eight_minutes():
    assert sum(budget for _, budget in gpu.PARTS.values()) < 6 * 60


@pytest.mark.parametrize(
    "name, settings",
    [
        ("Block-AM", gpu_methods.BLOCK_AM),
        ("Stochastic-DDL", gpu_methods.STOCHASTIC_DDL),
    ],
)
def test_settings_are_those_of_the_solvers(name, settings):
    solver = solver_class(name).get_instance()
    solver.model, solver.coder, solver.n_atoms = "dense", None, 100
    assert settings == {key: solver.tuned(key) for key in settings}
    assert gpu_methods.BATCH in (solver.batch_size, block_solver.SMALLEST)
    assert gpu_methods.N_FIRST_LAYERS == solver.n_first_layers


def test_settings_of_the_autoencoder_are_those_of_sae():
    defaults = solver_class("SAE").parameters
    assert gpu_methods.SAE["n_warm_up"] == defaults["n_warm_up"][0]
    solver = solver_class("SAE").get_instance(activation="topk", k=2)
    solver.n_atoms = 400
    expected = vars(solver.update(None))
    problem = np.ones((4, 50)), np.eye(400, 50), 0.1, 0
    assert vars(gpu_methods.autoencoder(*problem, 2).update) == expected


def test_settings_of_wide_dictionaries_are_those_of_block_am():
    solver = solver_class("Block-AM").get_instance(coder="candidates")
    assert gpu_methods.WIDE["n_candidates"] == solver.n_candidates
    assert gpu_methods.WIDE["relaxation"] == solver.tuned("relaxation")
