"""The adapter of RoseCDL: its start, its λ, its mask, its absence."""

import numpy as np
import pytest
from conv_peers import BENCHMARK, events, losses, make, steps

(SOLVER,) = BENCHMARK.check_solver_patterns(["RoseCDL"], class_only=True)
X, D_TRUE, D_INIT = events(n_signals=2, n_times=400, n_activations=15)

needs_rosecdl = pytest.mark.skipif(
    SOLVER.missing() is not None, reason=str(SOLVER.missing())
)


def test_its_absence_is_said_with_the_remedy(tmp_path, monkeypatch):
    # Without the package, and with the wheel, which has only a part of it.
    monkeypatch.syspath_prepend(tmp_path)
    module = SOLVER.missing.__func__.__globals__
    monkeypatch.setitem(module, "find_spec", lambda name: None)
    assert "git clone https://github.com/tomMoral/RoseCDL" in SOLVER.missing()
    part = type("Spec", (), {"submodule_search_locations": [str(tmp_path)]})
    monkeypatch.setitem(module, "find_spec", lambda name: part)
    assert "its wheel is not complete" in SOLVER.missing()
    assert not SOLVER.is_installed(quiet=True)
    (tmp_path / "csc").mkdir()
    assert SOLVER.missing() is None


@needs_rosecdl
@pytest.mark.parametrize("model", ["conv", "rank1"])
@pytest.mark.parametrize("trim", [None, "mad", 0.1])
def test_starts_at_D_init_and_the_loss_decreases(model, trim):
    solver, objective = make("RoseCDL", X, D_INIT, model, trim=trim, window=100)
    results = steps(solver, 10)
    np.testing.assert_allclose(results[0]["D"], D_INIT, atol=1e-6)
    assert [result["n_steps"] for result in results] == list(range(11))
    values = losses(objective, results)
    assert values[-1] < 0.95 * values[0]
    assert ("outliers" in results[-1]) == (trim is not None)


@needs_rosecdl
def test_its_codes_are_those_of_our_lambda():
    solver, objective = make("RoseCDL", X, D_INIT, "conv", n_layers=500)
    steps(solver, 1)
    D = solver.atoms()
    _, Z = solver.learner.csc(_tensor(X))
    residual = solver.learner.predict(X) - X
    own = (residual**2).sum() / 2 + 0.1 * Z.abs().sum().item()
    certified = len(X) * objective.evaluate_result(D=D)["value"]
    assert own == pytest.approx(certified, rel=0.01)


def _tensor(X):
    import torch

    return torch.as_tensor(X, dtype=torch.float32)


@needs_rosecdl
def test_signed_codes_are_refused():
    solver = SOLVER.get_instance()
    problem = {"X": X, "model": "conv", "n_atoms": 4, "atom_shape": (3, 12)}
    skipped, reason = solver.skip(positive=False, **problem)
    assert skipped and "needs z >= 0" in reason


@needs_rosecdl
def test_it_finds_an_artefact():
    spoiled = X.copy()
    spoiled[1, :, 200:230] += 5
    solver, _ = make("RoseCDL", spoiled, D_TRUE, "conv", trim="mad", window=100)
    steps(solver, 2)
    found = solver.outliers(spoiled)
    assert found.shape == (2, 400) and found.dtype == bool
    assert found[1, 205:225].all() and found.mean() < 0.3
